"""Taking back a run: its labels, comments and links go; what cannot go is named; no rule puts it back."""

from __future__ import annotations

import pytest
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import NAMED, ladder, overdue
from tests.unit.engine_world import SmallWorld, new_item

from collab_sync.errors import ConfigurationError, TransientError
from collab_sync.model.action import ItemWrite
from collab_sync.pipeline.undo import commit_undo, intend
from collab_sync.pipeline.write_back import deliver
from collab_sync.planner.undo.past import Undoing

LATE = ladder((">0wd", "label: {add: 延期}", overdue("[R]", "截止日 {{ s.due }} 已过")))
LADDER = ladder(
    (">0wd", 'label: {set: "升级::L1"}', overdue("[R]", "截止日 {{ s.due }} 已过")),
    (">1wd", 'label: {set: "升级::L2"}', overdue("[R, dept.lead]", "逾期 {{ s.late_days }} 天")),
)
ALSO_LATE = (
    LATE.replace("id: late", "id: also").replace("name: 逾期", "name: 也逾期").replace("key: overdue", "key: also")
)
SHARED = NAMED.replace("key: fields", "key: overdue") + LATE
MEETING = (
    'create_issue: {key: "会:{{ today }}", merge: true, type: 会议, dept: 研发部, title: 会, '
    'body: "{{ s.key }} 逾期", to: [dept.lead], link: relates}'
)
POST = 'comment: {mode: post, to: [R], text: "请看 {{ s.key }}"}'


def undone(world: SmallWorld, run: str) -> Undoing:
    """The run is taken back now."""
    now = world.clock.now()
    with world.store.write() as tx:
        undoing = intend(tx, world.runtime.ruling, run, now)
        commit_undo(tx, undoing, now)
    deliver(world.runtime, now)
    return undoing


def intended(world: SmallWorld, run: str) -> Undoing:
    with world.store.read() as tx:
        return intend(tx, world.runtime.ruling, run, world.clock.now())


def why(undoing: Undoing) -> list[str]:
    return [f"{left.target} {left.why}" for left in undoing.left]


def written(world: SmallWorld) -> list[str]:
    return [row.planned.key for row in world.rows()]


def late(world: SmallWorld, key: str = "NPX-1") -> None:
    """An item whose day went by; the run of 09-17 09:00 says so."""
    world.make(key, due="2025-09-16")
    world.tick("09-17 09:00")


# --- labels and comments -------------------------------------------------------------------------------------------
def test_撤回以后标签和评论都不在了_其余照旧(world_of: WorldMaker) -> None:
    world = world_of(LATE)
    world.make("NPX-1", due="2025-09-16", labels=("客户::甲",))
    world.tick("09-17 09:00")
    assert world.labels("NPX-1") == {"延期", "客户::甲"}
    undone(world, "2025-09-17T09:00")
    assert world.labels("NPX-1") == {"客户::甲"}
    assert world.comments("NPX-1") == ()


def test_撤回之前先看_什么都不变(world_of: WorldMaker) -> None:
    world = world_of(LATE)
    late(world)
    before = written(world), world.labels("NPX-1"), world.comments("NPX-1")
    assert len(intended(world, "2025-09-17T09:00").writes) == 2
    assert (written(world), world.labels("NPX-1"), world.comments("NPX-1")) == before


def test_此后各轮不再写回来_也不报告被人移除(world_of: WorldMaker) -> None:
    world = world_of(LATE)
    late(world)
    undone(world, "2025-09-17T09:00")
    rows = written(world)
    world.run("09-19 18:00")
    world.edit("NPX-1", title="改了标题")
    world.tick("09-19 18:10")
    assert written(world) == rows
    assert (world.labels("NPX-1"), world.comments("NPX-1")) == (set(), ())
    assert world.notices() == []


def test_情形结束再起时照常说(world_of: WorldMaker) -> None:
    world = world_of(NAMED)
    world.make("NPX-1")
    world.tick("09-15 10:00")
    undone(world, "2025-09-15T10:00")
    world.edit("NPX-1", body=new_item("NPX-1", world.clock.now(), fields={"完成标准": "通过测试"}).body)
    world.tick("09-15 11:00")
    assert (world.labels("NPX-1"), world.comments("NPX-1")) == (set(), ())
    world.edit("NPX-1", body=new_item("NPX-1", world.clock.now()).body)
    world.tick("09-16 10:00")
    assert world.labels("NPX-1") == {"需补齐:完成标准"}
    (text,) = world.comments("NPX-1")
    assert "李明 请补完成标准" in text


