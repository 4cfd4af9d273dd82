"""Asked to end in the middle of a tick: nothing new is begun, and the next start goes on where it was left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import ladder, overdue
from tests.unit.engine_world import SmallWorld, id_of

from collab_sync.pipeline.census.sweeps import Sweeps
from collab_sync.pipeline.tick import TickReport, tick

LATE = ladder((">0wd", "label: {add: 延期}", overdue("[R]", "截止日 {{ s.due }} 已过")))
LABEL = """\
  - id: begun
    name: 开始
    for: work_item
    when: {state: {status: 进行中}}
    do: [{label: {add: 延期}}]
  - id: follow
    name: 跟着
    for: work_item
    when: {state: {labels: {has: 延期}}}
    do: [{label: {add: 待接收}}]
"""


def gone(world: SmallWorld) -> set[str]:
    with world.store.read() as tx:
        ids = {key: id_of(key) for key in ("NPX-1", "NPX-2", "NPX-3")}
        held = tx.items(ids.values())
    return {key for key, id_ in ids.items() if held[id_].gone}


def test_写完在途的就停_后果留给下一次(world_of: WorldMaker) -> None:
    """The second rule follows from what the first one wrote: a round of its own, which is not begun any more."""
    world = world_of(LABEL)
    world.make("NPX-1")
    world.clock.set(world.clock.now() + timedelta(hours=2))
    tick(replace(world.runtime, ending=lambda: "延期" in world.labels("NPX-1")))
    assert world.labels("NPX-1") == {"延期"}
    world.restarted().tick()
    assert world.labels("NPX-1") == {"延期", "待接收"}


def test_还没判断就要停_什么也不判断_下次照判(world_of: WorldMaker) -> None:
    world = world_of(LATE)
    world.make("NPX-1", due="2025-09-15")
    world.tick("09-15 10:00")
    world.clock.set(world.clock.now() + timedelta(days=1))
    report = tick(replace(world.runtime, ending=lambda: True))
    assert (report.evaluated, report.planned, world.log()) == (0, 0, ())
    assert world.restarted().tick().planned == 2


def test_普查在两个项目之间停下_没数的下次再数(world_of: WorldMaker) -> None:
    world = world_of(LATE)
    world.tick("09-15 09:00")
    counted: list[str] = []
    for site in world.sites.values():
        site.on_census = counted.append
    world.clock.set(world.clock.now() + timedelta(hours=12))
    tick(replace(world.runtime, ending=lambda: bool(counted)))
    assert counted == ["jira-npx"]
    world.sweeps = Sweeps()  # they end with the process
    world.tick()
    assert counted == ["jira-npx", "jira-npx", "gl-pmo"], "what was broken off begins anew"


def test_逐个追问时停下_其余的下次启动就问(world_of: WorldMaker) -> None:
    """Without this they would be asked after with the next census, half a day later."""
    world = world_of(LATE)
    for key in ("NPX-1", "NPX-2", "NPX-3"):
        world.make(key)
    world.tick("09-15 09:00")
    for key in ("NPX-1", "NPX-3"):
        world.sites["jira"].inner.remove(key)
    world.clock.set(world.clock.now() + timedelta(hours=12))
    report: TickReport = tick(replace(world.runtime, ending=lambda: bool(gone(world))))
    assert sum(one.gone for one in report.censuses) == len(gone(world)) == 1
    world.restarted().tick()
    assert gone(world) == {"NPX-1", "NPX-3"}
