"""The same promise for all families of rules: looking only at what changed or fell due equals looking at everything.

Worlds hold items of every type, a programme with phases, shared resources with gaps and conflicts, risks that watch
other items, entries by people who may and people who may not make them, and edits of the office's own files. Whatever
depends on something else (a risk on a task, a conflict on its requests, a meeting on its programme's lead) must be
looked at again when that other thing changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.workbench.test_oracle import NOWHERE, grid, mark_everything, shown

from collab_sync.model.action import LogLine
from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.pipeline import absorb as absorbing
from collab_sync.rules.compile import CompiledSchedule
from collab_sync.rules.schema.examples import EntryText, Example, Given, GivenItem, GivenProgram, Happening
from collab_sync.workbench.play import Stage, local, play, scheduled
from collab_sync.workbench.world import World, open_world

PROGRAM = GivenProgram(key="X1", name="新品X1上市", lead_dept="研发部", lead="陈志远")
WINDOWS = (
    (date(2025, 9, 19), date(2025, 9, 22)),  # a Friday with all its weekly slots, the weekend, a Monday
    (date(2025, 9, 29), date(2025, 10, 9)),  # two days, eight days of holiday, the day after
    (date(2025, 10, 20), date(2025, 10, 22)),
)
PEOPLE = ("郑凯", "吴敏", "陈志远", "周倩", "林珊", "沈岳")
"""A doer, leads, the office, the leading group: for every entry some of them may make it and some may not."""
STATUSES = ("未开始", "进行中", "待验收", "已完成")
TIMES = st.one_of(
    st.builds(time, st.integers(9, 17), st.sampled_from([0, 7])), st.sampled_from([time(8, 59), time(18, 0)])
)
TRIGGERS = (
    "监控 NPX-1;late_days > 0",
    "监控 NPX-1、NPX-2;entries.预警.count >= 1",
    "监控 NPX-2;parent.unapproved_pushes > 0",
    "监控 NPX-2;arbitration_score > 2",
    "成本上升",
)
LINES: Mapping[str, st.SearchStrategy[dict[str, str]]] = {
    "任务": st.sampled_from([{}, {"完成标准": "通过测试;无遗留"}, {"父任务": "NPX-1"}]),
    "协作需求": st.sampled_from([{}, {"依赖": "NPX-1"}]),
    "问题": st.just({}),
    "会议": st.builds(
        lambda kind, tie: {"会议类别": kind, **tie},
        st.sampled_from(["启动会", "复盘会", "资源协调", "应急会议"]),
        st.sampled_from([{}, {"关联": "NPX-1"}]),
    ),
    "风险": st.builds(
        lambda trigger, more: {"影响": "高", "概率": "中", "触发条件": trigger, **more},
        st.sampled_from(TRIGGERS),
        st.sampled_from([{}, {"应对措施": "备选供应商"}]),
    ),
    "资源申请": st.builds(
        lambda start, days, more: {
            "数量": "1", "从": start.isoformat(), "到": (start + timedelta(days=days)).isoformat(), **more
        },
        st.dates(date(2025, 9, 18), date(2025, 10, 23)),
        st.integers(0, 20),
        st.sampled_from([{}, {"金额": "600000"}]),
    ),
    "立项申请": st.sampled_from(
        [
            {},
            {"项目名": "新品Y", "项目代号": "Y2", "核心部门": "6", "目标": "3个月内首月销量 10 万台"},
            {"项目名": "新品Y", "项目代号": "Y2", "项目背景": "销量下滑", "目标": "3个月内首月销量 10 万台",
             "预期成果": "上市", "所需资源": "预算", "建议参与部门": "研发部、市场部", "范围外": "海外"},
        ]
    ),
    "文档": st.sampled_from([{}, {"会签部门": "研发部、采购部"}]),
}  # fmt: skip
"""What the section of an item of each type may say."""

ENTRIES: Mapping[str, tuple[EntryText, ...]] = {
    "任务": (
        EntryText(kind="进度更新", data={"状态": "遇到风险"}),
        EntryText(kind="预警", data={"原因": "产能不足"}),
        EntryText(kind="延期审批", data={"结果": "同意"}),
        EntryText(kind="验收申请", data={"内容": "请验收"}),
        EntryText(kind="验收结论", data={"结果": "部分通过", "评分": "7", "整改时限": "09-22"}),
        EntryText(kind="验收结论", data={"结果": "未通过", "评分": "3"}),
        EntryText(kind="验收结论", data={"结果": "通过", "评分": "9"}),
        EntryText(kind="调整计划", data={"内容": "换供应商"}),
        EntryText(kind="协作评价", data={"评分": "5/4/4"}),
    ),
    "协作需求": (EntryText(kind="接收任务"), EntryText(kind="响应", data={"内容": "已联系"})),
    "问题": (EntryText(kind="响应", data={"内容": "已联系"}), EntryText(kind="方案", data={"内容": "借用设备"})),
    "会议": (
        EntryText(kind="决议", items=("根因分析;研发部;10-09", "补货;没有这个部门;不定")),
        EntryText(kind="复盘", data={"结论": "按期完成"}),
    ),
    "风险": (EntryText(kind="预警", data={"原因": "产能不足"}),),
    "资源申请": (
        EntryText(kind="资源审批", data={"结果": "同意"}),
        EntryText(kind="资源审批", data={"结果": "不同意"}),
        EntryText(kind="资源调配", data={"内容": "调拨一处"}),
    ),
    "立项申请": (
        EntryText(kind="立项评估", data={"意见": "建议立项"}),
        EntryText(kind="立项审批", data={"结果": "同意"}),
        EntryText(kind="立项审批", data={"结果": "不同意"}),
    ),
    "文档": (
        EntryText(kind="审核意见", data={"需修订": "是", "意见": "补数据"}),
        EntryText(kind="修订", data={"内容": "已补"}),
        EntryText(kind="会签", data={"结果": "同意"}),
    ),
}
TYPES = tuple(LINES)


@st.composite
def items(draw: st.DrawFn, number: int, days: tuple[date, ...]) -> GivenItem:
    """An item of any type; what is tied hangs on the first or second."""
    type_name = draw(st.sampled_from(TYPES))
    return GivenItem(
        key=f"NPX-{number}",
        type=type_name,
        title=f"事项{number}",
        dept=draw(st.sampled_from([None, "采购部", "研发部"])),
        reporter=draw(st.sampled_from([None, "周倩"])),
        roles={"R": (draw(st.sampled_from(PEOPLE[:2])),), "A": draw(st.sampled_from([(), ("吴敏",), ("陈志远",)]))},
        program=draw(st.sampled_from([None, "X1", "X1"])),
        due=draw(st.none() | st.sampled_from(days)),
        labels=draw(st.sampled_from([(), ("需验收",)])),
        resource=draw(st.sampled_from(["活动场地", "行业用户数据库"])) if type_name == "资源申请" else None,
        fields=draw(LINES[type_name]),
        status=draw(st.sampled_from(STATUSES[:3])),
    )


@st.composite
def happenings(draw: st.DrawFn, made: tuple[GivenItem, ...], days: tuple[date, ...]) -> Happening:
    """Something that somebody does to an item, to the programme, or to the office's files."""
    at = datetime.combine(draw(st.sampled_from(days)), draw(TIMES))
    item = draw(st.sampled_from(made))
    by = draw(st.sampled_from(PEOPLE))
    done = draw(
        st.one_of(
            st.fixed_dictionaries({"entry": st.sampled_from(ENTRIES[item.type])}),
            st.fixed_dictionaries({"entry": st.sampled_from(ENTRIES[item.type])}),
            st.fixed_dictionaries(
                {"set": LINES[item.type].filter(bool)} if item.fields else {"title": st.just("改题")}
            ),
            st.fixed_dictionaries({"status": st.sampled_from(STATUSES)}),
            st.fixed_dictionaries({"due": st.dates(days[0] - timedelta(days=4), days[-1] + timedelta(days=3))}),
            st.fixed_dictionaries({"on": st.just("X1"), "phase": st.sampled_from(["筹备", "执行", "收尾", "归档"])}),
            st.fixed_dictionaries({"on": st.just("X1"), "set": st.sampled_from([{"战略": "低"}, {"战略": "高"}])}),
            st.fixed_dictionaries({"on": st.just("X1"), "role": st.just({"R": ("郑凯",)})}),
            st.fixed_dictionaries({"on": st.just("第三方物流合作"), "resource": SUPPLIES}),
            st.fixed_dictionaries({"on": st.just("活动场地"), "resource": st.just({"capacity": 2})}),
        )
    )
    return Happening.model_validate({"at": at, "on": item.key, "by": by, **done})


