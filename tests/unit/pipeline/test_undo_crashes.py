"""The process dies anywhere in an undo and is started again: the trackers end up as if nothing had happened."""

from __future__ import annotations

from contextlib import suppress

from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import ladder, overdue
from tests.unit.engine_world import Crash, SmallWorld
from tests.unit.mortal_store import MortalStore
from tests.unit.pipeline.test_crash_anywhere import Doom, State, end

from collab_sync.model.action import ItemWrite
from collab_sync.pipeline.undo import commit_undo, intend
from collab_sync.pipeline.write_back import deliver

RULES = ladder(
    (">0wd", "label: {add: 延期}", overdue("[R]", "截止日 {{ s.due }} 已过")),
    (">1wd", 'label: {set: "升级::L1"}', overdue("[R, dept.lead]", "逾期 {{ s.late_days }} 天"),
     'create_issue: {key: "会:{{ today }}", type: 会议, dept: 研发部, title: 会, body: 逾期, to: [dept.lead], '
     "link: relates}"),
)  # fmt: skip
RUN = "2025-09-18T09:00"


def undo(world: SmallWorld) -> None:
    """What the command does, between opening and closing."""
    now = world.clock.now()
    with world.store.write() as tx:
        undoing = intend(tx, world.runtime.ruling, RUN, now)
        commit_undo(tx, undoing, now)
    deliver(world.runtime, now)


def played(world: SmallWorld, doom: Doom) -> State:
    """Two runs, the later of which is taken back; whoever died asks for it again, and the daemon goes on."""
    world.make("NPX-1", due="2025-09-16")
    world.make("pmo/collab#2", due="2025-09-16")
    for minute in ("09-17 09:00", "09-18 09:00"):
        world.tick(minute)
    lasting, world.store = world.store, MortalStore(world.store, doom.pass_by)

    def request(_when: str, _write: ItemWrite) -> None:
        doom.pass_by()

    for site in world.sites.values():
        site.on_write = request
    with suppress(Crash):
        undo(world)
    world.store, doom.at = lasting, -1
    if doom.dead:
        undo(world)
    for minute in ("09-18 09:10", "09-18 09:20", "09-18 10:00"):
        world.tick(minute)
    return end(world)


def test_撤回时断在任何地方_终态相同(world_of: WorldMaker) -> None:
    """Before and after every commit and every request."""
    undisturbed = Doom()
    world = world_of(RULES)
    wanted = played(world, undisturbed)
    places = undisturbed.seen
    assert places > 30
    item = next(one for one in wanted if one[0] == "NPX-1")
    assert ("延期" in item[1], "升级::L1" in item[1], item[3]) == (True, False, ())
    differing = []
    for point in range(places):
        doom = Doom(point)
        again = world_of(world.rules)
        if played(again, doom) != wanted or not doom.dead:
            differing.append(point)
    assert differing == []
