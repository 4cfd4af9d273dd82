"""What people and the office do in an example arrives in the mirror as a tracker would tell it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from collab_sync.errors import ConfigurationError
from collab_sync.model.identity import Account, TypedName
from collab_sync.model.work_item import Link, WorkItem
from collab_sync.rules.schema.examples import GivenItem, GivenProgram, Happening
from collab_sync.workbench.fakes.memory_store import MemoryStore
from collab_sync.workbench.play import Stage
from collab_sync.workbench.world import World, open_world

MORNING = datetime(2025, 9, 17, 1, 0, tzinfo=UTC)
NOON = datetime(2025, 9, 17, 4, 0, tzinfo=UTC)
GIVEN = GivenItem(
    key="NPX-1",
    title="渠道海报",
    dept="市场部",
    related=("销售部", "研发部"),
    roles={"R": ("李然",), "A": ("周倩",), "C": ("李明(销售)",)},
    program="X1",
    due=date(2025, 9, 30),
    urgency="高",
    native_priority="低",
    reporter="林珊",
    labels=("渠道",),
    fields={"完成标准": "印刷完成", "金额": 20000},
    parent="NPX-9",
    blocked_by=("rd/x1-firmware#4",),
    resource="市场推广预算",
)


@pytest.fixture
def world(shipped_stage: Stage) -> World:
    world = open_world(shipped_stage.ruling, MemoryStore(), MORNING)
    world.make_item(GIVEN, MORNING)
    return world


def act(world: World, **what: Any) -> None:
    world.act(Happening.model_validate({"at": NOON, "on": "NPX-1", **what}), NOON)


def seen(world: World, key: str = "NPX-1") -> WorkItem:
    world.pull()
    with world.runtime.store.read() as tx:
        ids = tx.ids_by_key([key])
        return tx.items([ids[key]])[ids[key]].item


def account(person: str, world: World) -> Account:
    return world.scenery.account(person, "jira")


def test_给定的事项各字段都读得到(world: World) -> None:
    item = seen(world)
    assert (item.type, item.title, item.status, item.dept) == ("任务", "渠道海报", "未开始", "市场部")
    assert (item.related_depts, item.program, item.raw_due) == (("销售部", "研发部"), "X1", date(2025, 9, 30))
    assert (item.urgency, item.importance, item.native_priority) == ("高", "中", "低")
    assert (item.labels, item.parent, item.resource) == (frozenset({"渠道"}), "NPX-9", "市场推广预算")
    assert (item.fields["完成标准"], item.fields["金额"]) == ("印刷完成", "20000")
    assert item.links == (Link(kind="blocked_by", target="rd/x1-firmware#4"),)
    assert (item.created_at, item.started_at, item.done_at) == (MORNING, None, None)
    assert item.reporter == account("林珊", world)


def test_人员按各自的账号认_同名不混(world: World) -> None:
    people = world.ruling.rules.organisation
    roles = seen(world).roles
    assert {letter: [people.person(one) for one in found] for letter, found in roles.items()} == {
        "R": [people.person_by_key["李然"]],
        "A": [people.person_by_key["周倩"]],
        "C": [people.person_by_key["李明(销售)"]],
    }


def test_没有账号的人只是名字(world: World) -> None:
    act(world, role={"A": ["外部顾问"]})
    assert seen(world).roles["A"] == (TypedName("外部顾问"),)


def test_带世代的是我们建的(world: World) -> None:
    world.make_item(GivenItem(key="NPX-2", generation=1, type="会议"), MORNING)
    item = seen(world, "NPX-2")
    assert (item.type, '"generation":1' in (item.marker or "")) == ("会议", True)


def test_状态改变留下起止时刻和历史(world: World) -> None:
    act(world, status="进行中", by="李然")
    assert (seen(world).status, seen(world).started_at) == ("进行中", NOON)
    act(world, status="已完成", by="李然")
    assert (seen(world).done_at, seen(world).open) == (NOON, False)
    act(world, status="进行中", by="李然")
    item = seen(world)
    assert (item.done_at, item.started_at) == (None, NOON)
    assert [change.new for change in item.changes] == ["进行中", "已完成", "进行中"]
    assert item.changes[0].by == account("李然", world)


def test_截止日的历史写新旧两个日期(world: World) -> None:
    act(world, due="2025-10-10", by="李然")
    (change,) = seen(world).changes
    assert (change.field, change.old, change.new, change.at) == ("due", "2025-09-30", "2025-10-10", NOON)


def test_协同信息里改一行_近义词是同一行(world: World) -> None:
    act(world, set={"紧急度": "低", "交付标准": "验收通过"}, by="李然")
    item = seen(world)
    assert (item.urgency, item.fields["完成标准"]) == ("低", "验收通过")
    assert [change.field for change in item.changes] == ["body"]
    act(world, set={"完成标准": ""})
    assert "完成标准" not in seen(world).fields


def test_改部门_改标题_改标签(world: World) -> None:
    act(world, dept="采购部")
    act(world, title="海报印刷")
    act(world, label={"add": ["加急"], "remove": ["渠道"]})
    item = seen(world)
    assert (item.dept, item.title, item.labels) == ("采购部", "海报印刷", frozenset({"加急"}))
    assert [change.field for change in item.changes] == ["body", "title", "labels"]


def test_改负责人_撤负责人(world: World) -> None:
    act(world, role={"R": ["张悦"]}, by="林珊")
    item = seen(world)
    assert item.roles["R"] == (account("张悦", world),)
    assert [(change.field, change.old, change.new) for change in item.changes] == [("R", "李然", "张悦")]
    act(world, role={"R": []})
    assert "R" not in seen(world).roles


def test_结构化评论经过同样的读法(world: World) -> None:
    act(
        world,
        entry={"kind": "风险预警", "data": {"影响": "延迟", "新截止日": "10-10"}, "items": ["甲"], "text": "见附件"},
        by="周倩",
    )
    (entry,) = seen(world).entries
    assert (entry.kind, entry.by, entry.at) == ("预警", account("周倩", world), NOON)
    assert (entry.data, entry.items, entry.text) == ({"影响": "延迟", "新日期": "10-10"}, ("甲",), "见附件")


def test_项目按代号找到_阶段可改(world: World) -> None:
    world.make_program(GivenProgram(key="X1", name="新品X1上市", lead_dept="研发部", lead="陈志远"), MORNING)
    act(world, on="X1", phase="收尾", by="陈志远")
    program = seen(world, "项目:X1")
    assert (program.type, program.title, program.dept) == ("项目", "新品X1上市", "研发部")
    assert (program.fields["代号"], program.fields["阶段"]) == ("X1", "收尾")


def test_办公室改文件_新版本生效(world: World) -> None:
    before = world.ruling.rules
    act(world, on="客服部", org={"liaison": "高洁", "rename": "客户成功部"})
    after = world.ruling.rules
    department = after.organisation.department("客服部")
    assert department is not None
    assert (department.name, department.liaison) == ("客户成功部", "高洁")
    assert department.aliases[-1].until == date(2025, 9, 17)
    assert after.version != before.version
    assert before.organisation.department("客户成功部") is None


def test_请假与资源的改动(world: World) -> None:
    act(world, on="周倩", absence={"from": "2025-10-14", "to": "2025-10-15", "delegate": "李然"})
    person = world.ruling.rules.organisation.person_by_key["周倩"]
    assert person.absence_on(date(2025, 10, 14)) is not None
    act(world, on="第三方物流合作", resource={"supplement": "外部采购", "gap_since": "2025-09-15T09:00:00"})
    resource = next(one for one in world.ruling.rules.resources if one.key == "logistics")
    assert (resource.supplement, resource.gap_since) == ("外部采购", datetime(2025, 9, 15, 1, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ({"on": "没有", "status": "进行中"}, "还没有叫“没有”的事项"),
        ({"status": "进行中", "by": "外部顾问"}, "没有账号"),
        ({"on": "没有", "absence": {"from": "2025-10-14", "to": "2025-10-15"}}, "没有名为“没有”的人员"),
        ({"on": "没有", "resource": {"supplement": "x"}}, "没有叫“没有”的资源"),
        ({"on": "客服部", "org": {"liaison": "没有"}}, "没有名为“没有”的人员"),
        ({"on": "logistics", "resource": {"availability": "很多"}}, "不再有效"),
    ],
)
def test_做不到的事说明原因(world: World, what: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        act(world, **what)
