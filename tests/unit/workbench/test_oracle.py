"""Looking only at what changed or fell due gives the log of looking at everything all the time.

Small random worlds around the long holiday (2025-09-26 … 10-11, with a working Sunday and a working Saturday) are
played twice by the shipped rules. The second time every subject is judged anew at every point of a grid. The grid holds
every minute at which a rule may change its mind: what people do happens at its own minute; dates and working days turn
at whole hours, the digest's slot is at 17:30; and whatever runs for hours after something ends at the same minute of a
later hour. Outside working hours only urgent rules are judged, and those answer what people do, so a few looks are
enough there. To keep the grid small people act at a few minutes of the hour only.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collab_sync.errors import Place
from collab_sync.model.action import LogLine
from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.rules.schema.examples import EntryText, Example, Given, GivenItem, GivenProgram, Happening, LabelChange
from collab_sync.rules.yaml_text import Document, Mark, Node
from collab_sync.workbench.fakes.memory_store import MemoryTransaction
from collab_sync.workbench.play import Stage, local, play, scheduled
from collab_sync.workbench.world import World, open_world

NOWHERE = Mark(Document("世界.yaml", Node({}, Place("世界.yaml"))))
PROGRAM = GivenProgram(key="X1", name="新品X1上市", lead_dept="研发部", lead="陈志远")
FEW = 3
WINDOWS = (
    (date(2025, 9, 26), date(2025, 9, 29)),  # a Friday, a working Sunday, a Monday
    (date(2025, 9, 29), date(2025, 10, 9)),  # two days, eight days of holiday, the day after
    (date(2025, 10, 9), date(2025, 10, 11)),  # two days and a working Saturday
)
DAYS = st.dates(date(2025, 9, 22), date(2025, 10, 14))
PEOPLE = st.sampled_from(["郑凯", "吴敏", "赵航", "李明", "周倩"])
DEPARTMENTS = st.sampled_from([None, "采购部", "研发部", "客服部"])
STATUSES = st.sampled_from(["未开始", "进行中", "待验收", "已完成"])
TIMES = st.one_of(
    st.builds(time, st.integers(9, 17), st.sampled_from([0, 7, 59])),
    st.sampled_from([time(8, 59), time(18, 0), time(18, 59), time(20, 7)]),
)
OFF_HOURS = (time(0, 0), time(12, 0), time(18, 1))
DIGEST = time(17, 30)


@st.composite
def items(draw: st.DrawFn, number: int) -> GivenItem:
    """An item that may lack anything; later ones may hang on the first."""
    key = f"NPX-{number}"
    tied = number > 1 and draw(st.booleans())
    return GivenItem(
        key=key,
        type=draw(st.sampled_from(["任务", "任务", "协作需求", "问题", "会议"])),
        title=f"事项{number}",
        dept=draw(DEPARTMENTS),
        roles={
            "R": tuple(draw(st.lists(PEOPLE, max_size=1))),
            "A": tuple(draw(st.lists(PEOPLE, max_size=2, unique=True))),
        },
        program=draw(st.sampled_from([None, "X1"])),
        due=draw(st.none() | DAYS),
        urgency=draw(st.sampled_from(["中", "高", "紧急"])),
        native_priority=draw(st.sampled_from([None, None, "低"])),
        labels=draw(st.sampled_from([(), ("争议::责任边界",)])),
        fields={"会议类别": "应急会议"},
        parent="NPX-1" if tied and draw(st.booleans()) else None,
        blocked_by=("NPX-1",) if tied and draw(st.booleans()) else (),
        status=draw(STATUSES),
        generation=draw(st.sampled_from([0, 0, 0, 1])),
    )


ENTRIES = st.sampled_from(
    [
        EntryText(kind="进度更新", data={"状态": "需支持"}),
        EntryText(kind="进度更新", data={"状态": "遇到风险"}),
        EntryText(kind="响应", data={"内容": "已联系"}),
        EntryText(kind="方案", data={"内容": "借用设备"}),
        EntryText(kind="预警", data={"原因": "产能不足"}),
        EntryText(kind="延期审批", data={"结果": "同意"}),
        EntryText(kind="决议", items=("根因分析;研发部;10-09",)),
    ]
)


CHANGES = st.sampled_from(["暂停::已批准", "争议::责任边界", "延期", "灯::黄", "优先级::低"]).flatmap(
    lambda label: st.sampled_from([LabelChange(add=(label,)), LabelChange(remove=(label,))])
)
OPERATIONS = st.one_of(
    st.fixed_dictionaries({"status": STATUSES}),
    st.fixed_dictionaries({"due": DAYS}),
    st.fixed_dictionaries({"entry": ENTRIES}),
    st.fixed_dictionaries({"label": CHANGES}),
    st.fixed_dictionaries({"dept": st.sampled_from(["采购部", "研发部", "生产部"])}),
    st.fixed_dictionaries(
        {"role": st.dictionaries(st.sampled_from(["R", "A", "F"]), PEOPLE.map(lambda one: (one,)), min_size=1)}
    ),
    st.fixed_dictionaries({"set": st.fixed_dictionaries({"紧急程度": st.sampled_from(["低", "中", "高"])})}),
)


@st.composite
def happenings(draw: st.DrawFn, keys: tuple[str, ...], days: tuple[date, ...]) -> Happening:
    """Something that somebody does to one of the items."""
    at = datetime.combine(draw(st.sampled_from(days)), draw(TIMES))
    said = {"at": at, "on": draw(st.sampled_from(keys)), "by": draw(PEOPLE), **draw(OPERATIONS)}
    return Happening.model_validate(said)


@st.composite
def worlds(draw: st.DrawFn) -> Example:
    """Up to three items, up to five edits of them, within one window."""
    first, last = draw(st.sampled_from(WINDOWS))
    days = tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
    made = tuple(draw(items(number)) for number in range(1, draw(st.integers(1, FEW)) + 1))
    keys = tuple(item.key for item in made)
    begins = datetime.combine(first, draw(st.sampled_from([time(8, 59), time(9, 0), time(10, 7), time(12, 59)])))
    acts = draw(st.lists(happenings(keys, days), max_size=5))
    timeline = sorted((one for one in acts if one.at > begins), key=lambda one: one.at)
    until = datetime.combine(last, time(18, 30))
    given_ = Given(items=made, programs=draw(st.sampled_from([(), (PROGRAM,)])), now=begins)
    return Example(
        name="随机", given=given_, timeline=tuple(one for one in timeline if one.at <= until), until=until, expect=()
    )


def looking_at_everything(example: Example, stage: Stage) -> tuple[LogLine, ...]:
    """The log when every subject is judged at every point of the grid."""
    events = scheduled(example, NOWHERE, stage.zone)
    minutes = {event.at.minute for event in events}
    points = sorted({event.at for event in events} | grid(example, minutes, stage))
    world = open_world(stage.ruling, stage.new_store(), points[0], stage.offers)
    for now in points:
        world.clock.set(now)
        while events and events[0].at <= now:
            events.pop(0).happen(world)
        world.pull()
        mark_everything(world)
        world.tick()
    return world.log()


def grid(example: Example, minutes: set[int], stage: Stage) -> set[datetime]:
    """In working hours, in every hour, its beginning and the minutes of all events; a few looks outside."""
    calendar = stage.ruling.office.calendar
    begins, until = local(example.begins, stage.zone), local(example.until, stage.zone)
    points: set[datetime] = set()
    day = begins.date()
    while day <= until.date():
        points |= {datetime.combine(day, at, stage.zone) for at in OFF_HOURS}
        if calendar.is_working_day(day):
            looks = {time(hour, minute) for hour in range(9, 19) for minute in minutes | {0}} | {DIGEST}
            points |= {datetime.combine(day, at, stage.zone) for at in looks}
        day += timedelta(days=1)
    return {at for at in points if begins <= at <= until}


def mark_everything(world: World) -> None:
    office = world.ruling.office
    with world.runtime.store.write() as tx:
        tx.mark_dirty(SubjectRef(SubjectKind.WORK_ITEM, id_) for id_ in tx.ids_where())
        tx.mark_dirty(SubjectRef(SubjectKind.DEPARTMENT, one.key) for one in office.organisation.departments)
        tx.mark_dirty([SubjectRef(SubjectKind.ORG, "org"), SubjectRef(SubjectKind.PROGRAM, "X1")])


@given(example=worlds())
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_只看变动与到期的_与处处都看的_日志相同(example: Example, shipped_stage: Stage) -> None:
    assert shown(play(example, NOWHERE, shipped_stage).lines) == shown(looking_at_everything(example, shipped_stage))


def test_漏看到期的事会被比出来(shipped_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison above can fail: an engine that forgets what falls due misses what only time brings about."""
    item = GivenItem(key="NPX-1", dept="采购部", roles={"R": ("郑凯",), "A": ("吴敏",)}, due=date(2025, 9, 25))
    begins, until = datetime.fromisoformat("2025-09-25T10:00"), datetime.fromisoformat("2025-09-26T18:00")
    example = Example(name="逾期", given=Given(items=(item,), now=begins), until=until, expect=())
    everything = looking_at_everything(example, shipped_stage)
    monkeypatch.setattr(MemoryTransaction, "set_due", lambda _tx, _due: None)
    missed = set(shown(everything)) - set(shown(play(example, NOWHERE, shipped_stage).lines))
    assert any("esc-overdue >0wd NPX-1 label+ 延期" in line for line in missed)


def shown(lines: tuple[LogLine, ...]) -> list[str]:
    """Lines as people read them: a difference is then easy to see."""
    return [
        f"{line.at:%m-%d %H:%M}Z {line.rule} {line.step} {line.target} {line.action} {line.detail} "
        f"@{line.mention} {line.digest}"
        for line in lines
    ]
