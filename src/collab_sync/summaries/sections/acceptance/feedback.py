"""The newest verdict of each department on each item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collab_sync.model.document import Block
from collab_sync.model.work_item import Entry
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.progress.cells import task_id
from collab_sync.summaries.sheet import Column, Section, Sheet


@dataclass(frozen=True, slots=True)
class Verdict:
    """The newest 【验收结论】 of one department on one item, and the newest 【协作评价】 that goes with it."""

    line: Line
    entry: Entry
    department: str
    rating: Entry | None

    def said(self, key: str) -> str:
        return self.entry.data.get(key, "")


def advice(row: Verdict) -> str:
    found = [
        entry.data.get(key, "") for entry in (row.entry, row.rating) if entry for key in ("改进建议", "建议", "待改进")
    ]
    return row.line.words.joined(found)


FEEDBACK: Sheet[Verdict] = Sheet(
    "任务验收反馈表",
    (
        Column("任务ID", lambda row: task_id(row.line), ("S3-80",)),
        Column("任务名称", lambda row: row.line.ref(title=True), ("S3-80",)),
        Column("验收部门", lambda row: row.department, ("S3-81",)),
        Column("验收结果", lambda row: row.line.words.term(row.said("结果")), ("S3-82", "S3-87", "S3-88")),
        Column("得分(满分100)", lambda row: row.said("评分"), ("S3-39",)),
        Column("验收意见", lambda row: row.said("意见"), ("S3-83",)),
        Column("整改时限", lambda row: row.said("整改时限"), ("S3-41",)),
        Column("评分(响应及时性/沟通效率/交付质量)", lambda row: marks(row.rating), ("S3-84", "S3-43")),
        Column("改进建议", advice, ("S3-85",)),
        Column("验收人", lambda row: row.line.scope.person(row.entry.by), ("S3-86",)),
        Column("验收时间", lambda row: row.line.scope.moment(row.entry.at)),
    ),
    serves=("S3-79", "S2-37"),
)


def verdicts(scope: SectionScope) -> Iterator[Verdict]:
    """One per item and department, newest word only."""
    for line in scope.of("任务", "协作需求"):
        newest = {_department(line, entry): entry for entry in line.facts.entries("验收结论")}
        ratings = {_department(line, entry): entry for entry in line.facts.entries("协作评价")}
        for department, entry in newest.items():
            yield Verdict(line, entry, department, ratings.get(department))


def marks(rating: Entry | None) -> str:
    """``5/5/4`` as written."""
    return (rating.data.get("评分") or rating.text.split("\n")[0]) if rating else ""


def feedback(scope: SectionScope) -> tuple[Block, ...]:
    return FEEDBACK.blocks(scope, verdicts(scope))


def _department(line: Line, entry: Entry) -> str:
    named = entry.data.get("部门", "")
    known = line.scope.view.organisation.department(named)
    return known.name if known else named or line.department


SECTION = Section("验收", feedback, (FEEDBACK,))