SUPPLIES = st.sampled_from([{"supplement": "第二供应商"}, {"availability": "充足"}, {"availability": "紧张"}])


@st.composite
def worlds(draw: st.DrawFn) -> Example:
    """A programme, two to four items, up to seven edits of them, within one window."""
    first, last = draw(st.sampled_from(WINDOWS))
    days = tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
    made = tuple(draw(items(number, days)) for number in range(1, draw(st.integers(2, 4)) + 1))
    begins = datetime.combine(first, draw(st.sampled_from([time(8, 59), time(9, 0), time(10, 7)])))
    until = datetime.combine(last, time(18, 30))
    acts = draw(st.lists(happenings(made, days), min_size=2, max_size=7))
    timeline = tuple(sorted((one for one in acts if begins < one.at <= until), key=lambda one: one.at))
    given_ = Given(items=made, programs=(PROGRAM,), now=begins)
    return Example(name="随机", given=given_, timeline=timeline, until=until, expect=())


def looking_at_everything(example: Example, stage: Stage) -> tuple[LogLine, ...]:
    """The log when every subject of every kind is judged at every point of the grid and at every slot of a schedule."""
    events = scheduled(example, NOWHERE, stage.zone)
    slots = slots_within(example, stage)
    minutes = {at.minute for at in (*(event.at for event in events), *slots)}
    points = sorted({event.at for event in events} | slots | grid(example, minutes, stage))
    world = open_world(stage.ruling, stage.new_store(), points[0], stage.offers)
    for now in points:
        world.clock.set(now)
        while events and events[0].at <= now:
            events.pop(0).happen(world)
        world.pull()
        mark_all_kinds(world)
        world.tick()
    return world.log()


