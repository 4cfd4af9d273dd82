"""Items that people relate across trackers are found from either side, whichever of them has changed."""

from __future__ import annotations

from tests.unit.conftest import WorldMaker
from tests.unit.engine_world import SmallWorld

SILENT = """\
  - id: silent
    name: 不作声
    for: work_item
    where: {type: 文档}
    when: {state: {title: present}}
    do: [{label: {add: 延期}}]
"""


def related(world_of: WorldMaker, *, secret: bool = False) -> SmallWorld:
    """Two Jira items name one of GitLab, which names neither."""
    world = world_of(SILENT)
    world.make("pmo/collab#1", title="首页")
    world.make("NPX-1", title="固件", fields={"关联": "pmo/collab#1"})
    world.tick("09-17 10:00")
    world.make("NPX-2", title="定价", fields={"关联": "pmo/collab#1"}, confidential=secret)
    world.tick("09-17 11:00")
    return world


def test_登记里列出所有关联_不论这次看的是哪一个(world_of: WorldMaker) -> None:
    world = related(world_of)
    world.edit("NPX-1", title="固件 v2")
    world.tick("09-17 12:00")
    (register,) = world.comments("pmo/collab#1")
    assert "NPX-1" in register
    assert "NPX-2" in register


def test_能放链接的一边各有一条链接_不重复(world_of: WorldMaker) -> None:
    world = related(world_of)
    url = world.raw("pmo/collab#1").source.url
    for key in ("NPX-1", "NPX-2"):
        world.edit(key, title="改名")
    world.tick("09-17 12:00")
    assert [[link.target for link in world.raw(key).links] for key in ("NPX-1", "NPX-2")] == [[url], [url]]


def test_取消又恢复的关联_登记跟着变(world_of: WorldMaker) -> None:
    world = related(world_of)
    body = world.raw("NPX-2").body
    world.edit("NPX-2", body=tuple(line for line in body if not line.text.startswith("关联")))
    world.edit("NPX-1", title="固件 v2")
    world.tick("09-17 12:00")
    assert "NPX-2" not in world.comments("pmo/collab#1")[0]
    world.edit("NPX-2", body=body)
    world.edit("NPX-1", title="固件")
    world.tick("09-17 13:00")
    (register,) = world.comments("pmo/collab#1")
    assert "NPX-2" in register


def test_保密事项不在别处登记(world_of: WorldMaker) -> None:
    world = related(world_of, secret=True)
    (register,) = world.comments("pmo/collab#1")
    assert ("NPX-1" in register, "NPX-2" in register) == (True, False)


def test_再看一次什么也不写(world_of: WorldMaker) -> None:
    world = related(world_of)
    before = len(world.rows())
    for key in ("NPX-1", "NPX-2", "pmo/collab#1"):
        world.edit(key)
    world.tick("09-17 12:00")
    assert len(world.rows()) == before
