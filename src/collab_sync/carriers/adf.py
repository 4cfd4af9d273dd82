"""Atlassian Document Format (Jira Cloud, version 3 API): the tree of a rich text.

Any JSON value is taken: what is not a node of a known shape says nothing. Marks that were typed as plain text because a
program, or a pasted text, wrote them (``## 协同信息``, ``- …``, ``> …``) count as if the editor had made them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeAlias

from collab_sync.carriers.plain import clean, row, source_lines, typed
from collab_sync.carriers.raw import Line

_DEEPEST = 60
"""Editors nest a handful of levels; deeper trees are not texts, and must not exhaust the stack."""

_LARGEST = 10**16
"""No time stamp and no id is a larger number; printing a huge one could fail."""

_CONTAINERS = frozenset(
    {
        "doc",
        "bulletList",
        "orderedList",
        "listItem",
        "taskList",
        "decisionList",
        "panel",
        "expand",
        "nestedExpand",
        "layoutSection",
        "layoutColumn",
        "bodiedExtension",
        "table",
        "blockTaskItem",
    }
)
_ITEMS = frozenset({"listItem", "taskItem", "decisionItem", "blockTaskItem"})
_TEXTS = frozenset({"paragraph", "heading", "taskItem", "decisionItem", "caption"})
_CARDS = frozenset({"blockCard", "embedCard", "inlineCard"})

Node: TypeAlias = dict[str, object]
Accounts: TypeAlias = list[tuple[str, str]]


def lines(doc: object) -> tuple[Line, ...]:
    """The logical lines of a document; empty ones are left out. A plain string is read as lines of plain text.

    Left out: blockquotes, code blocks, struck text, media. A hard break ends a line. A mention shows as its text
    (``@吴敏``, or ``@‹id›``) with its account id. Never raises."""
    found: list[Line] = []
    if isinstance(doc, str):
        found += [Line(stripped) for text in source_lines(doc) if (stripped := text.strip())]
    else:
        _blocks(doc, 0, found)
    return tuple(line for one in found if (line := typed(one)) and line.text)


def _blocks(node: object, depth: int, found: list[Line]) -> None:
    """Adds the lines of ``node`` to ``found``."""
    if not isinstance(node, dict) or depth > _DEEPEST:
        return
    kind = _string(node.get("type"))
    begin = len(found)
    if kind in _TEXTS:
        _text(node, _level(node) if kind == "heading" else 0, found)
    elif kind in _CONTAINERS:
        begin = _contained(node, depth, found)
    elif kind == "tableRow":
        _row(node, depth, found)
    elif kind in _CARDS:
        _written(_attribute(node, "url"), [], 0, found)
    if kind in _ITEMS:
        _mark(begin, found)


def _contained(node: Node, depth: int, found: list[Line]) -> int:
    """Adds title and content; returns where the content begins."""
    if "attrs" in node:
        _written(_attribute(node, "title"), [], 0, found)
    begin = len(found)
    for child in _children(node):
        _blocks(child, depth + 1, found)
    return begin


def _mark(first: int, found: list[Line]) -> None:
    """The first line of a list item carries its mark."""
    if first < len(found) and not found[first].heading:
        found[first] = Line(found[first].text, bullet=True, accounts=found[first].accounts)


def _row(node: Node, depth: int, found: list[Line]) -> None:
    cells: list[list[Line]] = []
    for cell in _children(node):
        lines_: list[Line] = []
        for block in _children(cell):
            _blocks(block, depth + 2, lines_)
        cells.append(lines_)
    accounts = tuple(pair for cell in cells for line in cell for pair in line.accounts)
    found.append(Line(row(" ".join(line.text for line in cell) for cell in cells), accounts=accounts))


def _text(node: Node, level: int, found: list[Line]) -> None:
    content = _children(node)
    if len(content) == 1 and (plain := _plain_text(content[0])):
        found.append(Line(plain, heading=level))  # what most paragraphs are
        return
    accounts: Accounts = []
    _written("".join([_inline(child, accounts) for child in content]), accounts, level, found)


def _plain_text(node: object) -> str:
    """The text of a node that is nothing but one line of text without dirt; empty for every other."""
    if not isinstance(node, dict) or node.get("type") != "text" or "marks" in node:
        return ""
    text = node.get("text")
    return text.strip() if isinstance(text, str) and text.isprintable() else ""


def _written(text: str, accounts: Accounts, level: int, found: list[Line]) -> None:
    """The text as lines, each with its own mentions (in order: two people may share a name)."""
    position = 0
    for line in source_lines(text):
        held: list[tuple[str, str]] = []
        at = 0
        while position < len(accounts) and (start := line.find(accounts[position][0], at)) >= 0:
            at = start + len(accounts[position][0])
            held.append(accounts[position])
            position += 1
        if stripped := line.strip():
            found.append(Line(stripped, heading=level, accounts=tuple(held)))


def _inline(node: object, accounts: Accounts) -> str:
    if not isinstance(node, dict) or ("marks" in node and _struck(node)):
        return ""
    kind = node.get("type")
    return _string(node.get("text")) if kind == "text" else _thing(kind, node, accounts)


def _thing(kind: object, node: Node, accounts: Accounts) -> str:
    """What is shown among texts and is none itself."""
    match kind:
        case "hardBreak":
            return "\n"
        case "mention":
            return _mention(node, accounts)
        case "date":
            return _date(_attribute(node, "timestamp"))
        case "emoji" | "status" | "inlineCard":
            return _attribute(node, "text") or _attribute(node, "url") or _attribute(node, "shortName")
    return ""


def _mention(node: Node, accounts: Accounts) -> str:
    account = _attribute(node, "id")
    shown = " ".join(_attribute(node, "text").split()).removeprefix("@") or account
    if not shown:
        return ""
    if account:
        accounts.append((f"@{shown}", account))
    return f"@{shown}"


def _date(timestamp: str) -> str:
    """Milliseconds since 1970 as the editor writes them: midnight UTC of the day that was picked."""
    try:
        return datetime.fromtimestamp(int(timestamp[:16]) / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _struck(node: Node) -> bool:
    marks = node.get("marks")
    return isinstance(marks, list | tuple) and any(isinstance(m, dict) and m.get("type") == "strike" for m in marks)


def _level(node: Node) -> int:
    attributes = node.get("attrs")
    level = attributes.get("level") if isinstance(attributes, dict) else None
    return min(max(level, 1), 6) if isinstance(level, int) else 1


def _children(node: object) -> list[object] | tuple[object, ...]:
    content = node.get("content") if isinstance(node, dict) else None
    return content if isinstance(content, list | tuple) else ()


def _attribute(node: Node, name: str) -> str:
    attributes = node.get("attrs")
    value = attributes.get(name) if isinstance(attributes, dict) else None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST:
        return str(value)
    return _string(value)


def _string(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""
