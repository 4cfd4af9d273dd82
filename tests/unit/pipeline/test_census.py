"""The census: what was deleted, moved or hidden leaves the mirror by evidence, and never by a failure to look."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import msgspec
import pytest
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import MAPPING, ladder, overdue
from tests.unit.engine_world import SmallWorld, at, id_of

from collab_sync.analysis.view import TASK_ID
from collab_sync.carriers.raw import RawItem
from collab_sync.errors import AccessError, ConfigurationError, MissingItemError, TransientError
from collab_sync.model.action import CommentWrite
from collab_sync.model.mapping import ProjectMapping, TrackerMapping
from collab_sync.pipeline.absorb import GONE
from collab_sync.pipeline.census.count import FEW
from collab_sync.workbench.explain import explain
from collab_sync.workbench.fakes.fake_tracker import default_mapping, source_ref

LATE = ladder(
    (">0wd", "label: {add: 延期}", overdue("[R]", "截止日 {{ s.due }} 已过")),
    (">2wd", overdue("[dept.lead]", "逾期 {{ s.late_days }} 天")),
)
OPS = default_mapping(ProjectMapping(name="jira-ops", connection="jira", project="OPS"))


def gone(world: SmallWorld, key: str) -> tuple[str, str]:
    """How the mirror knows an item: why it is gone, and by what evidence."""
    with world.store.read() as tx:
        note = tx.recorded(f"{GONE}{id_of(key)}").get(f"{GONE}{id_of(key)}")
        return tx.items([id_of(key)])[id_of(key)].gone, note[1] if note else ""


def move(world: SmallWorld, key: str, project: ProjectMapping, new_key: str) -> None:
    """As in Jira: the item keeps its id and gets another key."""
    item = world.raw(key)
    there = msgspec.structs.replace(source_ref(project, new_key), native_id=item.source.native_id)
    world.put(key, msgspec.structs.replace(item, source=there, updated_at=world.clock.now()))


def test_删掉的事项_普查后离开镜像_有据可查_谁也不打扰(world_of: WorldMaker) -> None:
    world = world_of(LATE)
    world.make("NPX-1", R=("李明",), due="2025-09-15")
    world.tick("09-16 09:00")
    assert world.labels("NPX-1") == {"延期"}
    world.sites["jira"].inner.remove("NPX-1")
    told = world.told()
    world.run("09-18 18:00")
    assert gone(world, "NPX-1") == ("deleted", "NPX-1\nNPX-1 已不在")
    assert world.told() == told
    with world.store.read() as tx:
        assert tx.ids_where(project="jira-npx") == ()
        assert tx.next_due() is None or all(
            str(one) != f"work_item:{id_of('NPX-1')}" for one in tx.due(at("12-31 00:00"))
        )


def test_问起不在了的事项_explain_说凭据(world_of: WorldMaker) -> None:
    world = world_of(LATE)
    world.make("NPX-1")
    world.tick("09-15 09:00")
    world.sites["jira"].inner.remove("NPX-1")
    world.tick("09-15 21:00")
    with world.store.read() as tx, pytest.raises(ConfigurationError, match="NPX-1 已不在"):
        explain(tx, world.runtime.ruling, "NPX-1", world.clock.now())


def test_再看到就回来_已说过的不再说(world_of: WorldMaker) -> None:
    world = world_of(LATE)
    world.make("NPX-1", R=("李明",), due="2025-09-15")
    world.tick("09-16 09:00")
    item, told = world.raw("NPX-1"), world.told()
    world.sites["jira"].inner.remove("NPX-1")
    world.tick("09-16 21:00")
    assert gone(world, "NPX-1")[0] == "deleted"
    world.put("NPX-1", item)
    world.tick("09-17 10:00")
    assert gone(world, "NPX-1") == ("", "")
    assert world.told() == told


def test_移进另一个登记的项目_还是它自己(world_of: WorldMaker) -> None:
    """The other project is pulled anyway; the old one must not take the item for lost."""
    world = world_of(LATE)
    world.mapping = TrackerMapping(projects=(*MAPPING.projects, OPS))
    world.tick("09-15 09:00")
    world.make("NPX-1", R=("李明",), due="2025-09-15")
    world.tick("09-16 09:00")
    told = world.told()
    move(world, "NPX-1", OPS, "OPS-7")
    world.tick("09-17 09:00")
    with world.store.read() as tx:
        stored = tx.items([id_of("NPX-1")])[id_of("NPX-1")]
    assert (stored.gone, stored.item.source.project, stored.item.source.key) == ("", "jira-ops", "OPS-7")
    assert world.told() == told


def test_移到没有登记的项目_算移走_写明现在的编号(world_of: WorldMaker) -> None:
    world = world_of(LATE)
    world.make("NPX-1", due="2025-09-15")
    world.tick("09-16 09:00")
    move(world, "NPX-1", OPS, "OPS-7")
    world.tick("09-17 09:00")
    assert gone(world, "NPX-1") == ("moved", "NPX-1\nNPX-1 移到了 OPS")


@pytest.mark.parametrize("error", [AccessError("看不到项目"), TransientError("忙")])
def test_没数完的普查什么也不说明_过一小时再数(world_of: WorldMaker, error: Exception) -> None:
    world = world_of(LATE)
    world.make("NPX-1")
    world.tick("09-15 09:00")
    world.sites["jira"].inner.remove("NPX-1")
    failing = [error]
    asked: list[str] = []

    def census(project: str) -> None:
        asked.append(project)
        if failing and project == "jira-npx":
            raise failing.pop()

    world.sites["jira"].on_census = census
    report = world.tick("09-15 21:00")
    assert [(one.project, one.error) for one in report.censuses if one.error] == [("jira-npx", str(error))]
    assert gone(world, "NPX-1")[0] == ""
    world.tick("09-15 21:30")
    assert asked == ["jira-npx"]
    world.tick("09-15 22:00")
    assert gone(world, "NPX-1")[0] == "deleted"


def test_一下子少了一大片_先不信_再数一次还是如此才认(world_of: WorldMaker) -> None:
    world = world_of(LATE)
    for number in range(FEW + 10):
        world.make(f"NPX-{number + 1}")
    world.tick("09-15 09:00")
    for number in range(FEW + 1):
        world.sites["jira"].inner.remove(f"NPX-{number + 1}")
    report = world.tick("09-15 21:00")
    (doubt,) = [one.error for one in report.censuses if one.error]
    assert "21 个事项" in doubt
    assert "权限" in doubt
    assert gone(world, "NPX-1")[0] == ""
    world.tick("09-15 22:00")
    assert gone(world, "NPX-1")[0] == "deleted"
    assert gone(world, f"NPX-{FEW + 10}")[0] == ""


def test_怀疑不成立_就当没有过(world_of: WorldMaker) -> None:
    """The permission came back before the second census: the next suspicion has to be confirmed again."""
    world = world_of(LATE)
    items: list[RawItem] = []
    for number in range(FEW + 5):
        world.make(f"NPX-{number + 1}")
        items.append(world.raw(f"NPX-{number + 1}"))
    world.tick("09-15 09:00")
    for item in items:
        world.sites["jira"].inner.remove(item.source.key)
    world.tick("09-15 21:00")
    for item in items:
        world.put(item.source.key, item)
    world.tick("09-15 22:00")
    for item in items:
        world.sites["jira"].inner.remove(item.source.key)
    report = world.tick("09-16 10:00")
    assert [bool(one.error) for one in report.censuses if one.project == "jira-npx"] == [True]
    assert gone(world, "NPX-1")[0] == ""


def test_读失败的项目不普查(world_of: WorldMaker) -> None:
    """A shard that is stale says nothing about what is not there."""
    world = world_of(LATE)
    world.make("NPX-1")
    world.tick("09-15 09:00")
    world.sites["jira"].inner.remove("NPX-1")

    def busy(_project: str) -> None:
        raise TransientError("忙")

    world.sites["jira"].on_pull = busy
    report = world.tick("09-15 21:00")
    assert [one.project for one in report.censuses] == ["gl-pmo"]
    assert gone(world, "NPX-1")[0] == ""


def test_写给已不在的事项_当场查明_收起来不再试(world_of: WorldMaker) -> None:
    """The census may be hours away; a write that finds nobody asks at once, and the next one is not even sent."""
    world = world_of(LATE)
    world.make("NPX-1", R=("李明",), due="2025-09-15")
    world.tick("09-16 08:59")
    site = world.sites["jira"]

    def vanish(when: str, write: object) -> None:
        if when == "before" and isinstance(write, CommentWrite) and site.inner.item("NPX-1"):
            site.inner.remove("NPX-1")
            raise MissingItemError("404")

    site.on_write = vanish
    report = world.tick("09-16 09:00")
    assert gone(world, "NPX-1")[0] == "deleted"
    assert (report.dead, report.errors) == (0, ())
    assert {row.last_error for row in world.rows("dead")} == {"NPX-1 已不在"}


def test_数不完的下一轮接着数(world_of: WorldMaker) -> None:
    """A sweep keeps the others waiting for one turn only, and what was created meanwhile is not missing."""
    world = world_of(LATE)
    for number in range(3):
        world.make(f"NPX-{number + 1}")
    world.tick("09-15 09:00")
    world.sites["jira"].inner.remove("NPX-2")
    world.turn = timedelta(0)
    tracker = world.sites["jira"].inner
    tracker.census_page = 1
    found = [world.tick(text) for text in ("09-15 21:00", "09-15 21:01")]
    assert gone(world, "NPX-2")[0] == ""
    world.make("NPX-9")
    found += [world.tick(text) for text in ("09-15 21:02", "09-15 21:03")]
    assert gone(world, "NPX-2")[0] == "deleted"
    assert gone(world, "NPX-9")[0] == ""
    assert sum(one.gone for report in found for one in report.censuses) == 1


def test_读漏了的_普查认得出_从头再读(world_of: WorldMaker) -> None:
    """A list that moves under the reader may lose one item; what is merely new since the pull is no reason."""
    world = world_of(LATE)
    world.make("NPX-1")
    world.tick("09-15 09:00")
    tracker = world.sites["jira"].inner
    world.make("NPX-2")
    tracker.revision += 1
    with world.store.write() as tx:  # as if a pull had passed NPX-2 by
        tx.put_shards([msgspec.structs.replace(tx.shards()["jira-npx"], cursor=str(tracker.revision))])
    world.tick("09-15 21:00")
    with world.store.read() as tx:
        assert tx.ids_where(project="jira-npx") == (id_of("NPX-1"),)
    world.tick("09-15 21:01")
    world.tick("09-15 21:02")
    with world.store.read() as tx:
        assert tx.ids_where(project="jira-npx") == (id_of("NPX-1"), id_of("NPX-2"))


def test_又看得见而没人改过的_从头再读时回来(world_of: WorldMaker) -> None:
    """A permission that comes back is no edit: no pull tells of it, the census does."""
    world = world_of(LATE)
    world.make("NPX-1")
    world.tick("09-15 09:00")
    tracker, item = world.sites["jira"].inner, world.raw("NPX-1")
    tracker.remove("NPX-1")
    world.tick("09-15 21:00")
    assert gone(world, "NPX-1")[0] == "deleted"
    world.put("NPX-1", item)
    with world.store.write() as tx:
        tx.put_shards([msgspec.structs.replace(tx.shards()["jira-npx"], cursor=str(tracker.revision))])
    for text in ("09-16 09:00", "09-16 09:01", "09-16 09:02"):
        world.tick(text)
    assert gone(world, "NPX-1") == ("", "")


def test_换了身份的移动_编号和已经走到的一步跟着走(world_of: WorldMaker) -> None:
    """As in GitLab: the original is closed and says where it goes on; the copy has new ids and all the comments."""
    world = world_of(LATE)
    world.make("NPX-1", R=("李明",), due="2025-09-15")
    world.tick("09-16 09:00")
    with world.store.write() as tx:
        tx.record(f"{TASK_ID}{id_of('NPX-1')}", at("09-15 09:00"), "T-20250915-001")
    told = world.told()
    item = world.raw("NPX-1")
    copy = msgspec.structs.replace(item, source=source_ref(MAPPING.projects[0], "NPX-50"))
    for step in (partial(world.put, "NPX-50", copy), partial(world.edit, "NPX-1", moved_to="NPX-50", status="已完成")):
        step()
    world.tick("09-16 10:00")
    assert gone(world, "NPX-1")[0] == "moved"
    with world.store.read() as tx:
        assert tx.recorded(f"{TASK_ID}{id_of('NPX-50')}")[f"{TASK_ID}{id_of('NPX-50')}"][1] == "T-20250915-001"
    assert world.told() == told, "复制品不是新闻"
    world.run("09-19 10:00")
    assert [line for line in world.told() if line not in told] == [("09-18 09:00", "NPX-50", ("陈志远",))]
