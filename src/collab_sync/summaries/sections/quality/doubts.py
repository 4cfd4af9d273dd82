"""Every doubt about the data of a page, each with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from collab_sync.model.document import Block, BulletList, Inline, Text
from collab_sync.summaries.scope import Line, SectionScope, joined
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
        found = (*found, (Text(f"保密事项 {scope.withheld} 项:不在本页列名,也不计入本页的各项数字。"),))
    title = heading(scope, "数据质量")
    return (title, count, BulletList(found)) if found else (title, sentence(scope, "没有发现问题。"))


def _unfresh(scope: SectionScope) -> Iterator[Item]:
    for source in scope.request.stale:
        yield (Text(f"来源 {source} 未能按时同步,本页缺少它最近的变化。"),)
    late = [line for line in scope.lines if line.facts.due and scope.calendar.provisional(line.facts.due)]
    if late:
        through = scope.calendar.data.valid_through.isoformat()
        text = f"日历只核定到 {through};以下事项的截止日在此之外,节假日与调休未知,暂按周一至周五计算:"
        yield (Text(text + joined([line.key for line in late])),)


def _departments(scope: SectionScope) -> Iterator[Item]:
    for department in scope.departments:
        if not department.external and not department.liaison:
            yield (Text(f"{department.name}没有接口人。请协同办公室指定一名。"),)


def _of_line(line: Line) -> Iterator[Item]:
    missing = sorted(label for label in line.facts.item.labels if label.startswith(INCOMPLETE))
    if missing:
        yield (*line.ref(), Text(f":{joined(missing)}"))
    departments = joined(
        [name for name in _department_names(line) if not line.scope.view.organisation.department(name)]
    )
    if departments:
        yield (*line.ref(), Text(f":组织文件中没有部门 {departments}。请更正,或登记为部门、曾用名。"))
    for two in line.facts.item.disagreements:
        name = FIELD_NAMES.get(two.field, two.field)
        yield (*line.ref(), Text(f":{name}有两种说法,采用“{two.used}”;{two.source} 写的是“{two.other}”。"))


def _department_names(line: Line) -> tuple[str, ...]:
    item = line.facts.item
    return tuple(name for name in (item.dept, *item.related_depts) if name)


SECTION = Section("数据质量", quality, serves=("S2-03", "S0-20", "S1-21", "S3-90"))
