"""A published document: where it is, who signed, who may read it."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.carriers import values
from collab_sync.model.document import Block, Heading, Paragraph, Text
from collab_sync.model.work_item import Entry
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.archive.cells import kept_until
from collab_sync.summaries.sheet import Column, Section, Sheet, sentence

_ANSWERED = ("需修订", "结果")
"""Keys under which an entry says a word of the model."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A department that must sign a document."""

    department: str
    lead: str
    entry: Entry | None
    line: Line

    @property
    def result(self) -> str:
        return self.line.words.term(self.entry.data.get("结果", "")) if self.entry else self.line.scope.say("待会签")


SIGNATURES: Sheet[Signature] = Sheet(
    "会签",
    (
        Column("部门", lambda row: row.department, ("S4-43",)),
        Column("负责人", lambda row: row.lead, ("S4-43",)),
        Column("结果", lambda row: row.result, ("S4-43",)),
        Column("时间", lambda row: row.line.scope.moment(row.entry.at) if row.entry else ""),
    ),
    empty="没有写明会签部门。",
)


@dataclass(frozen=True, slots=True)
class Revision:
    """A review or a revision of a document."""

    line: Line
    entry: Entry

    @property
    def said(self) -> str:
        """Every answer and the prose, as written; yes and no in the readers' language."""
        words = self.line.words
        answers = (words.term(text) if key in _ANSWERED else text for key, text in self.entry.data.items())
        return words.clauses((*answers, self.entry.text))


REVISIONS: Sheet[Revision] = Sheet(
    "变更记录",
    (
        Column("时间", lambda row: row.line.scope.moment(row.entry.at), ("S3-36",)),
        Column("类别", lambda row: row.line.words.term(row.entry.kind), ("S3-36", "S4-40")),
        Column("内容", lambda row: row.said, ("S3-36", "S4-42")),
        Column("提出人", lambda row: row.line.scope.person(row.entry.by)),
    ),
    empty="没有审核与修订记录。",
)


def document(scope: SectionScope) -> tuple[Block, ...]:
    """A published document: where it is, who signed, who may read it."""
    named = tuple(line for line in scope.of("文档") if line.title == scope.request.name)
    documents = (scope.item,) if scope.item else named[:1]
    blocks: list[Block] = []
    for one in documents:
        until = kept_until(one)
        keep = scope.say("保留至 {month}。", month=until) if until else scope.say("保存期限不少于 2 年。")
        owner = one.department or scope.say("未定")
        blocks += [Heading(2, (Text(one.title),)), _address(one)]
        blocks.append(sentence(scope, "责任部门:{department};{keep}", department=owner, keep=keep))
        blocks.append(sentence(scope, "查阅权限:本页读者均可查阅;编辑以原文档所在事项的权限为准,由牵头部门负责。"))
        blocks += SIGNATURES.blocks(scope, signatures(one), 3)
        blocks += REVISIONS.blocks(scope, revisions(one), 3)
    return tuple(blocks) or (sentence(scope, "没有可发布的文档。"),)


def _address(line: Line) -> Block:
    return Paragraph((Text(line.scope.say("原文与附件见 ")), *line.ref()))


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
        shown = department.name if department else line.scope.unregistered(name)
        rows.append(Signature(shown, lead or line.scope.say("(暂缺)"), said[-1] if said else None, line))
    return tuple(rows)


def _speaks_for(line: Line, entry: Entry, department: str) -> bool:
    person = line.scope.view.organisation.person(entry.by)
    return person is not None and person.dept == department


def revisions(line: Line) -> tuple[Revision, ...]:
    found = [entry for kind in ("审核意见", "修订") for entry in line.facts.entries(kind)]
    return tuple(Revision(line, entry) for entry in sorted(found, key=lambda entry: entry.at))


SECTION = Section("文档", document, (SIGNATURES, REVISIONS), serves=("S4-44", "S4-43", "S3-36"))
