"""How it was applied for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from collab_sync.model.document import Block
from collab_sync.model.work_item import Entry
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.program.cells import applications
from collab_sync.summaries.sheet import Column, Section, Sheet


def approvals(line: Line) -> str:
    """The newest counting words of the office and of the leading group."""
    said = [(kind, line.newest(kind)) for kind in ("立项评估", "立项审批")]
    return line.words.clauses(line.words.pair(kind, _verdict(line, entry)) for kind, entry in said if entry)


def _verdict(line: Line, entry: Entry) -> str:
    result = entry.data.get("结果")
    return line.words.term(result) if result else line.scope.say("已评")


@dataclass(frozen=True, slots=True)
class Stated:
    """One column of the application form, as a row of a page: what it asks and what was answered."""

    name: str
    answer: Callable[[Line], str]
    serves: tuple[str, ...]


FORM: tuple[Stated, ...] = (
    Stated("项目背景", lambda line: line.field("项目背景"), ("S1-26",)),
    Stated("目标", lambda line: line.field("目标"), ("S1-27", "S0-09", "S4-09")),
    Stated("预期成果", lambda line: line.field("预期成果"), ("S1-28",)),
    Stated("所需资源", lambda line: line.field("所需资源"), ("S1-29",)),
    Stated("建议参与部门", lambda line: line.field("建议参与部门"), ("S1-30", "S4-10")),
    Stated("范围外", lambda line: line.field("范围外"), ("S4-08", "S4-10")),
    Stated("评估与审批", approvals, ("S1-31",)),
)

APPLICATION: Sheet[Line] = Sheet(
    "跨部门协同项目立项申请表",
    (
        Column("申请", lambda line: line.ref(title=True)),
        *(Column(one.name, one.answer, one.serves) for one in FORM),
        Column("发起人", lambda line: line.scope.person(line.facts.item.reporter)),
    ),
    serves=("S1-25",),
    empty="没有找到立项申请。",
)


def application(scope: SectionScope) -> tuple[Block, ...]:
    return APPLICATION.blocks(scope, applications(scope))


SECTION = Section("立项", application, (APPLICATION,))