def slots_within(example: Example, stage: Stage) -> set[datetime]:
    begins, until = local(example.begins, stage.zone), local(example.until, stage.zone)
    triggers = [rule.trigger for rule in stage.ruling.rules.rules]
    schedules = [trigger.schedule for trigger in triggers if isinstance(trigger, CompiledSchedule)]
    return {slot.at for one in schedules for slot in one.slots(stage.ruling.office.calendar, begins, until)}


def mark_all_kinds(world: World) -> None:
    """Everything there is, and every conflict there ever was."""
    mark_everything(world)
    office = world.ruling.office
    with world.runtime.store.write() as tx:
        tx.mark_dirty(SubjectRef(SubjectKind.RESOURCE, one.key) for one in office.resources)
        tx.mark_dirty(SubjectRef(SubjectKind.PERSON, one.key) for one in office.organisation.people if not one.bot)
        codes = {stored.item.fields.get("代号") for stored in tx.items(tx.ids_where(type_name="项目")).values()}
        tx.mark_dirty(SubjectRef(SubjectKind.PROGRAM, code) for code in sorted(code for code in codes if code))


@given(example=worlds())
@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_各类事项与规则_只看变动与到期的_与处处都看的_日志相同(example: Example, shipped_stage: Stage) -> None:
    assert shown(play(example, NOWHERE, shipped_stage).lines) == shown(looking_at_everything(example, shipped_stage))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"2025-{text}")


def task(key: str, **said: object) -> GivenItem:
    basis: dict[str, object] = {
        "key": key, "dept": "采购部", "roles": {"R": ("郑凯",), "A": ("吴敏",)}, "due": "2025-09-26",
        "program": "X1", "status": "进行中",
    }  # fmt: skip
    return GivenItem.model_validate(basis | said)


def risk(trigger: str, **said: object) -> GivenItem:
    return task("NPX-9", type="风险", due=None, fields={"影响": "高", "概率": "中", "触发条件": trigger}, **said)


def request(key: str, **said: object) -> GivenItem:
    days = {"数量": "1", "从": "2025-10-21", "到": "2025-10-23"}
    return task(key, type="资源申请", due=None, resource="活动场地", fields=days, **said)


