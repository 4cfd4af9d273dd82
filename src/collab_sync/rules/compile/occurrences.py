"""What has happened to a subject that an event rule may answer: dated, each with a key that never changes.

An entry's key carries a digest of the values the rule reads, so that an edited entry fires again only if one of
those has changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from collab_sync.analysis.facts import Facts
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.subject_facts import ProgramFacts
from collab_sync.model.work_item import Change, Entry

Occurrence: TypeAlias = tuple[str, datetime, Facts]
"""Key, instant, and the facts as seen from it (with the entry behind it, if there is one)."""

_PROGRAM_FIELDS = {"phase": "阶段", "strategic": "战略", "key": "代号", "name": "名称"}


def creation(facts: Facts) -> tuple[Occurrence, ...]:
    """The subject appeared."""
    item = _item(facts)
    return (("created", item.item.created_at, facts),) if item else ()


def changes(facts: Facts, path: str, to: str | None) -> tuple[Occurrence, ...]:
    """A field took another value (``to``: this one)."""
    item = _item(facts)
    if item is None:
        return ()
    names = {path}
    if isinstance(facts, ProgramFacts) and path in _PROGRAM_FIELDS:
        names |= {_PROGRAM_FIELDS[path], f"fields.{_PROGRAM_FIELDS[path]}"}
    found = (change for change in item.item.changes if change.field in names)
    return tuple(
        (_change_key(path, change), change.at, facts)
        for change in sorted(found, key=lambda change: change.at)
        if change.old != change.new and (to is None or change.new == to)
    )


def entries(facts: Facts, kinds: Iterable[str], reads: frozenset[str], *, everybody: bool) -> tuple[Occurrence, ...]:
    """Entries of these kinds: those that count, or (``everybody``) all of them."""
    if not isinstance(facts, ItemFacts):
        return ()
    wanted = frozenset(kinds)
    if everybody:
        found: list[Entry] = [entry for entry in facts.item.entries if entry.kind in wanted]
    else:
        found = [entry for kind in sorted(wanted) for entry in facts.entries(kind)]
    return tuple(
        (entry_key(entry, reads), entry.at, facts.with_entry(entry))
        for entry in sorted(found, key=lambda entry: (entry.at, entry.id))
    )


def entry_key(entry: Entry, reads: frozenset[str]) -> str:
    """``‹entry id›@‹digest of what the rule reads›``."""
    parts = [f"{key}={_read(entry, key)}" for key in sorted(reads)]
    return f"{entry.id}@{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:8]}"


def _read(entry: Entry, key: str) -> str:
    match key:
        case "text":
            return entry.text
        case "items":
            return "\n".join(entry.items)
        case "by" | "kind" | "authorized":  # never change by editing
            return ""
        case _:
            return entry.data.get(key, "")


def _change_key(path: str, change: Change) -> str:
    return f"{path}={change.new or ''}@{change.at:%Y-%m-%dT%H:%MZ}"


def _item(facts: Facts) -> ItemFacts | None:
    if isinstance(facts, ProgramFacts):
        return facts.facts
    return facts if isinstance(facts, ItemFacts) else None