def test_撤回的是上一步时_下一步照常说(world_of: WorldMaker) -> None:
    world = world_of(LADDER)
    late(world)
    undone(world, "2025-09-17T09:00")
    world.tick("09-18 09:00")
    assert world.labels("NPX-1") == {"升级::L2"}
    (text,) = world.comments("NPX-1")
    assert "逾期 2 天" in text
    assert "已过" not in text


def test_撤回后一步_回到前一步的标签和文字(world_of: WorldMaker) -> None:
    """The second rung told people anew: its comment goes, and the one that pointed to it says again what it said."""
    world = world_of(LADDER)
    late(world)
    (first,) = world.comments("NPX-1")
    world.tick("09-18 09:00")
    assert len(world.comments("NPX-1")) == 2
    undoing = undone(world, "2025-09-18T09:00")
    assert world.labels("NPX-1") == {"升级::L1"}
    assert world.comments("NPX-1") == (first,)
    assert "NPX-1 已提醒 @李明,通知收不回" in why(undoing)
    rows = written(world)
    world.tick("09-19 09:00")
    assert written(world) == rows


def test_别的规则先在同一条评论里说过的话留下(world_of: WorldMaker) -> None:
    world = world_of(SHARED)
    world.make("NPX-1", due="2025-09-16", R=())
    world.tick("09-15 10:00")
    (before,) = world.comments("NPX-1")
    world.tick("09-17 09:00")
    assert "已过" in "".join(world.comments("NPX-1"))
    undone(world, "2025-09-17T09:00")
    assert world.comments("NPX-1") == (before,)


def test_后来的运行接着写过的评论_只去掉这次的一段(world_of: WorldMaker) -> None:
    world = world_of(SHARED)
    world.make("NPX-1", due="2025-09-16")
    world.tick("09-15 10:00")
    world.tick("09-17 09:00")
    undone(world, "2025-09-15T10:00")
    text = world.comments("NPX-1")[-1]
    assert "已过" in text
    assert "请补完成标准" not in text
    assert world.labels("NPX-1") == {"延期"}


def test_后来的运行改写过的一段不动_并说明(world_of: WorldMaker) -> None:
    world = world_of(LADDER)
    late(world)
    world.tick("09-18 09:00")
    before = world.comments("NPX-1")
    undoing = undone(world, "2025-09-17T09:00")
    assert world.comments("NPX-1") == before
    assert world.labels("NPX-1") == {"升级::L2"}
    assert "NPX-1 评论里规则 late 的一段:后来的运行改写过" in why(undoing)
    assert "NPX-1 标签 升级::L1:后来的运行又改过它" in why(undoing)


def test_此前的文字已不可考时划去这一段(world_of: WorldMaker) -> None:
    """The store was lost in between: the comment is recognised, what it said before the run is not."""
    world = world_of(SHARED)
    world.make("NPX-1", due="2025-09-16", R=())
    world.tick("09-15 10:00")
    fresh = world_of(world.rules, watching=False)
    fresh.sites, fresh.clock = world.sites, world.clock
    fresh.tick("09-15 11:00")
    fresh.tick("09-17 09:00")
    undoing = undone(fresh, "2025-09-17T09:00")
    text = fresh.comments("NPX-1")[-1]
    assert "请补完成标准" in text
    assert "已撤回 2025-09-17" in text
    assert "NPX-1 评论里规则 late 的一段:此前的文字已不可考,划去,不恢复" in why(undoing)


def test_单独的一条评论删除_不再发(world_of: WorldMaker) -> None:
    world = world_of(ladder((">0wd", POST)))
    late(world)
    assert len(world.comments("NPX-1")) == 1
    undone(world, "2025-09-17T09:00")
    assert world.comments("NPX-1") == ()
    world.run("09-19 18:00")
    assert world.comments("NPX-1") == ()


def test_别的规则也要的标签留下_并说明(world_of: WorldMaker) -> None:
    world = world_of(LATE + ALSO_LATE.replace(">0wd", ">1wd"))
    late(world)
    world.tick("09-18 09:00")
    undoing = undone(world, "2025-09-17T09:00")
    assert world.labels("NPX-1") == {"延期"}
    assert "NPX-1 标签 延期:规则 also 也要它" in why(undoing)
    world.edit("NPX-1", status="已完成")
    world.tick("09-18 10:00")
    assert world.labels("NPX-1") == set()


