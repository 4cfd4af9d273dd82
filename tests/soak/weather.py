"""Weather for months: mostly fair, some hours of storm, now and then an outage of one tracker; people never feel it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from collab_sync.sandbox.story.stage import Stage

STATUSES = (429, 500, 502, 503, 504)
DROPS = ("before", "reset", "during", "after")
SETTLED = timedelta(hours=3)
"""After so long a time of fair weather nothing of a storm is left: attempts are at most half an hour apart."""


def faults(random: Random) -> list[dict[str, Any]]:
    """A storm: every kind of trouble that passes by itself, on reading and on writing."""
    chance = random.uniform(0.02, 0.15)
    every: list[dict[str, Any]] = [{"drop": drop} for drop in DROPS]
    every += [{"status": status} for status in STATUSES]
    every += [{"status": 502, "after": True}, {"html200": True}, {"headers": {"X-RateLimit-NearLimit": "true"}}]
    every.append({"status": 429, "headers": {"Retry-After": "40"}})
    return [
        {"match": {"probability": chance, "path": "^/(jira|gitlab)/"}, "effect": effect}
        for effect in random.sample(every, 6)
    ]


def outage(random: Random) -> list[dict[str, Any]]:
    """One tracker is down: it refuses, or it answers a page of its proxy."""
    tracker = random.choice(("jira", "gitlab"))
    effect = random.choice(({"drop": "before"}, {"status": 503}, {"status": 502}))
    return [{"match": {"path": f"^/{tracker}/"}, "effect": effect}]


@dataclass
class Weather:
    """In force only while the daemon works. ``met``: phases so far by kind."""

    stage: Stage
    random: Random
    met: Counter[str] = field(default_factory=Counter)
    kind: str = "fair"
    _since: datetime | None = None
    _until: datetime | None = None
    _faults: list[dict[str, Any]] = field(default_factory=list)

    def turn(self, now: datetime) -> None:
        """Another phase begins when the present one is over."""
        if self._until is not None and now < self._until:
            return
        fair = self.kind != "fair"
        self.kind = "fair" if fair else self.random.choices(("storm", "outage"), (4, 1))[0]
        hours = self.random.uniform(8, 60) if fair else self.random.uniform(1, 30)
        self._since, self._until = now, now + timedelta(hours=hours)
        self.met[self.kind] += 1
        makes = {"fair": lambda _random: [], "storm": faults, "outage": outage}
        self._faults = makes[self.kind](self.random)

    def settled(self, now: datetime) -> bool:
        """Whether whatever a storm left behind should be gone by now."""
        return self.kind == "fair" and self._since is not None and now - self._since >= SETTLED

    def begin(self) -> None:
        """Every beat meets other requests of the same storm."""
        for fault in self._faults:
            match = fault["match"] | {"seed": self.random.randrange(10**9)}
            self.stage.control("POST", "faults", {"match": match, "effect": fault["effect"]})

    def pause(self) -> None:
        self.stage.control("DELETE", "faults")
