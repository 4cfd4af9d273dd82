"""What we write, as a small tree that each connector renders to its tracker's own form.

Text from people enters only as ``Text`` (or ``Code``): a connector escapes it so that it shows as typed and
does nothing. A ``Mention`` is the only thing that notifies anybody, and only the planner makes one.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from collab_sync.model.identity import Account


class Text(msgspec.Struct, frozen=True, tag="text"):
    """Plain text, shown exactly as it is."""

    text: str


class Strong(msgspec.Struct, frozen=True, tag="strong"):
    text: str


class Code(msgspec.Struct, frozen=True, tag="code"):
    text: str


class Struck(msgspec.Struct, frozen=True, tag="struck"):
    """Text that no longer holds."""

    text: str


class Mention(msgspec.Struct, frozen=True, tag="mention"):
    """Notifies ``account``; shown as ``name`` where the tracker has no mention."""

    name: str
    account: Account


class Reference(msgspec.Struct, frozen=True, tag="ref"):
    """A link to another item or page: shown as ``text``."""

    text: str
    url: str


Inline: TypeAlias = Text | Strong | Code | Struck | Mention | Reference


class Paragraph(msgspec.Struct, frozen=True, tag="p"):
    inlines: tuple[Inline, ...]


class Heading(msgspec.Struct, frozen=True, tag="h"):
    level: int
    inlines: tuple[Inline, ...]


class BulletList(msgspec.Struct, frozen=True, tag="ul"):
    items: tuple[tuple[Inline, ...], ...]


class CheckList(msgspec.Struct, frozen=True, tag="checks"):
    items: tuple[tuple[bool, tuple[Inline, ...]], ...]


class Table(msgspec.Struct, frozen=True, tag="table"):
    head: tuple[str, ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]


class Quiet(msgspec.Struct, frozen=True, tag="quiet"):
    """The one small line at the end that names the rule and how to ask why."""

    inlines: tuple[Inline, ...]


Block: TypeAlias = Paragraph | Heading | BulletList | CheckList | Table | Quiet


class Document(msgspec.Struct, frozen=True):
    """A comment, an issue description or a page."""

    blocks: tuple[Block, ...]


def plain(document: Document) -> str:
    """The text people see, one block per line, mentions as names: for plans, logs and hashes."""
    return "\n".join(_block(block) for block in document.blocks)


def _block(block: Block) -> str:
    match block:
        case Paragraph() | Heading() | Quiet():
            return _inlines(block.inlines)
        case BulletList():
            return "\n".join(f"- {_inlines(item)}" for item in block.items)
        case CheckList():
            return "\n".join(f"- [{'x' if done else ' '}] {_inlines(item)}" for done, item in block.items)
        case Table():
            rows = [" | ".join(block.head), *(" | ".join(map(_inlines, row)) for row in block.rows)]
            return "\n".join(rows)


def _inlines(inlines: tuple[Inline, ...]) -> str:
    return "".join(inline.name if isinstance(inline, Mention) else inline.text for inline in inlines)
