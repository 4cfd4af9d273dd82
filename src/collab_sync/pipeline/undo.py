"""Undo: what one run wrote is taken back through the outbox, and counts as said.

``intend`` only reads; ``commit_undo`` stores the writes together with what keeps the rules from writing the same
again, so that a crash leaves both or neither. Delivery is that of every other row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from collab_sync.model.action import CommentWrite, LabelWrite, LinkWrite, Target, Write
from collab_sync.model.identity import ItemId, SourceRef, id_of
from collab_sync.model.page import Locale
from collab_sync.pipeline.rows import made_refs
from collab_sync.pipeline.runtime import Ruling
from collab_sync.planner.undo.past import Past, Undoing
from collab_sync.planner.undo.runs import Run, refuse_unfit, run_named, runs
from collab_sync.planner.undo.take_back import take_back
from collab_sync.ports.store import OutboxRow, OutboxState, Transaction

EVERY: tuple[OutboxState, ...] = ("pending", "sending", "unknown", "done", "dead", "reported")


def known_runs(tx: Transaction) -> tuple[Run, ...]:
    """Every run that decided to write something, oldest first."""
    return runs(tx.outbox(EVERY))


def intend(tx: Transaction, ruling: Ruling, wanted: str, now: datetime) -> Undoing:
    """What would take back the run of that name; writes nothing. Raises ConfigurationError for a name that means no
    run, and for a run that is still being written or wrote nothing."""
    rows = tx.outbox(EVERY)
    zone = ruling.office.calendar.zone
    run = run_named(wanted, runs(rows), zone)
    refuse_unfit(run, zone)
    return take_back(run, _past(tx, ruling, run, rows, now))


def commit_undo(tx: Transaction, undoing: Undoing, now: datetime) -> None:
    """Stores the undo: its writes, and that what they take back is not to be said again."""
    tx.put_episodes(undoing.episodes)
    tx.put_managed(undoing.traces)
    tx.enqueue(undoing.writes, at=now)


def _past(tx: Transaction, ruling: Ruling, run: Run, rows: tuple[OutboxRow, ...], now: datetime) -> Past:
    refs = made_refs(tx, rows)
    places = _places(run.done, refs)
    zone = ruling.office.calendar.zone
    return Past(
        rows=rows,
        items=tx.items(places),
        traces=tx.managed(places),
        holds=tx.holds_on(places),
        refs=refs,
        writeback=ruling.mapping.writeback,
        locale_of=lambda project: _locale(ruling, project),
        day=now.astimezone(zone).date().isoformat(),
        when=run.name(zone),
    )


def _places(rows: Iterable[OutboxRow], refs: Mapping[str, SourceRef]) -> tuple[ItemId, ...]:
    """The items that these rows touch, links at both ends."""
    targets = [target for row in rows for target in _targets(row.planned.write)]
    found = [target.ref or refs.get(target.creation_key) for target in targets]
    return tuple(dict.fromkeys(id_of(ref) for ref in found if ref))


def _targets(write: Write) -> tuple[Target, ...]:
    match write:
        case LinkWrite():
            return write.source, write.target
        case LabelWrite() | CommentWrite():
            return (write.target,)
        case _:
            return ()


def _locale(ruling: Ruling, project: str) -> Locale:
    mapping = ruling.mapping.project(project)
    return (mapping.locale if mapping else None) or "zh"
