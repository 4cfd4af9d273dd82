"""Who may be praised, with why; a person decides."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.evaluation.scores import DONE, Score, by_department
from collab_sync.summaries.sheet import Column, Section, Sheet, sentence


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be praised, with why."""

    kind: str
    name: str
    score: Score
    team: bool = True


AWARDS: Sheet[Candidate] = Sheet(
    "表彰候选名单",
    (
        Column("类别", lambda row: row.kind, ("S1-50",)),
        Column("候选", lambda row: row.name, ("S1-50",)),
        Column("按时完成", lambda row: row.score.in_time.told(row.score.scope), ("S1-50",)),
        Column("协作评价均分", lambda row: _overall(row.score) if row.team else "—", ("S1-50",)),
        Column("依据", lambda row: _evidence(row.score), ("S1-50",)),
    ),
    serves=("S1-50",),
    empty="本期没有可供评选的数据。",
)


def awards(scope: SectionScope) -> tuple[Block, ...]:
    """Teams and departments by work done in time, and who may be named by their department; a person decides."""
    teams = [
        Candidate(scope.say("最佳协同团队(项目)"), program.name, Score(program.name, _in_program(scope, code), scope))
        for code, program in sorted(scope.view.programs.items())
        if not program.facts.item.confidential
    ]
    departments = [Candidate(scope.say("最佳协同团队(部门)"), score.name, score) for score in by_department(scope)]
    ranked = sorted((row for row in teams + departments if row.score.in_time.part), key=_rank)
    note = sentence(scope, "名单只列依据,不代表评选结果;由协同办公室与领导小组评定。")
    return (note, *AWARDS.blocks(scope, [*ranked, *_stars(scope)]))


def _stars(scope: SectionScope) -> list[Candidate]:
    """People all of whose dated work was done in time, by department and name: no order of merit."""
    found = []
    for score in by_department(scope):
        for person in sorted({person.key for line in score.lines for person in line.facts.people("R")}):
            own = Score(
                person,
                tuple(line for line in score.lines if person in [one.key for one in line.facts.people("R")]),
                scope,
            )
            if own.in_time.part and own.in_time.part == own.in_time.whole:
                kind = scope.say("协同之星提名参考({department})", department=score.name)
                found.append(Candidate(kind, person, own, team=False))
    return found


def _rank(row: Candidate) -> tuple[str, float, str]:
    return (row.kind, -(row.score.in_time.percent or 0), row.name)


def _in_program(scope: SectionScope, code: str) -> tuple[Line, ...]:
    return tuple(line for line in scope.tasks if line.facts.program_code == code)


def _evidence(score: Score) -> str:
    done = [line.key for line in score.lines if line.facts.item.status in DONE and line.late == 0]
    said = score.scope.words.joined(done[:5])
    return score.scope.say("{items} 等 {count} 项", items=said, count=len(done)) if len(done) > 5 else said


def _overall(score: Score) -> str:
    means = [fmean(mark) for mark in score.marks]
    if not means:
        return score.scope.say("暂无评价")
    return score.scope.say(
        "{mean}({count} 次评价)", mean=f"{fmean(means):.1f}", count=score.scope.words.number(len(means))
    )


SECTION = Section("表彰候选", awards, (AWARDS,))
