"""Runs by name: all rows that one tick put into the outbox bear its instant, and that instant is the run's name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from collab_sync.errors import ConfigurationError
from collab_sync.ports.store import ON_THE_WAY, OutboxRow

UNDO = "undo|"
"""Keys of writes that take something back begin so: ``undo|‹run›|‹key of the row›``."""

LIST_RUNS = "运行 collab-sync undo --list 查看最近的运行"
_WITH_SECONDS = 2
"""Colons in a time that names the second."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one tick decided. ``at``: its instant, to the second. ``undone``: keys of its rows that were taken back, or
    are being so."""

    at: datetime
    rows: tuple[OutboxRow, ...]
    undone: frozenset[str] = frozenset()

    def name(self, zone: ZoneInfo) -> str:
        """``2025-10-10T18:00`` in the organisation's zone; with seconds where there are some."""
        return self.at.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S" if self.at.second else "%Y-%m-%dT%H:%M")

    @property
    def done(self) -> tuple[OutboxRow, ...]:
        return tuple(row for row in self.rows if row.state == "done")

    @property
    def waiting(self) -> tuple[OutboxRow, ...]:
        return tuple(row for row in self.rows if row.state in ON_THE_WAY)

    def undo_key(self, row: OutboxRow) -> str:
        """The idempotency key under which ``row`` is taken back: the same however often it is asked for."""
        return f"{UNDO}{self.at.isoformat()}|{row.planned.key}"


def runs(rows: Iterable[OutboxRow]) -> tuple[Run, ...]:
    """Every run there was, oldest first; what took something back is no run of its own."""
    found: dict[datetime, list[OutboxRow]] = {}
    undone: set[str] = set()
    for row in rows:
        if row.planned.key.startswith(UNDO):
            undone.add(taken_back_by(row))
        else:
            found.setdefault(row.enqueued_at.replace(microsecond=0), []).append(row)
    return tuple(
        Run(at, tuple(found[at]), frozenset(undone.intersection(row.planned.key for row in found[at])))
        for at in sorted(found)
    )


def taken_back_by(row: OutboxRow) -> str:
    """The key of the row that this one takes back; empty for one that takes nothing back."""
    return row.planned.key.split("|", 2)[2] if row.planned.key.startswith(UNDO) else ""


def run_named(wanted: str, known: Sequence[Run], zone: ZoneInfo) -> Run:
    """The run that a person means by a time of the organisation's zone. Raises ConfigurationError for what is no time,
    for a time at which nothing was decided, and for a minute in which several runs decided something."""
    try:
        at = datetime.fromisoformat(wanted.strip())
    except ValueError:
        raise ConfigurationError(
            f"“{wanted}”不是一次运行的名称", hint=f"名称是它的时刻,例如 2025-10-10T18:00;{LIST_RUNS}"
        ) from None
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    exact = wanted.count(":") >= _WITH_SECONDS
    meant = [run for run in known if (run.at if exact else run.at.replace(second=0)) == at.replace(microsecond=0)]
    if not meant:
        raise ConfigurationError(f"{wanted} 没有写过什么的运行", hint=LIST_RUNS)
    if len(meant) > 1:
        names = "、".join(f"{run.at.astimezone(zone):%Y-%m-%dT%H:%M:%S}" for run in meant)
        raise ConfigurationError(f"{wanted} 这一分钟有 {len(meant)} 次运行", hint=f"请写到秒:{names}")
    return meant[0]


def refuse_unfit(run: Run, zone: ZoneInfo) -> None:
    """Raises ConfigurationError for a run that is still being written, and for one that wrote nothing."""
    name = run.name(zone)
    if run.waiting:
        raise ConfigurationError(
            f"{name} 的运行还有 {len(run.waiting)} 条没有写完",
            hint="等它写完再撤回;不想等,先用 collab-sync outbox drop 放弃没有写的",
        )
    if not run.done:
        raise ConfigurationError(f"{name} 的运行没有写成任何内容,没有可撤回的", hint=LIST_RUNS)