def test_人已经移除的标签_撤回以后不再补加(world_of: WorldMaker) -> None:
    """Without the undo it would come back once."""
    world = world_of(LATE)
    late(world)
    world.edit("NPX-1", labels=frozenset())
    undone(world, "2025-09-17T09:00")
    world.tick("09-17 10:00")
    assert world.labels("NPX-1") == set()


def test_撤回以后人自己加的标签_归他们(world_of: WorldMaker) -> None:
    """The episode has let go of it: its end takes nothing away."""
    world = world_of(LATE)
    late(world)
    undone(world, "2025-09-17T09:00")
    world.edit("NPX-1", labels=frozenset({"延期"}))
    world.tick("09-17 10:00")
    world.edit("NPX-1", status="已完成")
    world.tick("09-17 11:00")
    assert world.labels("NPX-1") == {"延期"}


def test_规则停下时去掉的标签_撤回时放回(world_of: WorldMaker) -> None:
    world = world_of(LATE)
    late(world)
    world.edit("NPX-1", status="已完成")
    world.tick("09-17 10:00")
    assert world.labels("NPX-1") == set()
    undone(world, "2025-09-17T10:00")
    assert world.labels("NPX-1") == {"延期"}
    assert "已解决" not in "".join(world.comments("NPX-1"))


def test_记入摘要的_列出来(world_of: WorldMaker) -> None:
    world = world_of(LATE.replace("to: [R]", "to: [R], notify: digest"))
    late(world)
    assert why(undone(world, "2025-09-17T09:00")) == ["NPX-1 已记入 李明 的摘要,不抽出"]


# --- links and issues ----------------------------------------------------------------------------------------------
def test_新建的事项不删_它的关联撤去_第二轮不再连(world_of: WorldMaker) -> None:
    world = world_of(ladder((">0wd", MEETING)))
    late(world)
    world.tick("09-17 09:10")
    (meeting,) = (item.source.key for site in world.sites.values() for item in site.inner.items() if item.own)
    undoing = undone(world, "2025-09-17T09:00")
    assert f"{meeting} 新建的事项《会》不删除;不需要时请在那里关闭" in why(undoing)
    linked = {link.target for key in ("NPX-1", meeting) for link in world.raw(key).links}
    assert "NPX-1" not in linked
    assert not {one for one in linked if meeting.endswith(one)}
    before = world.raw(meeting).links, world.raw("NPX-1").links
    world.run("09-19 18:00")
    assert (world.raw(meeting).links, world.raw("NPX-1").links) == before


def test_不在了的事项只列出来(world_of: WorldMaker) -> None:
    world = world_of(LATE)
    late(world)
    with world.store.write() as tx:
        tx.mark_gone(["jira:NPX-1"], "deleted")  # type: ignore[list-item]  # an id as it is stored
    undoing = undone(world, "2025-09-17T09:00")
    assert undoing.writes == ()
    assert any("已不在" in one for one in why(undoing))


# --- once ----------------------------------------------------------------------------------------------------------
def test_第二次撤回同一次运行_什么都不做(world_of: WorldMaker) -> None:
    world = world_of(LADDER)
    late(world)
    undone(world, "2025-09-17T09:00")
    world.tick("09-18 09:00")
    rows, seen = written(world), (world.labels("NPX-1"), world.comments("NPX-1"))
    again = undone(world, "2025-09-17T09:00")
    assert (again.writes, again.before) == ((), 2)
    assert (written(world), (world.labels("NPX-1"), world.comments("NPX-1"))) == (rows, seen)


def test_各次运行先后都撤回_回到最初(world_of: WorldMaker) -> None:
    world = world_of(LADDER)
    late(world)
    world.tick("09-18 09:00")
    undone(world, "2025-09-18T09:00")
    undone(world, "2025-09-17T09:00")
    assert (world.labels("NPX-1"), world.comments("NPX-1")) == (set(), ())


def test_没有写完的运行不能撤回(world_of: WorldMaker) -> None:
    world = world_of(LATE)

    def refuse(when: str, _write: ItemWrite) -> None:
        if when == "before":
            raise TransientError("稍后再来", connection="jira")

    world.sites["jira"].on_write = refuse
    late(world)
    with pytest.raises(ConfigurationError, match="还有 2 条没有写完"):
        intended(world, "2025-09-17T09:00")


def test_没有这次运行时说去哪里看(world_of: WorldMaker) -> None:
    world = world_of(LATE)
    late(world)
    for wanted in ("2025-09-17T09:01", "昨天"):
        with pytest.raises(ConfigurationError, match="undo --list"):
            intended(world, wanted)
