"""Atlassian Document Format (Jira Cloud, version 3 API): the tree of a rich text.

Any JSON value is taken: what is not a node of a known shape says nothing. Marks that were typed as plain text because a
program, or a pasted text, wrote them (``## 协同信息``, ``- …``, ``> …``) count as if the editor had made them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

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

Accounts = list[tuple[str, str]]


def lines(doc: object) -> tuple[Line, ...]:
    """The logical lines of a document; empty ones are left out. A plain string is read as lines of plain text.

    Left out: blockquotes, code blocks, struck text, media. A hard break ends a line. A mention shows as its text
    (``@吴敏``, or ``@‹id›``) with its account id. Never raises."""
    if isinstance(doc, str):
        found: Iterator[Line] = (Line(text.strip()) for text in source_lines(doc))
    else:
        found = _blocks(doc, 0)
    plain = (typed(line) for line in found if line.text)
    return tuple(line for line in plain if line and line.text)


def _blocks(node: object, depth: int) -> Iterator[Line]:
    if not isinstance(node, Mapping) or depth > _DEEPEST:
        return
    kind = _string(node.get("type"))
    if kind in _CARDS:
        yield from _written([_attribute(node, "url")], [])
    elif kind == "tableRow":
        yield _row(node, depth)
    elif kind in _TEXTS:
        level = _level(node) if kind == "heading" else 0
        yield from _item(_text(node, level, depth)) if kind in _ITEMS else _text(node, level, depth)
    elif kind in _CONTAINERS:
        yield from _written([_attribute(node, "title")], [])
        inner = (line for child in _children(node) for line in _blocks(child, depth + 1))
        yield from _item(inner) if kind in _ITEMS else inner


def _item(found: Iterator[Line]) -> Iterator[Line]:
    """The first line of a list item carries its mark."""
    for number, line in enumerate(found):
        yield Line(line.text, bullet=True, accounts=line.accounts) if number == 0 and not line.heading else line


def _row(node: Mapping[object, object], depth: int) -> Line:
    cells = [[line for block in _children(cell) for line in _blocks(block, depth + 2)] for cell in _children(node)]
    accounts = tuple(pair for cell in cells for line in cell for pair in line.accounts)
    return Line(row(" ".join(line.text for line in cell) for cell in cells), accounts=accounts)


def _text(node: Mapping[object, object], level: int, depth: int) -> Iterator[Line]:
    accounts: Accounts = []
    parts = [part for child in _children(node) for part in _inline(child, accounts)]
    for line in _written(parts, accounts):
        yield Line(line.text, heading=level, accounts=line.accounts)


def _written(parts: list[str], accounts: Accounts) -> Iterator[Line]:
    """The parts as lines, each with its own mentions (in order: two people may share a name)."""
    position = 0
    for text in source_lines("".join(parts)):
        held: list[tuple[str, str]] = []
        at = 0
        while position < len(accounts) and (found := text.find(accounts[position][0], at)) >= 0:
            at = found + len(accounts[position][0])
            held.append(accounts[position])
            position += 1
        if text.strip():
            yield Line(text.strip(), accounts=tuple(held))


def _inline(node: object, accounts: Accounts) -> Iterator[str]:
    if not isinstance(node, Mapping) or _struck(node):
        return
    match node.get("type"):
        case "text":
            yield _string(node.get("text"))
        case "hardBreak":
            yield "\n"
        case "mention":
            yield _mention(node, accounts)
        case "date":
            yield _date(_attribute(node, "timestamp"))
        case "emoji" | "status" | "inlineCard":
            yield _attribute(node, "text") or _attribute(node, "url") or _attribute(node, "shortName")


def _mention(node: Mapping[object, object], accounts: Accounts) -> str:
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


def _struck(node: Mapping[object, object]) -> bool:
    marks = node.get("marks")
    return isinstance(marks, list | tuple) and any(isinstance(m, Mapping) and m.get("type") == "strike" for m in marks)


def _level(node: Mapping[object, object]) -> int:
    attributes = node.get("attrs")
    level = attributes.get("level") if isinstance(attributes, Mapping) else None
    return min(max(level, 1), 6) if isinstance(level, int) else 1


def _children(node: object) -> list[object] | tuple[object, ...]:
    content = node.get("content") if isinstance(node, Mapping) else None
    return content if isinstance(content, list | tuple) else ()


def _attribute(node: Mapping[object, object], name: str) -> str:
    attributes = node.get("attrs")
    value = attributes.get(name) if isinstance(attributes, Mapping) else None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST:
        return str(value)
    return _string(value)


def _string(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""
