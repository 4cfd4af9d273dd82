"""Every operator, three-valued: holds, does not hold, cannot be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from collab_sync.analysis.facts import MISSING, UNKNOWN, Absent, Facts, MemberKind, Value, ValueKind
from collab_sync.errors import RuleFileError
from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.rules.conditions import Predicate, compile_condition
from collab_sync.rules.schema.conditions import Condition
from collab_sync.rules.yaml_text import Mark, read_yaml, validate

NOW = datetime(2025, 9, 24, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Sheet:
    """Facts that are simply written down."""

    values: Mapping[str, Value] = field(default_factory=dict)
    members: tuple[Sheet, ...] | Absent = ()
    now: datetime = NOW
    name: str = "事项一"

    @property
    def subject(self) -> SubjectRef:
        return SubjectRef(SubjectKind.WORK_ITEM, self.name)


@dataclass(frozen=True)
class Cell:
    path: str
    kind: ValueKind
    choices: tuple[str, ...] = ()

    def value(self, facts: Facts) -> Value:
        assert isinstance(facts, Sheet)
        return facts.values.get(self.path, MISSING)

    def flips_at(self, facts: Facts, thresholds: Sequence[int]) -> datetime | None:
        return None


class Blockers:
    members_are: MemberKind = SubjectKind.WORK_ITEM

    def members(self, facts: Facts) -> tuple[Facts, ...] | Absent:
        assert isinstance(facts, Sheet)
        return facts.members


KINDS: Mapping[str, ValueKind] = {
    "title": "text",
    "dept": "text",
    "open": "bool",
    "late_days": "number",
    "due_in_wd": "number",
    "due": "date",
    "parent.due": "date",
    "created_at": "instant",
    "done_at": "instant",
    "labels": "texts",
    "priority": "text",
    "native_priority": "text",
    "e.评分": "text",
    "entries.预警.since:due": "number",
    "entries.预警": "number",
}


class Words:
    """A small vocabulary."""

    def reader(self, subject: MemberKind, path: str) -> Cell | None:
        if path == "status":
            return Cell(path, "text", ("未开始", "进行中", "已完成"))
        return Cell(path, KINDS[path]) if path in KINDS else None

    def relation(self, subject: MemberKind, path: str) -> Blockers | None:
        return Blockers() if path == "links.blocked_by" else None

    def names(self, subject: MemberKind) -> tuple[str, ...]:
        return (*KINDS, "status")


def condition(text: str) -> tuple[Condition, Mark]:
    document, problems = read_yaml(text, "规则.yaml")
    assert document is not None
    assert problems == ()
    value, problems = validate(Condition, document)
    assert value is not None, problems
    return value, Mark(document)


def compiled(text: str) -> Predicate:
    value, mark = condition(text)
    return compile_condition(value, SubjectKind.WORK_ITEM, Words(), mark=mark)


def complaints(text: str) -> str:
    value, mark = condition(text)
    with pytest.raises(RuleFileError) as caught:
        compile_condition(value, SubjectKind.WORK_ITEM, Words(), mark=mark)
    return str(caught.value)


TABLE: tuple[tuple[str, str, Value, bool | None], ...] = (
    ("{dept: 研发部}", "dept", "研发部", True),
    ("{dept: 研发部}", "dept", "市场部", False),
    ("{dept: 研发部}", "dept", MISSING, False),
    ("{dept: 研发部}", "dept", UNKNOWN, None),
    ("{dept: {eq: 研发部}}", "dept", "研发部", True),
    ("{dept: {ne: 研发部}}", "dept", "市场部", True),
    ("{dept: {ne: 研发部}}", "dept", "研发部", False),
    ("{dept: {ne: 研发部}}", "dept", MISSING, True),
    ("{dept: {ne: 研发部}}", "dept", UNKNOWN, None),
    ("{dept: [研发部, 市场部]}", "dept", "市场部", True),
    ("{dept: [研发部, 市场部]}", "dept", "销售部", False),
    ("{dept: {in: [研发部]}}", "dept", "研发部", True),
    ("{dept: {not_in: [研发部]}}", "dept", "研发部", False),
    ("{dept: {not_in: [研发部]}}", "dept", MISSING, True),
    ("{dept: {not_in: [研发部]}}", "dept", UNKNOWN, None),
    ("{dept: present}", "dept", "研发部", True),
    ("{dept: present}", "dept", MISSING, False),
    ("{dept: present}", "dept", UNKNOWN, None),
    ("{dept: missing}", "dept", MISSING, True),
    ("{dept: missing}", "dept", "研发部", False),
    ("{dept: missing}", "dept", UNKNOWN, None),
    ("{open: true}", "open", True, True),
    ("{open: true}", "open", False, False),
    ("{open: false}", "open", UNKNOWN, None),
    ("{late_days: {gt: 2}}", "late_days", 3, True),
    ("{late_days: {gt: 2}}", "late_days", 2, False),
    ("{late_days: {gt: 2}}", "late_days", MISSING, False),
    ("{late_days: {gt: 2}}", "late_days", UNKNOWN, None),
    ("{late_days: {gte: 2}}", "late_days", 2, True),
    ("{late_days: {gte: 2}}", "late_days", 1, False),
    ("{late_days: {lt: 2}}", "late_days", 1, True),
    ("{late_days: {lt: 2}}", "late_days", 2, False),
    ("{late_days: {lt: 2}}", "late_days", MISSING, False),
    ("{late_days: {lte: 2}}", "late_days", 2, True),
    ("{late_days: {lte: 2}}", "late_days", 3, False),
    ("{late_days: {gt: 1.5}}", "late_days", Decimal("1.6"), True),
    ("{late_days: {between: [0, 2]}}", "late_days", 0, True),
    ("{late_days: {between: [0, 2]}}", "late_days", 2, True),
    ("{late_days: {between: [0, 2]}}", "late_days", 3, False),
    ("{late_days: {between: [0, 2]}}", "late_days", -1, False),
    ("{due: {lt: 2025-10-01}}", "due", date(2025, 9, 30), True),
    ("{due: {lt: 2025-10-01}}", "due", date(2025, 10, 1), False),
    ("{labels: {has: 复杂}}", "labels", frozenset({"复杂", "延期"}), True),
    ("{labels: {has: 复杂}}", "labels", frozenset({"延期"}), False),
    ("{labels: {has: 复杂}}", "labels", UNKNOWN, None),
    ("{labels: {has_any: [复杂, 延期]}}", "labels", frozenset({"延期"}), True),
    ("{labels: {has_any: [复杂, 延期]}}", "labels", frozenset(), False),
    ("{labels: {count: 2}}", "labels", frozenset({"甲", "乙"}), True),
    ("{labels: {count: {gt: 2}}}", "labels", frozenset({"甲", "乙"}), False),
    ("{labels: {count: 0}}", "labels", MISSING, True),
    ("{labels: {count: 0}}", "labels", UNKNOWN, None),
    ("{title: {matches: '^\\d{4}年.+_(研发部|市场部)$'}}", "title", "2025年Q3新品_市场部", True),
    ("{title: {matches: '^\\d{4}年.+_(研发部|市场部)$'}}", "title", "新品计划", False),
    ("{e.评分: {lt: 80}}", "e.评分", "76", True),
    ("{e.评分: {lt: 80}}", "e.评分", "80 分", False),
    ("{e.评分: {lt: 80}}", "e.评分", "很好", False),
    ("{entries.预警: {since: due, gt: 0}}", "entries.预警.since:due", 1, True),
    ("{entries.预警: {since: due, gt: 0}}", "entries.预警.since:due", 0, False),
)


@pytest.mark.parametrize(("text", "path", "value", "answer"), TABLE)
def test_每个比较都有是否和无法判断(text: str, path: str, value: Value, answer: bool | None) -> None:
    """One row, one promise."""
    assert compiled(text).holds(Sheet({path: value})) is answer


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [("高", "低", True), ("高", "高", False), (MISSING, "高", False), ("高", MISSING, False), (UNKNOWN, "高", None)],
)
def test_两个路径不一致要两边都有值才成立(left: Value, right: Value, answer: bool | None) -> None:
    """``ne_field`` compares two values that are there."""
    facts = Sheet({"native_priority": left, "priority": right})
    assert compiled("{native_priority: {ne_field: priority}}").holds(facts) is answer


@pytest.mark.parametrize(("day", "gte", "lt"), [(13, False, True), (14, True, False), (15, True, False)])
def test_子任务的日期与父任务相比(day: int, gte: bool, lt: bool) -> None:
    """``gte_field`` and ``lt_field`` split every pair of dates."""
    facts = Sheet({"due": date(2025, 10, day), "parent.due": date(2025, 10, 14)})
    assert compiled("{due: {gte_field: parent.due}}").holds(facts) is gte
    assert compiled("{due: {lt_field: parent.due}}").holds(facts) is lt


ONE_OF_EACH = (True, False, None)
VALUES: Mapping[bool | None, Value] = {True: True, False: False, None: UNKNOWN}


@pytest.mark.parametrize("left", ONE_OF_EACH)
@pytest.mark.parametrize("right", ONE_OF_EACH)
def test_与或非按三值逻辑(left: bool | None, right: bool | None) -> None:
    """Unknown wins unless the other part decides alone."""
    days: Mapping[bool | None, Value] = {True: 1, False: 0, None: UNKNOWN}
    facts = Sheet({"open": VALUES[left], "late_days": days[right]})
    parts = "[{open: true}, {late_days: {gt: 0}}]"
    both = False if False in (left, right) else (None if None in (left, right) else True)
    either = True if True in (left, right) else (None if None in (left, right) else False)
    assert compiled(f"{{all: {parts}}}").holds(facts) is both
    assert compiled("{open: true, late_days: {gt: 0}}").holds(facts) is both
    assert compiled(f"{{any: {parts}}}").holds(facts) is either
    assert compiled("{not: {open: true}}").holds(facts) is (None if left is None else not left)


@pytest.mark.parametrize(
    ("states", "answer"),
    [((), False), ((False,), False), ((False, True), True), ((None, True), True), ((None, False), None)],
)
def test_至少有一个前置未完(states: tuple[bool | None, ...], answer: bool | None) -> None:
    """``exists`` asks the members; one that cannot be read leaves the answer open."""
    members = tuple(Sheet({"open": VALUES[state]}, name=f"前置{n}") for n, state in enumerate(states))
    predicate = compiled("{exists: {of: links.blocked_by, where: {open: true}}}")
    assert predicate.holds(Sheet(members=members)) is answer


def test_看不到关联对象时无法判断() -> None:
    """A relation that could not be read is not an empty one."""
    predicate = compiled("{exists: {of: links.blocked_by, where: {open: true}}}")
    assert predicate.holds(Sheet(members=UNKNOWN)) is None
    assert predicate.holds(Sheet(members=MISSING)) is False


def test_理由写出实际值和所在的行() -> None:
    """A trace names the answer, what was found, and where the condition stands."""
    trace = compiled("dept: 研发部\nlate_days: {gt: 2}\n").trace(Sheet({"dept": "研发部", "late_days": 1}))
    assert trace.answer is False
    assert [(child.word, child.actual) for child in trace.children] == [("是", "研发部"), ("否", "1")]
    assert [str(child.place) for child in trace.children] == ["规则.yaml:1:7", "规则.yaml:2:12"]


def test_理由说明无法判断() -> None:
    """Unknown shows as such."""
    assert "无法判断  dept: missing (实际:无法判断)" in str(compiled("{dept: missing}").trace(Sheet({"dept": UNKNOWN})))


def test_条件说出它读哪些路径() -> None:
    """``paths`` names every path of the subject itself."""
    predicate = compiled("{dept: 研发部, any: [{late_days: {gt: 0}}, {due: {gte_field: parent.due}}]}")
    assert predicate.paths == {"dept", "late_days", "due", "parent.due"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{late_day: {gt: 2}}", "是否想写“late_days”"),
        ("{status: 进行}", "是否想写“进行中”"),
        ("{late_days: 很多}", "“late_days”是数字,不能与“很多”比较"),
        ("{late_days: true}", "“late_days”是数字"),
        ("{open: 是}", "可写 true 或 false"),
        ("{dept: 12}", '要作为文字请加引号:"12"'),
        ("{labels: 复杂}", "“labels”不能用 eq 比较"),
        ("{dept: {has: 研发部}}", "“dept”不能用 has 比较"),
        ("{status: {gt: 2}}", "是固定的词,没有大小"),
        ("{due: {gte_field: created_at}}", "不是同一种值"),
        ("{exists: {of: links.blocked, where: {open: true}}}", "“links.blocked”不通向其他对象"),
        ("{title: {matches: '(a+)+$'}}", "不能重复一个本身含有"),
        ("{title: {matches: '(a|a)*$'}}", "不能重复一个本身含有"),
        ("{title: {matches: '.*.*.*x'}}", "最多写两处"),
        ("{title: {matches: '(甲)\\1'}}", "反向引用"),
        ("{title: {matches: '(甲'}}", "正则表达式有误"),
        ("{entries.预警: {since: dues, gt: 0}}", "是否想写“due”"),
    ],
)
def test_写错的条件在加载时就被指出(text: str, message: str) -> None:
    """Unknown paths, words and types never reach evaluation."""
    found = complaints(text)
    assert message in found
    assert "规则.yaml:1:" in found


def test_一次说完所有的错() -> None:
    """Two mistakes in one condition are two problems."""
    value, mark = condition("{late_day: {gt: 2}, status: 进行}")
    with pytest.raises(RuleFileError) as caught:
        compile_condition(value, SubjectKind.WORK_ITEM, Words(), mark=mark)
    assert len(caught.value.problems) == 2
