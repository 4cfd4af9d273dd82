"""What texts may name: ``s`` the subject, ``e`` the entry behind an event, ``i`` the member of ``each``, ``today``,
``slot``.

``s.late_days`` reads the same path as the condition ``late_days``; a value that is missing renders as ``—``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

from collab_sync.analysis.facts import Absent, Facts, MemberKind, Value, Vocabulary

Scope: TypeAlias = Mapping[str, object]
"""The names a template may use."""

NOTHING = "—"
DEFAULT_ZONE = ZoneInfo("Asia/Shanghai")


class Readable:
    """A subject whose paths read as attributes (``s.late_days``), its facets as items (``s.fields['名']``)."""

    def __init__(self, facts: Facts, kind: MemberKind, vocabulary: Vocabulary, prefix: str = "") -> None:
        self._facts = facts
        self._kind = kind
        self._vocabulary = vocabulary
        self._prefix = prefix

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> object:
        path = f"{self._prefix}{name}"
        reader = self._vocabulary.reader(self._kind, path)
        if reader is not None:
            return shown(reader.value(self._facts), _zone(self._facts))
        return Readable(self._facts, self._kind, self._vocabulary, f"{path}.")


def shown(value: Value, zone: ZoneInfo) -> object:  # noqa: PLR0911  # one case per kind of value
    """A value as a text shows it: dates ISO, sets joined, whole numbers without a point."""
    match value:
        case Absent():
            return NOTHING
        case datetime():
            return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else value
        case frozenset():
            return "、".join(sorted(value))
        case tuple():
            return "、".join(str(shown(part, zone)) for part in value)
        case _:
            return value


def _zone(facts: Facts) -> ZoneInfo:
    """The organisation's zone; facts that know no calendar (members of ``each``) lend the one they stand in."""
    around = getattr(facts, "around", None) or getattr(getattr(facts, "meeting", None), "around", None)
    zone: ZoneInfo = around.calendar(None).zone if around else DEFAULT_ZONE
    return zone


def scope(facts: Facts, vocabulary: Vocabulary, *, today: date, slot: str = "") -> Scope:
    """The names for a text about ``facts``; ``today`` is the local day on which the step fell due."""
    kind = facts.subject.kind
    return {
        "s": Readable(facts, kind, vocabulary),
        "e": Readable(facts, kind, vocabulary, "e."),
        "today": today.isoformat(),
        "slot": slot,
    }
