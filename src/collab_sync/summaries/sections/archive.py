"""What stays: lessons, published documents, what must be kept until when."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.carriers import values
from collab_sync.model.document import Block, Paragraph, Text
from collab_sync.model.work_item import Entry
from collab_sync.summaries.scope import UNREGISTERED, Line, SectionScope, joined
from collab_sync.summaries.sheet import Column, Section, Sheet, heading, sentence

KEEP = "保留至:"
"""Prefix of the label that says until which month something is kept."""
_MONTH = 7


@dataclass(frozen=True, slots=True)
class Lesson:
    """One counting 【复盘】."""

    line: Line
    entry: Entry

    @property
    def program(self) -> str:
        found = self.line.scope.view.program(self.line.facts.program_code)
        if found is None:
            return self.line.facts.program_code or ""
        return "" if found.facts.item.confidential else found.name

    def said(self, key: str) -> str:
        return self.entry.data.get(key, "")


def kept_until(line: Line) -> str:
    """The latest month written on it."""
    months = [label.removeprefix(KEEP) for label in line.facts.item.labels if label.startswith(KEEP)]
    return max(months, default="")


def verdict(line: Line) -> str:
    """Whether the month is over. Nothing is ever deleted because of it."""
    month = kept_until(line)
    if len(month) != _MONTH:
        return "保留期写法有误,应为 YYYY-MM"
    return "已满保留期,可由责任部门决定去留" if month < f"{line.scope.today:%Y-%m}" else "保留中"


CASES: Sheet[Lesson] = Sheet(
    "历史案例库",
    (
        Column("项目", lambda row: row.program, ("S3-47", "S2-38")),
        Column("复盘会", lambda row: row.line.ref(title=True), ("S2-44",)),
        Column("日期", lambda row: row.line.scope.moment(row.entry.at, "%Y-%m-%d")),
        Column("亮点", lambda row: row.said("亮点"), ("S2-41", "S0-37")),
        Column("待改进", lambda row: row.said("待改进"), ("S2-42", "S0-37")),
        Column("可复用经验", lambda row: row.said("可复用"), ("S2-43", "S0-39", "S1-36")),
        Column("主持", lambda row: row.line.scope.person(row.entry.by)),
    ),
    serves=("S3-47", "S2-38", "S1-19", "S1-36"),
    empty="还没有归档的案例。",
)

KEPT: Sheet[Line] = Sheet(
    "归档与保留期核对",
    (
        Column("事项", lambda line: line.ref(title=True), ("S4-47",)),
        Column("类型", lambda line: line.facts.item.type),
        Column("部门", lambda line: line.department, ("S4-45",)),
        Column("保留至", kept_until, ("S4-47",)),
        Column("核对", verdict, ("S4-47",)),
    ),
    serves=("S4-47",),
    empty="没有需要保留的归档事项。",
)


@dataclass(frozen=True, slots=True)
class Signature:
    """A department that must sign a document."""

    department: str
    lead: str
    entry: Entry | None
    line: Line


SIGNATURES: Sheet[Signature] = Sheet(
    "会签",
    (
        Column("部门", lambda row: row.department, ("S4-43",)),
        Column("负责人", lambda row: row.lead, ("S4-43",)),
        Column("结果", lambda row: row.entry.data.get("结果", "") if row.entry else "待会签", ("S4-43",)),
        Column("时间", lambda row: row.line.scope.moment(row.entry.at) if row.entry else ""),
    ),
    empty="没有写明会签部门。",
)


@dataclass(frozen=True, slots=True)
class Revision:
    """A review or a revision of a document."""

    line: Line
    entry: Entry


REVISIONS: Sheet[Revision] = Sheet(
    "变更记录",
    (
        Column("时间", lambda row: row.line.scope.moment(row.entry.at), ("S3-36",)),
        Column("类别", lambda row: row.entry.kind, ("S3-36", "S4-40")),
        Column("内容", lambda row: joined([*row.entry.data.values(), row.entry.text], ";"), ("S3-36", "S4-42")),
        Column("提出人", lambda row: row.line.scope.person(row.entry.by)),
    ),
    empty="没有审核与修订记录。",
)


def cases(scope: SectionScope) -> tuple[Block, ...]:
    """Every lesson, newest first."""
    found = [Lesson(line, entry) for line in scope.of("会议", "复盘") for entry in line.facts.entries("复盘")]
    return CASES.blocks(sorted(found, key=lambda row: row.entry.at, reverse=True))


def kept(scope: SectionScope) -> tuple[Block, ...]:
    """What carries a month until which it is kept."""
    return KEPT.blocks(line for line in scope.lines if kept_until(line))


def document(scope: SectionScope) -> tuple[Block, ...]:
    """A published document: where it is, who signed, who may read it."""
    named = tuple(line for line in scope.of("文档") if line.title == scope.request.name)
    documents = (scope.item,) if scope.item else named[:1]
    blocks: list[Block] = []
    for one in documents:
        until = kept_until(one)
        keep = f"保留至 {until}。" if until else "保存期限不少于 2 年。"
        blocks += [heading(one.title), _address(one), sentence(f"责任部门:{one.department or '未定'};{keep}")]
        blocks.append(sentence("查阅权限:本页读者均可查阅;编辑以原文档所在事项的权限为准,由牵头部门负责。"))
        blocks += SIGNATURES.blocks(signatures(one), 3)
        blocks += REVISIONS.blocks(revisions(one), 3)
    return tuple(blocks) or (sentence("没有可发布的文档。"),)


def _address(line: Line) -> Block:
    return Paragraph((Text("原文与附件见 "), *line.ref()))


def signatures(line: Line) -> tuple[Signature, ...]:
    """One per department that must sign, with its newest word since the last revision."""
    known = line.scope.view.organisation
    revised = line.newest("修订")
    rows = []
    for name in values.names(line.field("会签部门")):
        department = known.department(name)
        lead = department.lead if department else None
        said = [
            entry
            for entry in line.facts.entries("会签")
            if _speaks_for(line, entry, department.key if department else "") and (not revised or entry.at > revised.at)
        ]
        shown = department.name if department else f"{name}{UNREGISTERED}"
        rows.append(Signature(shown, lead or "(暂缺)", said[-1] if said else None, line))
    return tuple(rows)


def _speaks_for(line: Line, entry: Entry, department: str) -> bool:
    person = line.scope.view.organisation.person(entry.by)
    return person is not None and person.dept == department


def revisions(line: Line) -> tuple[Revision, ...]:
    found = [entry for kind in ("审核意见", "修订") for entry in line.facts.entries(kind)]
    return tuple(Revision(line, entry) for entry in sorted(found, key=lambda entry: entry.at))


SECTIONS: tuple[Section, ...] = (
    Section("案例库", cases, (CASES,), serves=("S1-05", "S1-19")),
    Section("归档核对", kept, (KEPT,)),
    Section("文档", document, (SIGNATURES, REVISIONS), serves=("S4-44", "S4-43", "S3-36")),
)
