"""The rows that are on their way, a portion at a time: however many wait, few are held in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collab_sync.model.identity import SourceRef
from collab_sync.pipeline.rows import made_refs
from collab_sync.ports.store import ON_THE_WAY, OutboxRow, Store

PORTION = 256
"""Rows read at a time; at most so many, and as many again, are held."""


@dataclass(slots=True)
class Portions:
    """One walk over the rows that were on their way when their portion was read, in order."""

    store: Store
    size: int = PORTION
    over: bool = False
    seen: int = 0
    _last: int = field(default=0)

    def following(self) -> tuple[tuple[OutboxRow, ...], Mapping[str, SourceRef]]:
        """The next rows, and where the issues are that they wait for, as far as they have been made."""
        with self.store.read() as tx:
            rows = tx.outbox(ON_THE_WAY, after=self._last, limit=self.size)
            refs = made_refs(tx, rows)
        self.over = len(rows) < self.size
        self.seen += len(rows)
        self._last = rows[-1].id if rows else self._last
        return rows, refs
