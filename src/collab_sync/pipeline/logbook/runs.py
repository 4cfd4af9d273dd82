"""Runs that were: the last one, and the last few of those that did something. The journal never holds more of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

from collab_sync.pipeline.tick import TickReport
from collab_sync.ports.store import Transaction

By: TypeAlias = Literal["daemon", "once"]

RUNS = "runs:"
LAST = f"{RUNS}last"
KEPT = 20
"""Runs that did something; the oldest makes room."""


class RunNote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One run. ``by``: the daemon, or ``run --once``. ``seconds``: how long it really took. ``unread``: projects whose
    pull failed; ``failure``: why it did not come to its end, as people may be told; ``times``: how often in a row."""

    by: By
    began: datetime
    ended: datetime
    seconds: float = 0.0
    read: int = 0
    changed: int = 0
    evaluated: int = 0
    planned: int = 0
    withheld: int = 0
    done: int = 0
    dead: int = 0
    waiting: int = 0
    unread: tuple[str, ...] = ()
    failure: str = ""
    times: int = 1

    @property
    def notable(self) -> bool:
        """Whether it did something, or could not."""
        return bool(self.planned or self.withheld or self.done or self.dead or self.failure)


def note_of(report: TickReport, by: By, ended: datetime, seconds: float) -> RunNote:
    """What a tick did that came to its end."""
    return RunNote(
        by=by,
        began=report.at,
        ended=ended,
        seconds=round(seconds, 1),
        read=sum(pull.read for pull in report.pulls),
        changed=sum(pull.changed for pull in report.pulls),
        evaluated=report.evaluated,
        planned=report.planned,
        withheld=report.withheld,
        done=report.done,
        dead=report.dead,
        waiting=report.waiting,
        unread=tuple(pull.project for pull in report.failed_pulls),
    )


def note_run(tx: Transaction, note: RunNote) -> None:
    """Remembers a run; failures in a row that are alike are one note."""
    if note.notable:
        kept = _kept(tx)
        slot, before = max(kept.items(), key=lambda one: one[1].ended, default=("", None))
        if before is not None and note.failure and before.failure == note.failure:
            note = msgspec.structs.replace(note, began=before.began, times=before.times + 1)
        else:
            slot = _free(kept)
        tx.record(slot, note.ended, _written(note))
    if not note.failure:
        tx.record(LAST, note.ended, _written(note))


def last_run(tx: Transaction) -> RunNote | None:
    """The last one that came to its end."""
    found = tx.recorded(LAST).get(LAST)
    return _read(found[1]) if found else None


def notable_runs(tx: Transaction) -> tuple[RunNote, ...]:
    """Those that did something or could not, newest first."""
    return tuple(sorted(_kept(tx).values(), key=lambda note: note.ended, reverse=True))


def _kept(tx: Transaction) -> Mapping[str, RunNote]:
    notes = ((key, _read(text)) for key, (_, text) in tx.recorded(RUNS).items() if key != LAST)
    return {key: note for key, note in notes if note is not None}


def _free(kept: Mapping[str, RunNote]) -> str:
    """A slot that holds nothing, else the one of the oldest."""
    slots = [f"{RUNS}{number:02}" for number in range(KEPT)]
    empty = next((slot for slot in slots if slot not in kept), "")
    return empty or min(kept, key=lambda slot: kept[slot].ended)


def _written(note: RunNote) -> str:
    return msgspec.json.encode(note).decode()


def _read(text: str) -> RunNote | None:
    """None for what another version wrote and this one cannot read: the next run replaces it."""
    try:
        return msgspec.json.decode(text, type=RunNote)
    except msgspec.DecodeError:
        return None
