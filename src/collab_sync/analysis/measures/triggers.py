"""When a risk comes true: ``触发条件: 监控 rd/x1-firmware#7;late_days > 3``.

Somebody types which items to watch and what to ask of each. Anything else in that line is no condition, and the risk
counts as one without.
"""

from __future__ import annotations

import math
import operator
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import cast

from collab_sync.analysis.facts import MISSING, UNKNOWN, Absent, Facts, PathReader, Value, ValueKind
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.carriers import values
from collab_sync.model.work_item import WorkItem

FIELD = "触发条件"

_READ = 1_000
_OPERATORS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "≥": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "≤": operator.le,
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "≠": operator.ne,
}
_LINE = re.compile(
    r"监控\s*:?\s*(?P<items>[^;]{1,500});\s*(?P<path>[^\s<>=!≥≤≠]{1,100})\s*(?P<op>[<>!=]=|[<>=≥≤≠])"
    r"\s*(?P<limit>-?[0-9]{1,9}(?:\.[0-9]{1,4})?)\s*[。.;]?"
)
_BETWEEN = re.compile(r"[、,\s]+")


@dataclass(frozen=True, slots=True)
class Watch:
    """``targets``: keys or addresses of the items watched; each is asked whether ``path`` ``op`` ``limit``."""

    targets: tuple[str, ...]
    path: str
    op: str
    limit: Decimal

    def holds(self, value: Value) -> bool:
        """The answer for a value of ``path``; nothing can be said to hold of a value that is not there."""
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return False
        return _OPERATORS[self.op](Decimal(value), self.limit)

    @property
    def thresholds(self) -> tuple[int, ...]:
        """Whole numbers at which a value that moves with time can change the answer."""
        return tuple(sorted({math.floor(self.limit), math.ceil(self.limit), math.floor(self.limit) + 1}))


def watch(text: str, path: str) -> Watch | None:
    """The condition that ``text`` states, None if it states none. ``path``: project of the risk, to complete ``#7``."""
    found = _LINE.fullmatch(unicodedata.normalize("NFKC", text[:_READ]).strip())
    if found is None:
        return None
    named = [values.references(part, path) for part in _BETWEEN.split(found["items"].strip())]
    if not all(len(targets) == 1 for targets in named):
        return None
    targets = tuple(dict.fromkeys(target for one in named for target in one))
    return Watch(targets, found["path"], found["op"], Decimal(found["limit"]))


def watched(item: WorkItem) -> tuple[str, ...]:
    """Keys or addresses of the items on whose change this one must be looked at again."""
    stated = watch(item.fields.get(FIELD, ""), item.source.path)
    return stated.targets if stated else ()


@dataclass(frozen=True, slots=True)
class TriggerField:
    """触发条件 as typed; missing where it is no condition that can be asked. ``reader``: as for ``TriggerPath``."""

    reader: Callable[[str], PathReader | None]
    kind: ValueKind = "text"
    choices: tuple[str, ...] = ()

    def value(self, facts: Facts) -> Value:
        risk = cast(ItemFacts, facts)
        if FIELD not in risk.item.fields:
            return _absent(risk)
        return risk.item.fields[FIELD] if _asked(risk, self.reader) else MISSING

    def flips_at(self, facts: Facts, thresholds: Sequence[int]) -> datetime | None:
        """Only people change it."""
        return None


@dataclass(frozen=True, slots=True)
class TriggerPath:
    """Whether the trigger of a risk holds for one of the items watched; missing without a condition that can be
    understood. ``reader``: the paths that may be asked, by name; only numbers can be compared."""

    reader: Callable[[str], PathReader | None]
    kind: ValueKind = "bool"
    choices: tuple[str, ...] = ()

    def value(self, facts: Facts) -> Value:
        risk = cast(ItemFacts, facts)
        if FIELD not in risk.item.fields:
            return _absent(risk)
        asked = _asked(risk, self.reader)
        if asked is None:
            return MISSING
        stated, reader = asked
        seen = [_seen(risk, target, reader) for target in stated.targets]
        if any(stated.holds(value) for value in seen):
            return True
        return UNKNOWN if UNKNOWN in seen else False

    def flips_at(self, facts: Facts, thresholds: Sequence[int]) -> datetime | None:
        """The earliest instant at which time alone may make it hold, or stop holding, for one of the items."""
        risk = cast(ItemFacts, facts)
        asked = _asked(risk, self.reader)
        if asked is None:
            return None
        stated, reader = asked
        items = (risk.around.item_by_key(target) for target in stated.targets)
        instants = (reader.flips_at(item, stated.thresholds) for item in items if item is not None)
        return min((instant for instant in instants if instant is not None), default=None)


def _absent(risk: ItemFacts) -> Absent:
    return UNKNOWN if risk.stale or f"fields.{FIELD}" in risk.item.unreadable else MISSING


def _asked(risk: ItemFacts, paths: Callable[[str], PathReader | None]) -> tuple[Watch, PathReader] | None:
    stated = watch(risk.item.fields.get(FIELD, ""), risk.item.source.path)
    reader = paths(stated.path) if stated else None
    return (stated, reader) if stated and reader and reader.kind == "number" else None


def _seen(risk: ItemFacts, target: str, reader: PathReader) -> Value | Absent:
    item = risk.around.item_by_key(target)
    return UNKNOWN if item is None else reader.value(item)
