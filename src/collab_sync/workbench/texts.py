"""What people write into an item, as the lines a connector would read: the section, and structured comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from collab_sync.carriers.raw import Line
from collab_sync.carriers.vocabulary import SECTION_TITLE, field_name
from collab_sync.model.identity import Account
from collab_sync.model.work_item import RoleLetter
from collab_sync.rules.schema.conditions import Scalar
from collab_sync.rules.schema.examples import EntryText

HEADING = Line(SECTION_TITLE, heading=2)
ROLE_LINES: Mapping[RoleLetter, str] = {
    "R": "负责人",
    "A": "审批人",
    "C": "协助人",
    "I": "知会人",
    "F": "第一责任人",
}


def written(value: Scalar) -> str:
    """A value of a YAML file as people would type it."""
    match value:
        case bool():
            return "是" if value else "否"
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def people_line(name: str, people: Sequence[str], accounts: Mapping[str, Account]) -> Line:
    """``审批人: @吴敏``; somebody without an account is only named."""
    shown = [f"@{person}" if person in accounts else person for person in people]
    tokens = tuple((f"@{person}", accounts[person].id) for person in people if person in accounts)
    return Line(f"{name}: {'、'.join(shown)}", accounts=tokens)


def with_line(body: Sequence[Line], name: str, line: Line | None) -> tuple[Line, ...]:
    """The body with this line of the section (None: without it); a synonym of ``name`` is the same line."""
    kept = [other for other in body if other.heading or field_name(_key(other)) != field_name(name)]
    if not any(other.text == HEADING.text for other in kept):
        kept.append(HEADING)
    return (*kept, line) if line is not None else tuple(kept)


def with_value(body: Sequence[Line], name: str, value: Scalar) -> tuple[Line, ...]:
    """The body with ``name: value`` in its section; an empty text takes the line away."""
    text = written(value)
    return with_line(body, name, Line(f"{name}: {text}") if text else None)


def entry_lines(entry: EntryText) -> tuple[Line, ...]:
    """The comment that says this: 【类别】, its keys, its items, its prose."""
    data = tuple(Line(f"{key}: {written(value)}") for key, value in entry.data.items())
    items = tuple(Line(item, bullet=True) for item in entry.items)
    prose = tuple(Line(text) for text in entry.text.splitlines())
    return (Line(f"【{entry.kind}】"), *data, *items, *prose)


def _key(line: Line) -> str:
    return line.text.partition(":")[0]
