"""Wiki markup: what Data Center accepts, and the one notation as the other, as far as stories need it.

``from_document`` and ``to_document`` keep the text and the common marks; they are no full converters.
"""

from __future__ import annotations

from collections.abc import Iterable

from collab_sync.sandbox.jira.refusal import Refusal, bad_field
from collab_sync.sandbox.jira.state import Adf, RichText
from collab_sync.sandbox.jira.text.adf import COMMENT_LIMIT, too_long

_MARKS = {"strong": "*{0}*", "em": "_{0}_", "strike": "-{0}-", "code": "{{{{{0}}}}}", "underline": "+{0}+"}


def field_markup(field: str, value: object) -> str | None:
    """A rich text field's new value; None and an empty text clear it. Nothing in the markup itself can be wrong.
    Raises Refusal 400 in Jira's words."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise bad_field(field, "Operation value must be a string")
    if len(value) > COMMENT_LIMIT:
        raise bad_field(field, too_long())
    return value


def comment_markup(value: object) -> str:
    """A comment's body. Raises Refusal 400 in Jira's words."""
    if isinstance(value, dict | list):
        raise Refusal(400, "Can not deserialize instance of java.lang.String out of START_OBJECT token")
    if not isinstance(value, str) or not value.strip():
        raise bad_field("comment", "Comment body can not be empty!")
    if len(value) > COMMENT_LIMIT:
        raise bad_field("comment", too_long())
    return value


def to_document(text: RichText) -> Adf:
    """Markup as a document of plain paragraphs, its marks as they stand; a document stays itself."""
    if not isinstance(text, str):
        return text
    blocks = [block.split("\n") for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    return {"type": "doc", "version": 1, "content": [_paragraph(lines) for lines in blocks]}


def from_document(text: RichText) -> str:
    """A document as wiki markup; markup stays itself."""
    return text if isinstance(text, str) else "\n\n".join(_blocks(text.get("content"), ""))


def _paragraph(lines: list[str]) -> dict[str, object]:
    content: list[dict[str, object]] = []
    for line in lines:
        content += [{"type": "hardBreak"}] if content else []
        content += [{"type": "text", "text": line}] if line else []
    return {"type": "paragraph", "content": content}


def _blocks(nodes: object, bullet: str) -> Iterable[str]:
    for node in nodes if isinstance(nodes, list) else ():
        kind, content = node.get("type"), node.get("content")
        if kind in ("bulletList", "orderedList"):
            yield "\n".join(_items(content, bullet + ("*" if kind == "bulletList" else "#")))
        elif kind == "table":
            yield "\n".join(_row(row.get("content")) for row in content or ())
        elif kind in ("blockquote", "panel", "expand"):
            inner = "\n\n".join(_blocks(content, ""))
            yield f"{{quote}}\n{inner}\n{{quote}}" if kind == "blockquote" else f"{{panel}}\n{inner}\n{{panel}}"
        else:
            yield _leaf(kind, content, _attributes(node))


def _leaf(kind: object, content: object, attributes: dict[str, object]) -> str:
    text = "".join(_inline(content))
    match kind:
        case "heading":
            return f"h{attributes.get('level', 1)}. {text}"
        case "rule":
            return "----"
        case "codeBlock":
            language = attributes.get("language")
            return f"{{code:{language}}}\n{text}\n{{code}}" if language else f"{{code}}\n{text}\n{{code}}"
    return text


def _items(nodes: object, bullet: str) -> Iterable[str]:
    for node in nodes if isinstance(nodes, list) else ():
        first, *further = [*_blocks(node.get("content"), bullet), ""]
        yield f"{bullet} {first}"
        yield from (each for each in further if each)


def _row(cells: object) -> str:
    parts: list[str] = []
    mark = "|"
    for cell in cells if isinstance(cells, list) else ():
        mark = "||" if cell.get("type") == "tableHeader" else "|"
        parts.append(mark + "\n".join(_blocks(cell.get("content"), "")))
    return "".join(parts) + mark


def _inline(nodes: object) -> Iterable[str]:
    for node in nodes if isinstance(nodes, list) else ():
        attributes = _attributes(node)
        match node.get("type"):
            case "text":
                yield _marked(str(node.get("text", "")), node.get("marks"))
            case "hardBreak":
                yield "\n"
            case "mention":
                yield f"[~{attributes.get('id') or attributes.get('text', '')}]"
            case "inlineCard":
                yield str(attributes.get("url", ""))
            case _:
                yield str(attributes.get("text") or attributes.get("shortName") or "")


def _marked(text: str, marks: object) -> str:
    for mark in marks if isinstance(marks, list) else ():
        if mark.get("type") == "link":
            text = f"[{text}|{_attributes(mark).get('href', '')}]"
        else:
            text = _MARKS.get(str(mark.get("type")), "{0}").format(text)
    return text


def _attributes(node: dict[str, object]) -> dict[str, object]:
    attributes = node.get("attrs")
    return attributes if isinstance(attributes, dict) else {}