MEETING = task("NPX-1", type="会议", roles={}, due=None, fields={"会议类别": "应急会议"})
DECISION = {"kind": "决议", "items": ("根因分析;研发部;10-09",)}
DEPENDENCIES: Mapping[str, tuple[tuple[GivenItem, ...], tuple[dict[str, object], ...], str]] = {
    "风险所盯的事项改了期": (
        (task("NPX-1"), risk("监控 NPX-1;late_days > 0")),
        ({"on": "NPX-1", "due": date(2025, 9, 18), "by": "吴敏"},),
        "risk-trigger  NPX-9 label+ 风险:已触发",
    ),
    "风险所盯的事项多了条预警": (
        (task("NPX-1"), risk("监控 NPX-1;entries.预警.count > 0")),
        ({"on": "NPX-1", "entry": {"kind": "预警"}, "by": "郑凯"},),
        "risk-trigger  NPX-9 label+ 风险:已触发",
    ),
    "风险所盯的事项的上级推迟了": (
        (task("NPX-1"), task("NPX-2", parent="NPX-1"), risk("监控 NPX-2;parent.unapproved_pushes > 0")),
        (
            {"on": "NPX-1", "due": date(2025, 9, 29), "by": "郑凯"},
            {"on": "NPX-1", "due": date(2025, 9, 30), "by": "郑凯"},
        ),
        "risk-trigger  NPX-9 label+ 风险:已触发",
    ),
    "风险所盯的申请因项目变战略而加分": (
        (request("NPX-1"), risk("监控 NPX-1;arbitration_score > 2", program=None)),
        ({"on": "X1", "set": {"战略": "高"}, "by": "陈志远"},),
        "risk-trigger  NPX-9 label+ 风险:已触发",
    ),
    "冲突的一方不再是申请": (
        (request("NPX-1"), request("NPX-2")),
        ({"on": "NPX-2", "label": {"remove": ("类型::资源申请",)}, "by": "郑凯"},),
        "res-conflict exit NPX-1 label- 资源:冲突",
    ),
    "资源加了量": (
        (request("NPX-1"), request("NPX-2")),
        ({"on": "活动场地", "resource": {"capacity": 2}},),
        "res-conflict exit NPX-1 label- 资源:冲突",
    ),
    "项目换了负责人_他写过的决议才算数": (
        (MEETING,),
        ({"on": "NPX-1", "entry": DECISION, "by": "郑凯"}, {"on": "X1", "role": {"R": ("郑凯",)}, "by": "陈志远"}),
        "decision-followup  决议:NPX-1:1 create:任务 决议跟进:根因分析",
    ),
}
"""What is there, what people do to it hour by hour, and a line that must follow from the last of these."""


@pytest.mark.parametrize("name", DEPENDENCIES)
def test_所依赖的变了就再看一次(name: str, shipped_stage: Stage) -> None:
    given_items, acts, wanted = DEPENDENCIES[name]
    begins = moment("09-19T09:00")
    timeline = tuple(
        Happening.model_validate({"at": begins + timedelta(hours=hour), **act}) for hour, act in enumerate(acts, 1)
    )
    given_ = Given(items=given_items, programs=(PROGRAM,), now=begins)
    example = Example(name=name, given=given_, timeline=timeline, until=timeline[-1].at, expect=())
    quick = shown(play(example, NOWHERE, shipped_stage).lines)
    assert any(wanted in line for line in quick), quick
    assert quick == shown(looking_at_everything(example, shipped_stage))


def test_不标记所依赖的会被比出来(shipped_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison can fail: an engine that looks only at the changed item itself misses the risk that watches it."""
    given_items, acts, _ = DEPENDENCIES["风险所盯的事项改了期"]
    happening = Happening.model_validate({"at": moment("09-19T10:00"), **acts[0]})
    example = Example(
        name="漏标", given=Given(items=given_items, now=moment("09-19T09:00")), timeline=(happening,),
        until=moment("09-19T10:00"), expect=(),
    )  # fmt: skip
    everything = shown(looking_at_everything(example, shipped_stage))
    monkeypatch.setattr(absorbing, "depending", lambda *_: set())
    missed = set(everything) - set(shown(play(example, NOWHERE, shipped_stage).lines))
    assert any("risk-trigger" in line for line in missed)
