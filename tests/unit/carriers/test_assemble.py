"""From raw items to work items."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from collab_sync.carriers import markdown
from collab_sync.carriers.assemble import assemble, status_of, with_defaults
from collab_sync.carriers.raw import RawComment, RawItem, RawValue
from collab_sync.model.identity import Account, SourceRef, TypedName
from collab_sync.model.mapping import FieldSources, LabelledStatus, ProjectMapping
from collab_sync.model.work_item import Change, Disagreement, Link, OwnComment, Status, WorkItem

CREATED = datetime(2025, 9, 18, 2, tzinfo=UTC)
RAW = RawItem(
    source=SourceRef(connection="jira", project="jira-npx", path="NPX", native_id="10012", key="NPX-12"),
    title="铺货",
    status="处理中",
    created_at=CREATED,
    updated_at=CREATED,
)
WU = Account("jira", "557:wu", "吴敏")
ROBOT = Account("jira", "557:ci", "流水线")
GITLAB: Mapping[str, Status | LabelledStatus] = {
    "opened": LabelledStatus(label="进度::", default="未开始"),
    "closed": LabelledStatus(label="进度::", default="已完成"),
}


def field(*sources: str, default: str | None = None, **values: str) -> FieldSources:
    return FieldSources(sources=sources, values=values, default=default)


def mapping(fields: Mapping[str, FieldSources] | None = None, **more: object) -> ProjectMapping:
    given = {"name": "jira-npx", "connection": "jira", "project": "NPX", "status": {"处理中": "进行中"}, **more}
    return ProjectMapping.model_validate({**given, "fields": fields or {}})


def read(fields: Mapping[str, FieldSources], body: str = "", **native: tuple[RawValue, ...]) -> WorkItem:
    lines = markdown.lines(f"## 协同信息\n{body}") if body else ()
    return assemble(msgspec.structs.replace(RAW, body=lines, native=native), mapping(fields))


def comment(text: str, by: Account = WU, *, own: bool = False, hours: int = 1, name: str = "c1") -> RawComment:
    at = CREATED + timedelta(hours=hours)
    return RawComment(id=name, by=by, at=at, lines=markdown.lines(text), own=own, marker="记" if own else None)


def test_第一个有值的来源为准_后面不同的记为不一致() -> None:
    fields = {"dept": field("component", "label:部门::", "sec:主责部门")}
    assert read(fields, "牵头部门: 采购部").dept == "采购部"
    item = read(fields, "牵头部门: 采购部", component=("研发部",))
    assert item.dept == "研发部"
    assert item.components == ("研发部",)
    assert item.disagreements == (Disagreement(field="dept", used="研发部", other="采购部", source="sec:主责部门"),)


def test_固定值只在别处没有时用_不算不一致() -> None:
    fields = {"dept": field("sec:主责部门", "const:研发部")}
    item = read(fields, "主责部门: 采购部")
    assert (item.dept, item.disagreements) == ("采购部", ())
    assert read(fields).dept == "研发部"


def test_读不到的来源使字段成为未知_前面已有值则不影响() -> None:
    raw = msgspec.structs.replace(
        RAW, unreadable=frozenset({"cf:审批人"}), body=markdown.lines("协同信息\n审批人: 吴敏")
    )
    item = assemble(raw, mapping({"A": field("cf:审批人", "sec:审批人", default="沈岳")}))
    assert (item.roles, item.unreadable) == ({}, frozenset({"A"}))
    item = assemble(raw, mapping({"A": field("sec:审批人", "cf:审批人")}))
    assert (item.roles, item.unreadable) == ({"A": (TypedName("吴敏"),)}, frozenset())


def test_正文读不到时_来自章节的字段都未知() -> None:
    """A condition must not call missing what nobody could read."""
    raw = msgspec.structs.replace(RAW, unreadable=frozenset({"description", "labels", "issuetype"}))
    fields = {
        "A": field("sec:审批人"),
        "dept": field("label:部门::"),
        "due": field("duedate"),
        "fields.目标": field("cf:目标"),
    }
    item = assemble(raw, mapping(fields, facets={"自定": "text"}))
    assert {"A", "dept", "type", "labels", "fields.完成标准", "fields.自定"} <= item.unreadable
    assert item.unreadable.isdisjoint({"due", "fields.目标", "status"})
    known = msgspec.structs.replace(raw, labels=frozenset({"类型::会议"}), unreadable=frozenset({"issuetype"}))
    assert assemble(known, mapping()).unreadable == frozenset()


def test_角色取账号或写下的名字() -> None:
    fields = {
        "R": field("assignee", "sec:负责人"),
        "C": field("sec:协助人"),
        "reporter": field("reporter"),
        "F": field("sec:第一责任人"),
    }
    item = read(fields, "协办人: 何平、@li_ming、李明(销售)\n责任人: 吴敏", assignee=(WU,), reporter=(ROBOT,))
    account = Account("jira", "li_ming", "li_ming")
    assert item.roles == {"R": (WU,), "C": (TypedName("何平"), account, TypedName("李明(销售)"))}
    assert item.reporter == ROBOT
    assert item.disagreements == ()


def test_账号显示的名字与写下的不同才算不一致() -> None:
    """What an account called wumin and a typed 吴敏 have to do with each other is known later."""
    fields = {"R": field("assignee", "sec:负责人")}
    assert len(read(fields, "负责人: 何平", assignee=(WU,)).disagreements) == 1
    latin = Account("jira", "557:wu", "Wu Min")
    assert read(fields, "负责人: 何平", assignee=(latin,)).disagreements == ()


def test_值按映射翻译_没有就用默认() -> None:
    fields = {"urgency": field("label:紧急度::", "sec:紧急程度", default="中", 急="紧急")}
    assert read(fields, "紧急程度: 急").urgency == "紧急"
    assert read(fields, "紧急程度: 高").urgency == "高"
    assert read(fields).urgency == "中"


@pytest.mark.parametrize("native", ["Medium", "中", "普通"])
def test_原生优先级是默认值时等于没有(native: str) -> None:
    fields = {"native_priority": field("priority", Highest="高")}
    assert read(fields, priority=(native,)).native_priority is None
    assert read(fields, priority=("Highest",)).native_priority == "高"


def test_日期_父任务和资源() -> None:
    fields = {
        "due": field("duedate", "sec:截止日"),
        "start": field("sec:开始日"),
        "parent": field("parent", "sec:父任务"),
        "resource": field("sec:资源"),
        "program": field("label:项目::", "sec:项目"),
    }
    item = read(fields, "截止日期: 10-10\n开始日: 待定\n上级任务: #6\n资源: 生产线A\n所属项目: X1")
    assert (item.raw_due, item.start, item.parent) == (date(2025, 10, 10), None, "NPX-6")
    assert (item.resource, item.program) == ("生产线A", "X1")
    assert read(fields, duedate=("2025-10-11",), parent=("NPX-7",)).raw_due == date(2025, 10, 11)


def test_章节的每一行都进字段_自定义字段按映射补上() -> None:
    raw = msgspec.structs.replace(
        RAW,
        body=markdown.lines("协同信息\n代号: X1\n牵头部门: 研发部\n阶段: 执行\n自定: 一"),
        custom={"验收条件": ("通过", "归档"), "没映射的": ("不要",)},
    )
    item = assemble(raw, mapping({"fields.交付标准": field("cf:验收条件", "sec:完成标准")}))
    assert item.fields == {"代号": "X1", "牵头部门": "研发部", "阶段": "执行", "自定": "一", "完成标准": "通过、归档"}


def test_写下的关系成为链接_与原生重复的不要() -> None:
    native = Link(kind="blocked_by", target="rd/x1-firmware#4")
    raw = msgspec.structs.replace(
        RAW,
        links=(native,),
        body=markdown.lines("协同信息\n依赖: rd/x1-firmware#4、#5\n关联: NPX-12 NPX-9\n父任务: NPX-6"),
    )
    assert assemble(raw, mapping()).links == (
        native,
        Link(kind="blocked_by", target="NPX-5", native=False),
        Link(kind="relates", target="NPX-9", native=False),
        Link(kind="parent", target="NPX-6", native=False),
    )


@pytest.mark.parametrize(
    ("labels", "issuetype", "expected"),
    [
        ((), "故障", "问题"),
        ((), "Task", "任务"),
        (("类型::会议",), "故障", "会议"),
        (("类型::meeting",), "Task", "会议"),
        (("类型::自定义",), "故障", "自定义"),
        (("kind-risk", "类型::会议"), "Task", "风险"),
    ],
)
def test_类型先看标签再看原生类型(labels: tuple[str, ...], issuetype: str, expected: str) -> None:
    types = {"会议": "label:类型::meeting", "风险": "label:kind-risk", "问题": "issuetype:故障", "default": "任务"}
    raw = msgspec.structs.replace(RAW, labels=frozenset(labels), native={"issuetype": (issuetype,)})
    assert assemble(raw, mapping(types=types)).type == expected


@pytest.mark.parametrize(
    ("status", "labels", "expected", "disagrees"),
    [
        ("opened", (), "未开始", False),
        ("opened", ("进度::进行中",), "进行中", False),
        ("opened", ("进度::瞎写",), "未开始", True),
        ("opened", ("进度::进行中", "进度::待验收"), "待验收", True),
        ("closed", (), "已完成", False),
        ("closed", ("进度::已取消",), "已取消", False),
        ("closed", ("进度::进行中",), "已完成", True),
    ],
)
def test_状态由开关和标签决定(status: str, labels: tuple[str, ...], expected: str, disagrees: bool) -> None:
    raw = msgspec.structs.replace(RAW, status=status, labels=frozenset(labels))
    item = assemble(raw, mapping(status=GITLAB))
    assert (item.status, bool(item.disagreements)) == (expected, disagrees)
    assert item.status_raw == status


@pytest.mark.parametrize(
    ("status", "expected", "disagrees"),
    [("处理中", "进行中", False), ("待验收", "待验收", False), ("closed", "已完成", False), ("搁置", "未开始", True)],
)
def test_没有映射的状态有退路并记为不一致(status: str, expected: str, disagrees: bool) -> None:
    item = assemble(msgspec.structs.replace(RAW, status=status), mapping())
    assert (item.status, [d.field for d in item.disagreements]) == (expected, ["status"] * disagrees)
    assert status_of(status, mapping()) == expected


def test_历史里的状态译成规范名() -> None:
    changes = (Change(field="status", at=CREATED, old="处理中", new="没见过"), Change(field="due", at=CREATED, new="x"))
    item = assemble(msgspec.structs.replace(RAW, changes=changes), mapping())
    assert [(change.old, change.new) for change in item.changes] == [("进行中", "没见过"), (None, "x")]


def test_人的评论才是条目_按时间排列() -> None:
    comments = (
        comment("【会签】\n结果:同意", hours=3, name="c3"),
        comment("【响应】\n内容:已联系", name="c1"),
        comment("【会签】\n结果:同意", ROBOT, name="c4"),
        comment("【会签】\n结果:同意", own=True, name="c5"),
        comment("只是说说", name="c6"),
    )
    item = assemble(msgspec.structs.replace(RAW, comments=comments), mapping(bots=("557:ci",)))
    assert [(entry.id, entry.kind, entry.by) for entry in item.entries] == [("c1", "响应", WU), ("c3", "会签", WU)]
    assert item.entries[0].data == {"内容": "已联系"}
    assert item.own_comments == (OwnComment(id="c5", marker="记", at=CREATED + timedelta(hours=1)),)


def test_编辑过的评论按现在的内容_时间是最初的() -> None:
    edited = msgspec.structs.replace(comment("【会签】\n结果:不同意"), edited_at=CREATED + timedelta(days=1))
    entry = assemble(msgspec.structs.replace(RAW, comments=(edited,)), mapping()).entries[0]
    assert (entry.at, entry.edited_at) == (CREATED + timedelta(hours=1), CREATED + timedelta(days=1))
    assert entry.data == {"结果": "不同意"}


def test_标记只属于自己建的事项() -> None:
    assert assemble(msgspec.structs.replace(RAW, marker="{}"), mapping()).marker is None
    assert assemble(msgspec.structs.replace(RAW, marker="{}", own=True), mapping()).marker == "{}"


def test_默认映射逐项补上_写了的整项保留() -> None:
    own = mapping({"R": field("sec:负责人")}, bots=("a",), types={"default": "问题"})
    defaults = mapping(
        {"R": field("assignee", 甲="乙"), "A": field("sec:审批人")},
        status={"处理中": "未开始", "完成": "已完成"},
        types={"会议": "label:会", "default": "任务"},
        bots=("b", "a"),
    )
    result = with_defaults(own, defaults)
    assert result.fields == {"R": field("sec:负责人"), "A": field("sec:审批人")}
    assert result.status == {"处理中": "进行中", "完成": "已完成"}
    assert result.types == {"会议": "label:会", "default": "问题"}
    assert result.bots == ("a", "b")
    assert (result.name, result.project) == ("jira-npx", "NPX")
