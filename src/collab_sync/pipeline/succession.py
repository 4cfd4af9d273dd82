"""Moves that give an item a new id: what we know of the old one goes on under the new one.

Some trackers (GitLab) close what is moved, say under which id it goes on, and make a copy with everything people wrote.
The copy is no news: its number, its decisions' numbers and its running episodes are those of the original, and what its
copied comments say was said long ago. Original and copy may be read in either order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from collab_sync.analysis.view import DECISION_NUMBER, TASK_ID
from collab_sync.model.episode import Episode
from collab_sync.model.identity import ItemId, SubjectKind, SubjectRef
from collab_sync.model.work_item import WorkItem
from collab_sync.ports.store import Transaction

AWAITED = "moved-to:"
"""Under ``moved-to:‹new id›`` the journal keeps the old id until both have been read."""
ARRIVED = "arrived:"
"""Under ``arrived:‹new id›`` the old id until the copy has been judged once, quietly."""


def succeed(tx: Transaction, items: Sequence[WorkItem], now: datetime) -> None:
    """Hands over where an original and its copy are both mirrored now; ``items`` have just been stored."""
    moved = {item.moved_to: item.id for item in items if item.moved_to}
    tx.record_all({f"{AWAITED}{new}": (now, old) for new, old in moved.items()})
    noted = tx.noted(f"{AWAITED}{id_}" for id_ in (*moved, *(item.id for item in items)))
    awaited = {ItemId(key.removeprefix(AWAITED)): ItemId(old) for key, (_, old) in noted.items() if old}
    for new in tx.items(awaited):
        _hand_over(tx, awaited[new], new, now)
        tx.record(f"{ARRIVED}{new}", now, awaited[new])
        tx.record(f"{AWAITED}{new}", now, "")


def arrivals(tx: Transaction, among: Iterable[ItemId]) -> frozenset[ItemId]:
    """Copies that have not been judged yet."""
    noted = tx.noted(f"{ARRIVED}{id_}" for id_ in among)
    return frozenset(ItemId(key.removeprefix(ARRIVED)) for key, (_, old) in noted.items() if old)


def settle_arrivals(tx: Transaction, judged: Iterable[ItemId], now: datetime) -> None:
    """These copies have been judged: from now on they are items like any other."""
    tx.record_all({f"{ARRIVED}{id_}": (now, "") for id_ in arrivals(tx, judged)})


def _hand_over(tx: Transaction, old: ItemId, new: ItemId, now: datetime) -> None:
    numbers = {**tx.recorded(f"{TASK_ID}{old}"), **tx.recorded(f"{DECISION_NUMBER}{old}|")}
    for key, (_, number) in numbers.items():
        prefix = TASK_ID if key.startswith(TASK_ID) else DECISION_NUMBER
        tx.record(f"{prefix}{new}{key.removeprefix(f'{prefix}{old}')}", now, number)
    before, after = (SubjectRef(SubjectKind.WORK_ITEM, id_) for id_ in (old, new))
    running = tx.episodes([before, after])
    there = {(episode.rule, episode.key) for episode in running.get(after, ())}
    left = running.get(before, ())
    tx.put_episodes(_under(episode, after, old, new) for episode in left if (episode.rule, episode.key) not in there)
    tx.put_episodes(msgspec.structs.replace(episode, ended_at=now, holds=()) for episode in left)


def _under(episode: Episode, subject: SubjectRef, old: ItemId, new: ItemId) -> Episode:
    holds = tuple(msgspec.structs.replace(hold, item=new) if hold.item == old else hold for hold in episode.holds)
    return msgspec.structs.replace(episode, subject=subject, holds=holds)
