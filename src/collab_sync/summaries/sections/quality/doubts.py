"""Every doubt about the data of a page, each with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from collab_sync.model.document import Block, BulletList, Inline, Text
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.quality.strangers import strangers
from collab_sync.summaries.sheet import Section, heading, sentence

INCOMPLETE = "需补齐:"

FIELD_NAMES: Mapping[str, str] = {
    "R": "负责人",
    "A": "审批人",
    "C": "协助人",
    "I": "知会人",
    "F": "第一责任人",
    "reporter": "发起人",
    "dept": "责任部门",
    "related_depts": "协办部门",
    "urgency": "紧急程度",
    "importance": "重要程度",
    "native_priority": "优先级",
    "start": "开始日",
    "due": "截止日",
    "program": "项目",
    "milestone": "里程碑",
    "parent": "父任务",
    "resource": "资源",
}
"""How people call the fields of the model."""

Item = tuple[Inline, ...]


def quality(scope: SectionScope) -> tuple[Block, ...]:
    """Every doubt about the data of this page, each with what to do about it."""
    doubts = (item for line in scope.lines for item in _of_line(line))
    found = (*_unfresh(scope), *_departments(scope), *strangers(scope), *doubts)
    count = sentence(scope, "待处理 {count} 处。", count=scope.figure("数据质量", len(found)))
    if scope.withheld:
        text = "保密事项 {count} 项:不在本页列名,也不计入本页的各项数字。"
        found = (*found, (_told(scope, text, count=scope.withheld),))
    title = heading(scope, "数据质量")
    return (title, count, BulletList(found)) if found else (title, sentence(scope, "没有发现问题。"))


def _unfresh(scope: SectionScope) -> Iterator[Item]:
    for source in scope.request.stale:
        yield (_told(scope, "来源 {source} 未能按时同步,本页缺少它最近的变化。", source=source),)
    late = [line for line in scope.lines if line.facts.due and scope.calendar.provisional(line.facts.due)]
    if late:
        through, items = (
            scope.words.day(scope.calendar.data.valid_through),
            scope.words.joined(line.key for line in late),
        )
        text = "日历只核定到 {day};以下事项的截止日在此之外,节假日与调休未知,暂按周一至周五计算:{items}"
        yield (_told(scope, text, day=through, items=items),)


def _departments(scope: SectionScope) -> Iterator[Item]:
    for department in scope.departments:
        if not department.external and not department.liaison:
            yield (_told(scope, "{department}没有接口人。请协同办公室指定一名。", department=department.name),)


def _of_line(line: Line) -> Iterator[Item]:
    scope, words = line.scope, line.words
    missing = words.joined(words.pair("需补齐", words.term(what)) for what in line.labels(INCOMPLETE))
    if missing:
        yield (*line.ref(), _told(scope, ":{missing}", missing=missing))
    departments = words.joined(name for name in _department_names(line) if not scope.view.organisation.department(name))
    if departments:
        text = ":组织文件中没有部门 {departments}。请更正,或登记为部门、曾用名。"
        yield (*line.ref(), _told(scope, text, departments=departments))
    for two in line.facts.item.disagreements:
        name = scope.say(FIELD_NAMES[two.field]) if two.field in FIELD_NAMES else two.field
        text = ":{field}有两种说法,采用“{used}”;{source} 写的是“{other}”。"
        yield (*line.ref(), _told(scope, text, field=name, used=two.used, source=two.source, other=two.other))


def _told(scope: SectionScope, text: str, **values: object) -> Text:
    return Text(scope.say(text, **values))


def _department_names(line: Line) -> tuple[str, ...]:
    item = line.facts.item
    return tuple(name for name in (item.dept, *item.related_depts) if name)


SECTION = Section("数据质量", quality, serves=("S2-03", "S0-20", "S1-21", "S3-90"))
