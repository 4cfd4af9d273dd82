"""Rows drawn at random, delivered over trackers that fail as scripted; what is there in the end, in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import msgspec
from structlog.testing import capture_logs
from tests.unit.engine_world import EVERY_STATE, Crash, SmallWorld
from tests.unit.scripted_crew import ScriptedCrew

from collab_sync.errors import (
    MissingItemError,
    RejectedActionError,
    TransientError,
    UnknownOutcomeError,
)
from collab_sync.model import marker
from collab_sync.model.action import CommentWrite, CreateWrite, ItemWrite, LabelWrite, LinkWrite, PlannedWrite, Target
from collab_sync.model.document import Document, Paragraph, Text
from collab_sync.model.marker import Marker
from collab_sync.pipeline.delivery.walk import Hire
from collab_sync.pipeline.write_back import deliver
from collab_sync.planner.desks.comments import POST
from collab_sync.ports.store import ON_THE_WAY, OutboxRow

ITEMS = ("NPX-1", "NPX-2", "NPX-3", "pmo/collab#1", "pmo/collab#2")
MADE = ("会议甲", "会议乙")
FAULTS: Mapping[str, tuple[str, Callable[[], Exception]]] = {
    "忙": ("before", lambda: TransientError("忙")),
    "断线,没写": ("before", lambda: UnknownOutcomeError("断线")),
    "断线,写了": ("after", lambda: UnknownOutcomeError("断线")),
    "拒绝": ("before", lambda: RejectedActionError("不许")),
    "没有": ("before", lambda: MissingItemError("找不到")),
    "缺陷": ("before", lambda: KeyError("没有这个键")),
}
"""What may meet a write: when, and what is raised."""


@dataclass(frozen=True)
class Drawn:
    """One row to be: ``kind`` of write, the ``place`` it goes to (an item, or an issue that is to be made), the faults
    that its attempts meet one after the other."""

    kind: str
    place: str
    faults: tuple[str, ...] = ()


@dataclass
class Play:
    """A world in which these rows are delivered. ``seen``: called before and after every request."""

    world: SmallWorld
    rows: Sequence[Drawn]
    at_once: int = 1
    seen: Callable[[str, ItemWrite], None] = lambda _when, _write: None
    planned: list[PlannedWrite] = field(default_factory=list)
    _left: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key in ITEMS:
            self.world.make(key)
        self.world.tick()
        self.planned = [_planned(self.world, number, row) for number, row in enumerate(self.rows)]
        for planned, row in zip(self.planned, self.rows, strict=True):
            self._left[text_of(planned.write)] = list(row.faults)
        for site in self.world.sites.values():
            site.at_once = self.at_once
            site.on_write = self._meet
        with self.world.store.write() as tx:
            tx.enqueue(self.planned, at=self.world.clock.now())

    def deliver(self, hire: Hire) -> int:
        """One delivery; how many rows are still on their way."""
        with capture_logs():  # defects are wanted here, and shown at length
            return deliver(self.world.runtime, self.world.clock.now(), hire).waiting

    def to_the_end(self, hire: Hire, rounds: int = 6) -> None:
        """Delivers until nothing waits any more, at most so often; the clock goes on in between, and a process that
        dies is started again."""
        waiting = 1
        for _ in range(rounds):
            with suppress(Crash):
                waiting = self.deliver(hire)
            if not waiting:
                return
            self.pass_time()

    def pass_time(self) -> None:
        self.world.clock.set(self.world.clock.now() + timedelta(minutes=40))

    def row(self, write: ItemWrite) -> OutboxRow:
        """As the store has it now."""
        with self.world.store.read() as tx:
            rows = tx.outbox(EVERY_STATE)
        return next(row for row in rows if text_of(row.planned.write) == text_of(write))

    def outbox(self) -> tuple[OutboxRow, ...]:
        return self.world.rows()

    def _meet(self, when: str, write: ItemWrite) -> None:
        self.seen(when, write)
        left = self._left[text_of(write)]
        if when == "find" or not left:
            return
        moment, error = FAULTS[left[0]]
        if when == moment:
            left.pop(0)
            raise error()

    # --- in words ----------------------------------------------------------------------------------------------
    def tracker(self) -> list[str]:
        """What people see, item by item; numbers of issues that we made are left out."""
        found = []
        for site in self.world.sites.values():
            for item in site.inner.items():
                links = sorted(f"{link.kind} {link.target}" for link in item.links)
                texts = self.world.comments(item.source.key)
                found.append(f"{item.source.key} {item.title} {sorted(item.labels)} {texts} {links}")
        return self._named(found)

    def store(self) -> list[str]:
        """What the store knows: rows, mirror, traces, what is to be judged. Links are left out: a link is sent to its
        source, and whether its other end is read back before or after it is chance until the next reading."""
        with self.world.store.read() as tx:
            ids = [id_ for name in ("jira-npx", "gl-pmo") for id_ in tx.ids_where(project=name)]
            mirrored = tx.items(ids).values()
            found = [f"{stored.gone} {msgspec.structs.replace(stored.item, links=())}" for stored in mirrored]
            found += [f"{trace}" for traces in tx.managed(ids).values() for trace in traces]
            found += [f"{subject}" for subject in tx.dirty()]
            found += [f"{key} {value}" for key, value in tx.recorded("gone:").items()]
        for row in self.outbox():
            receipt = msgspec.structs.asdict(row.receipt) if row.receipt else None
            found.append(f"{row.planned.key} {row.state} {row.attempts} {row.next_attempt} {row.last_error} {receipt}")
        return self._named(found)

    def _named(self, lines: Sequence[str]) -> list[str]:
        """Issues of ours by the keys under which they were made."""
        names = {
            item.source.key: mark.key
            for site in self.world.sites.values()
            for item in site.inner.items()
            if (mark := marker.loads(item.marker)) is not None
        }
        found = re.compile(r"pmo/collab#1\d\d")
        said = (found.sub(lambda one: names.get(one[0], one[0]), line) for line in lines)
        return sorted(re.sub(r"iid='1\d\d'", "", line) for line in said)


def text_of(write: object) -> str:
    """A word that tells the writes of one play apart."""
    match write:
        case LabelWrite():
            return write.add[0]
        case CommentWrite():
            return str(marker.loads(write.marker))
        case CreateWrite():
            return write.title
        case LinkWrite():
            return write.kind
    raise AssertionError(write)


def scripted(seed: int) -> Hire:
    """Answers in an order drawn from the seed."""
    chance = Random(seed)
    return lambda width: ScriptedCrew(width, chance)


def bearing(rows: Sequence[OutboxRow], place: str) -> list[OutboxRow]:
    """Rows that go to one place, in the order of the outbox."""
    return [row for row in rows if row.planned.reason == place]


def on_the_way(rows: Sequence[OutboxRow]) -> list[OutboxRow]:
    return [row for row in rows if row.state in ON_THE_WAY]


def _planned(world: SmallWorld, number: int, row: Drawn) -> PlannedWrite:
    made = row.place in MADE
    target = Target(creation_key=row.place) if made else Target(ref=world.raw(row.place).source)
    waits = (row.place,) if made and row.kind != "create" else ()
    project = "gl-pmo" if made or "#" in row.place else "jira-npx"
    write: ItemWrite
    match row.kind:
        case "create":
            mark = marker.dumps(Marker(key=row.place))
            write = CreateWrite(project=project, type="会议", title=f"{row.place} {number}", document=said("开会"),
                                marker=mark)  # fmt: skip
        case "label":
            write = LabelWrite(target=target, add=(f"第{number}行",))
        case "comment":
            mark = marker.dumps(Marker(key=f"{POST}{number}", hash=str(number)))
            write = CommentWrite(target=target, document=said(f"第 {number} 行"), marker=mark)
        case _:
            end = Target(creation_key=MADE[0])
            write, waits = LinkWrite(source=target, kind=f"relates{number}", target=end), (*waits, MADE[0])
    return PlannedWrite(key=f"行{number}", project=project, write=write, lines=(), reason=row.place, waits_for=waits)


def said(text: str) -> Document:
    return Document((Paragraph((Text(text),)),))
