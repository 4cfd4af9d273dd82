"""A project that is closed to us waits with its writes; the others of the same tracker go on."""

from __future__ import annotations

import msgspec
import pytest
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import MAPPING, ladder
from tests.unit.engine_world import SmallWorld, new_item

from collab_sync.errors import AccessError
from collab_sync.model.action import CreateWrite, ItemWrite, LinkWrite
from collab_sync.workbench.fakes.fake_tracker import source_ref

LATE = ladder((">0wd", "label: {add: 延期}"))
OPS = MAPPING.projects[0].model_copy(update={"name": "运维", "project": "OPS"})


def two_projects(world_of: WorldMaker) -> SmallWorld:
    """On one tracker; two overdue items in the one that will be closed, behind them one in the other."""
    world = world_of(LATE)
    world.mapping = MAPPING.model_copy(update={"projects": (*MAPPING.projects, OPS)})
    for key in ("NPX-1", "NPX-2"):
        world.make(key, due="2025-09-16")
    item = new_item("OPS-1", world.clock.now(), due="2025-09-16")
    world.put("OPS-1", msgspec.structs.replace(item, source=source_ref(OPS, "OPS-1")))
    world.tick("09-17 08:59")
    return world


def closing(world: SmallWorld, status: int) -> list[str]:
    """NPX is closed from now on; the keys of items that writes were tried on."""
    tried: list[str] = []

    def refuse(when: str, write: ItemWrite) -> None:
        ref = None if isinstance(write, CreateWrite | LinkWrite) else write.target.ref
        if when == "before" and ref is not None:
            tried.append(ref.key)
            if ref.project != OPS.name:
                raise AccessError("项目看不到了", status=status)

    world.sites["jira"].on_write = refuse
    return tried


@pytest.mark.parametrize("status", [301, 403, 404, 405])
def test_一个项目关了_同一系统的别的项目照写(world_of: WorldMaker, status: int) -> None:
    """It is told, and written when it is open again; nothing is buried."""
    world = two_projects(world_of)
    closing(world, status)
    report = world.tick("09-17 09:00")
    assert world.labels("OPS-1") == {"延期"}
    assert (report.dead, any("项目看不到了" in error for error in report.errors)) == (0, True)
    world.sites["jira"].on_write = lambda _when, _write: None
    world.tick("09-17 10:00")
    assert world.labels("NPX-1") == world.labels("NPX-2") == {"延期"}


def test_令牌不行时整个系统都停(world_of: WorldMaker) -> None:
    """Asking on with a refused credential locks accounts."""
    world = two_projects(world_of)
    tried = closing(world, 401)
    world.tick("09-17 09:00")
    assert "NPX-1" in tried
    assert "OPS-1" not in tried
    assert world.labels("OPS-1") == set()
