"""How often people were disturbed: mentions at once, by person, beside what the budget allows.

Mails that trackers send by themselves are not known, so this is a proxy and called one.
"""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.model.document import Block
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet, heading, sentence

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Told:
    """How often one person was mentioned at once in the period."""

    person: str
    count: int
    scope: SectionScope

    @property
    def per_day(self) -> str:
        """On average over the working days of the period."""
        return self.scope.words.number(self.count / working_days(self.scope))


NOISE: Sheet[Told] = Sheet(
    "打扰度",
    (
        Column("人员", lambda told: told.person, ("S1-59",)),
        Column("即时提醒次数", lambda told: told.count, ("S1-59",)),
        Column("平均每个工作日", lambda told: told.per_day, ("S1-59",)),
    ),
    empty="本期没有即时提醒。",
)


def noise(scope: SectionScope) -> tuple[Block, ...]:
    """The total with its change, the budget, and who was told most often."""
    told = sorted(scope.request.mentions.items(), key=lambda one: (-one[1], one[0]))
    budget = scope.view.organisation.budget.mentions_per_person_per_day
    title = heading(scope, "打扰度(替代指标)")
    said = sentence(
        scope,
        "本期向 {people} 人发出即时提醒 {total} 次(全组织);上限为每人每天 {budget} 次,超出的并入每日摘要。"
        "这是替代指标:不含各系统自带的通知邮件。",
        people=scope.figure("提醒人数", len(told)),
        total=scope.figure("提醒总数", sum(scope.request.mentions.values())),
        budget=budget,
    )
    rows = [Told(person, count, scope) for person, count in told[:_SHOWN]]
    return (title, said, *(NOISE.blocks(scope, rows)[1:] if rows else ()))


def working_days(scope: SectionScope) -> int:
    """Working days of the period, at least one; where the log is known, not before it begins."""
    begin, end = scope.period
    practice = scope.request.practice
    begin = max(begin, practice.lines[0].at) if practice and practice.lines else begin
    first, last = (scope.calendar.local_date(at) for at in (begin, end))
    return max(scope.calendar.working_days_between(first, last), 1)


SECTION = Section("打扰度", noise, (NOISE,), serves=("S1-59", "S1-03"))
