"""Write back: the outbox is the only road to a tracker, and every row on it is written exactly once.

A row goes pending → sending → done (``delivery.sending``). A connection that is lost in between, or a process that
dies, leaves it unknown: then the tracker is asked for our marker, and an absent marker is believed only after a while,
before anything is sent again. Order is kept per target item, also behind a row that waits for its next attempt; rows of
different items go side by side as far as their connection allows (``delivery.walk``), and one bad row never blocks
them.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from collab_sync.pipeline.delivery.crew import Crew
from collab_sync.pipeline.delivery.sending import Delivery
from collab_sync.pipeline.delivery.walk import Hire, Round, Walk, width
from collab_sync.pipeline.runtime import Runtime
from collab_sync.ports.store import ON_THE_WAY

PASSES = 3
"""Within one delivery: an unknown outcome is looked into at once, and what waits for a created issue follows it."""


def deliver(runtime: Runtime, now: datetime, hire: Hire = Crew) -> Delivery:
    """Sends what is due. Tracker errors are recorded with their rows, never raised."""
    delivery, at = Delivery(), Round(now)
    with hire(partial(width, runtime)) as crew:
        for _ in range(PASSES):
            walk = Walk(runtime, delivery, at, crew)
            if not walk.go() or runtime.ending():
                break
    if walk.rows.seen:
        with runtime.store.read() as tx:
            delivery.waiting = sum(tx.outbox_counts(ON_THE_WAY).values())
    return delivery
