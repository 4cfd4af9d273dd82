"""Expected lines against the lines that were written: what is missing, what is surplus, what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from collab_sync.errors import Place
from collab_sync.model.action import LogLine
from collab_sync.rules.schema.examples import ExpectedLine
from collab_sync.rules.yaml_text import Mark

ALIKE = 4
"""So many of the seven things a line says must agree for a missing and a surplus line to be shown as one."""

NAMES = {"at": "时间", "on": "事项", "action": "动作", "step": "步骤", "people": "提醒的人", "detail": "内容",
         "due": "截止日"}  # fmt: skip

NO_DUES: Mapping[str, date] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line in the form in which it is compared: local time, people without order; ``detail``, ``due`` None: any."""

    at: datetime
    on: str
    action: str
    step: str
    mention: tuple[str, ...]
    digest: tuple[str, ...]
    detail: str | None
    due: date | None = None

    @property
    def people(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.mention, self.digest

    def __str__(self) -> str:
        people = [f"@{'、'.join(self.mention)}"] if self.mention else []
        people += [f"摘要:{'、'.join(self.digest)}"] if self.digest else []
        due = f"截止 {self.due}" if self.due else ""
        parts = (f"{self.at:%Y-%m-%d %H:%M}", self.on, self.action, self.step, self.detail or "", due, *people)
        return "  ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Difference:
    """``missing`` (expected, never written), ``surplus`` (written, not expected), ``other`` (both, in ``fields``
    different). ``place``: of the expectation, or of ``expect`` as a whole."""

    kind: Literal["missing", "surplus", "other"]
    place: Place
    expected: Line | None = None
    actual: Line | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what differs, for people; empty unless both lines are known."""
        if self.expected is None or self.actual is None:
            return ()
        return tuple(NAMES[name] for name in _different(self.expected, self.actual))

    @property
    def instants(self) -> tuple[datetime, ...]:
        """The local times at which something was not as expected."""
        return tuple(line.at for line in (self.expected, self.actual) if line is not None)


def compare(
    expected: Sequence[ExpectedLine],
    written: Iterable[LogLine],
    mark: Mark,
    zone: ZoneInfo,
    dues: Mapping[str, date] = NO_DUES,
) -> tuple[Difference, ...]:
    """All differences, by time. ``mark``: of the example; ``zone``: of its times; ``dues``: by when what was created
    is due, by creation key."""
    left = [actual_line(line, zone, dues) for line in written]
    missing: list[tuple[Line, Place]] = []
    wanted = [(expected_line(line, zone), mark.at("expect", n).place) for n, line in enumerate(expected)]
    for line, place in sorted(wanted, key=lambda one: (one[0].detail is None, one[0].due is None)):
        found = next((other for other in left if not _different(line, other)), None)
        if found is None:
            missing.append((line, place))
        else:
            left.remove(found)
    differences = [*_paired(missing, left), *(Difference("missing", place, line) for line, place in missing)]
    whole = mark.at("expect").place
    differences += [Difference("surplus", whole, actual=line) for line in left]
    return tuple(sorted(differences, key=lambda one: (min(one.instants), one.kind)))


def expected_line(line: ExpectedLine, zone: ZoneInfo) -> Line:
    """What somebody expects."""
    at = line.at if line.at.tzinfo is None else line.at.astimezone(zone).replace(tzinfo=None)
    return Line(at=at, on=line.on, action=line.action, step=line.step, mention=tuple(sorted(line.mention)),
                digest=tuple(sorted(line.digest)), detail=line.detail, due=line.due)  # fmt: skip


def actual_line(line: LogLine, zone: ZoneInfo, dues: Mapping[str, date] = NO_DUES) -> Line:
    """What was written."""
    due = dues.get(line.target) if line.action.startswith("create:") else None
    at = line.at.astimezone(zone).replace(tzinfo=None)
    return Line(at=at, on=line.target, action=line.action, step=line.step, mention=tuple(sorted(line.mention)),
                digest=tuple(sorted(line.digest)), detail=line.detail, due=due)  # fmt: skip


def _paired(missing: list[tuple[Line, Place]], left: list[Line]) -> Iterator[Difference]:
    """Missing and surplus lines that are meant to be the same, the most alike first; takes them out of both lists."""
    pairs = [(len(_different(line, other)), line, place, other) for line, place in missing for other in left]
    for count, line, place, other in sorted(pairs, key=lambda pair: pair[0]):
        if len(NAMES) - count < ALIKE or (line, place) not in missing or other not in left:
            continue
        missing.remove((line, place))
        left.remove(other)
        yield Difference("other", place, line, other)


def _different(expected: Line, actual: Line) -> tuple[str, ...]:
    """Names of what the two lines say differently."""
    anything = {name for name in ("detail", "due") if getattr(expected, name) is None}
    compared = (name for name in NAMES if name not in anything)
    return tuple(name for name in compared if getattr(expected, name) != getattr(actual, name))
