"""Calls for a small world's two trackers, proved by a word instead of a signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.unit.engine_world import SmallWorld

from collab_sync.daemon.hooks.reception import Desk, Reception
from collab_sync.daemon.loop import Daemon
from collab_sync.model.connection import Secret
from collab_sync.ports import Delivery

SECRET = Secret("word-0123456789abcdef")


class WordOfMouth:
    """The secret itself in ``word``, the delivery's number in ``number``; the body names the project."""

    def verify(
        self, headers: Mapping[str, str], body: bytes, secrets: Sequence[Secret], now: datetime
    ) -> Delivery | None:
        if headers.get("word") not in [secret.reveal() for secret in secrets]:
            return None
        return Delivery(headers.get("number", ""), frozenset({body.decode("utf-8", "replace")}))


@dataclass
class Office:
    """A daemon over a world, and the desk that takes calls for it."""

    world: SmallWorld
    daemon: Daemon
    reception: Reception

    def call(self, connection: str, project: str, number: str, word: str = SECRET.reveal()) -> bool:
        return self.reception.receive(connection, {"word": word, "number": number}, project.encode())


def office_of(world: SmallWorld, folder: Path) -> Office:
    """Both trackers have the secret; time between beats is the world's."""
    daemon = Daemon(world.runtime, folder, lambda: world.runtime.ruling)
    daemon.elapsed = lambda: world.clock.now().timestamp()
    desks = {name: Desk(WordOfMouth(), (SECRET,)) for name in world.sites}
    desks["untold"] = Desk(WordOfMouth(), ())
    return Office(world, daemon, Reception(desks, world.clock, daemon.hints, daemon.runtime.projects))
