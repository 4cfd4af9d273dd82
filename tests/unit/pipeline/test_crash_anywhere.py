"""The process dies at any commit or request and is started again: the trackers end up as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import ladder, overdue
from tests.unit.engine_world import Crash, SmallWorld, at
from tests.unit.mortal_store import MortalStore

from collab_sync.model.action import ItemWrite

MEETING = (
    'create_issue: {key: "会:{{ today }}", merge: true, type: 会议, dept: 研发部, title: 会, '
    'body: "{{ s.key }} 逾期", to: [dept.lead], link: relates}'
)
LATE = ladder(
    (">0wd", "label: {add: 延期}", overdue("[R]", "截止日 {{ s.due }} 已过")),
    (">1wd", 'label: {set: "升级::L1"}', overdue("[R, dept.lead]", "逾期 {{ s.late_days }} 天"), MEETING),
)
MET = """\
  - id: met
    name: 会后
    for: work_item
    where: {type: 会议, open: true}
    when: {event: {entry: 决议}}
    do:
      - comment: {mode: post, to: [role:领导小组], text: "已有决议:{{ e.text }}"}
"""
RULES = LATE + MET

EVERY = 7
"""Of all places (about 150) every seventh, to stay quick; 7 is prime to the pattern before/after. 1 tries them all."""

State = tuple[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...]


def story(world: SmallWorld) -> Iterator[None]:
    """What people do; each step is followed by a tick, which may die."""
    world.make("NPX-1", due="2025-09-16")
    world.make("pmo/collab#2", due="2025-09-16")
    for minute in ("09-17 09:00", "09-17 09:10", "09-18 09:00", "09-18 09:10"):
        world.clock.set(at(minute))
        yield
    meeting = next(key for key in world.made() if key.startswith("会"))
    world.say(meeting, "陈志远", "决议", "改签备选物流商")
    world.edit("NPX-1", status="已完成")
    for minute in ("09-18 10:00", "09-18 10:10", "09-18 10:20"):
        world.clock.set(at(minute))
        yield


@dataclass
class Doom:
    """Counts the places at which a process can die; kills it at one of them, once."""

    at: int = -1
    seen: int = 0
    dead: bool = False

    def pass_by(self) -> None:
        if self.seen == self.at and not self.dead:
            self.dead = True
            self.seen += 1
            raise Crash
        self.seen += 1


def played(world: SmallWorld, doom: Doom) -> State:
    """The end of the story; a process that dies is started again in the same minute."""
    world.store = MortalStore(world.store, doom.pass_by)

    def request(_when: str, _write: ItemWrite) -> None:
        doom.pass_by()

    for site in world.sites.values():
        site.on_write = request
    for _ in story(world):
        with suppress(Crash):
            world.tick()
            continue
        world.tick()
    return end(world)


def end(world: SmallWorld) -> State:
    """What people see: per item its labels, our comments, its links; ids and times left out."""
    items = [item for site in world.sites.values() for item in site.inner.items()]
    return tuple(
        (
            item.source.key,
            tuple(sorted(item.labels)),
            tuple(sorted(world.comments(item.source.key))),
            tuple(sorted(f"{link.kind} {link.target}" for link in item.links)),
        )
        for item in sorted(items, key=lambda item: item.source.key)
    )


def test_每一个可能断掉的地方(stored_world_of: WorldMaker) -> None:
    """Before and after every commit, before and after every request, and while asking about a lost one."""
    undisturbed = Doom()
    world = stored_world_of(RULES)
    wanted = played(world, undisturbed)
    told = world.told()
    assert len(wanted) == 3
    assert undisturbed.seen > 60
    differing = []
    for point in range(0, undisturbed.seen, EVERY):
        doom = Doom(point)
        again = stored_world_of(world.rules)
        if played(again, doom) != wanted or sorted(again.told()) != sorted(told) or not doom.dead:
            differing.append(point)
        again.store.close()
    assert differing == []


@pytest.mark.parametrize("second", [1, 2, 3])
def test_起来以后马上又断(stored_world_of: WorldMaker, second: int) -> None:
    """Dying again while recovering is no different."""
    first = Doom()
    undisturbed = stored_world_of(RULES)
    wanted = played(undisturbed, first)
    for point in range(6, first.seen, 29):
        world = stored_world_of(undisturbed.rules)
        doom = Twice(point, again=second)
        assert played_stubbornly(world, doom) == wanted
        assert doom.deaths == 2


@dataclass
class Twice(Doom):
    """Kills the process at a place, and again a few places later."""

    again: int = 1
    deaths: int = 0

    def pass_by(self) -> None:
        self.seen += 1
        if self.seen - 1 in (self.at, self.at + self.again):
            self.deaths += 1
            raise Crash


def played_stubbornly(world: SmallWorld, doom: Doom) -> State:
    world.store = MortalStore(world.store, doom.pass_by)
    for site in world.sites.values():
        site.on_write = lambda _when, _write: doom.pass_by()
    for _ in story(world):
        for _attempt in range(4):
            with suppress(Crash):
                world.tick()
                break
    return end(world)
