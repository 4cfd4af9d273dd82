"""How well it went: rates, durations, marks; by department, by programme. Numbers with what they were counted from.

Figures of single persons are never ranked and carry no score: a page names departments and teams.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

from collab_sync.analysis.reporting.ratings import marks
from collab_sync.carriers import values
from collab_sync.model.document import Bars, Block
from collab_sync.model.work_item import Entry
from collab_sync.summaries.scope import Line, SectionScope, amount, joined
from collab_sync.summaries.sheet import Column, Section, Sheet, heading, sentence

DIMENSIONS: tuple[str, ...] = ("响应及时性", "沟通效率", "交付质量")
_DONE = ("已完成", "已结项")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share with its parts; unknown while there is nothing to divide by."""

    part: int
    whole: int

    def __str__(self) -> str:
        return f"{self.part / self.whole:.0%}({self.part}/{self.whole})" if self.whole else "暂无数据"

    @property
    def percent(self) -> float | None:
        return 100 * self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Score:
    """One department's (or programme's) figures over these items."""

    name: str
    lines: tuple[Line, ...]

    @property
    def completed(self) -> Ratio:
        live = [line for line in self.lines if line.facts.item.status != "已取消"]
        return Ratio(sum(line.facts.item.status in _DONE for line in live), len(live))

    @property
    def in_time(self) -> Ratio:
        """Of what is done or overdue, what was done by its date."""
        counted = [line for line in self.lines if line.facts.due and (self._done(line) or line.late > 0)]
        return Ratio(sum(self._done(line) and line.late == 0 for line in counted), len(counted))

    @property
    def days(self) -> str:
        """Mean working days from the first day of work to completion."""
        spent = [days for line in self.lines if self._done(line) and (days := working_days(line)) is not None]
        return f"{fmean(spent):.1f}" if spent else "暂无数据"

    @property
    def marks(self) -> tuple[tuple[float, ...], ...]:
        """Every complete rating as three numbers."""
        rated = (parsed(entry) for line in self.lines for entry in line.facts.entries("协作评价"))
        return tuple(found for found in rated if found)

    def mean(self, dimension: int) -> float | None:
        given = [mark[dimension] for mark in self.marks]
        return fmean(given) if given else None

    @staticmethod
    def _done(line: Line) -> bool:
        return line.facts.item.status in _DONE and line.facts.item.done_at is not None


def _mean(score: Score, dimension: int) -> str:
    found = score.mean(dimension)
    return f"{found:.1f}" if found is not None else "暂无评价"


def _dimension(index: int) -> Column[Score]:
    return Column(DIMENSIONS[index], lambda score: _mean(score, index), ("S3-44", "S3-43", "S1-06"))


CARD: Sheet[Score] = Sheet(
    "部门记分卡",
    (
        Column("部门", lambda score: score.name, ("S1-22", "S3-44")),
        Column("任务完成率", lambda score: str(score.completed), ("S3-44", "S1-22", "S0-07")),
        Column("按时完成率", lambda score: str(score.in_time), ("S1-22", "S0-30", "S1-03")),
        Column("平均耗时(工作日)", lambda score: score.days, ("S3-44", "S0-34")),
        *map(_dimension, range(len(DIMENSIONS))),
        Column("依据(事项数/评价数)", lambda score: f"{len(score.lines)}/{len(score.marks)}", ("S1-46",)),
    ),
    serves=("S1-22", "S3-44", "S1-46"),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the evaluation: what, how it was counted, the figure."""

    dimension: str
    name: str
    how: str
    figure: str
    serves: tuple[str, ...] = ()


EFFECT: Sheet[Measure] = Sheet(
    "协同工作效果评估表",
    (
        Column("维度", lambda row: row.dimension, ("S0-36",)),
        Column("指标", lambda row: row.name, ("S0-30", "S0-31", "S0-32", "S0-33", "S0-34", "S0-35")),
        Column("结果", lambda row: row.figure, ("S0-30", "S0-31", "S0-32", "S0-33", "S0-34", "S0-35")),
        Column("计算口径", lambda row: row.how, ("S0-35",)),
    ),
    serves=("S0-36", "S0-07"),
)


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
        Column("按时完成", lambda row: str(row.score.in_time), ("S1-50",)),
        Column("协作评价均分", lambda row: _overall(row.score) if row.team else "—", ("S1-50",)),
        Column("依据", lambda row: _evidence(row.score), ("S1-50",)),
    ),
    serves=("S1-50",),
    empty="本期没有可供评选的数据。",
)


def working_days(line: Line) -> int | None:
    """Working days from the first day of work to completion, both included."""
    done = line.facts.item.done_at
    if done is None:
        return None
    calendar = line.facts.calendar
    began = min(line.began, calendar.local_date(done))
    return calendar.working_days_between(began, calendar.local_date(done)) + int(calendar.is_working_day(began))


def parsed(entry: Entry) -> tuple[float, ...]:
    """``5/5/4`` as three numbers from 1 to 5; nothing for anything else."""
    given = marks(entry)
    return tuple(float(mark) for mark in given) if len(given) == len(DIMENSIONS) else ()


def by_department(scope: SectionScope) -> tuple[Score, ...]:
    """Figures of every department that has tasks here."""
    found = ((department, scope.of_department(department, scope.tasks)) for department in scope.departments)
    return tuple(Score(department.name, lines) for department, lines in found if lines)


def card(scope: SectionScope) -> tuple[Block, ...]:
    return CARD.blocks(by_department(scope))


def completion(scope: SectionScope) -> tuple[Block, ...]:
    """Completion by department as bars."""
    return _bars("任务完成率", by_department(scope), lambda score: score.completed.percent)


def durations(scope: SectionScope) -> tuple[Block, ...]:
    """Mean working days by department as bars."""
    return _bars("平均耗时", by_department(scope), _days, unit="工作日", top=None)


def ratings(scope: SectionScope) -> tuple[Block, ...]:
    """The three marks as one picture each: a radar is not drawn by every version of the diagram language."""
    blocks: list[Block] = []
    for index, dimension in enumerate(DIMENSIONS):
        blocks += _bars(dimension, by_department(scope), _at(index), unit="分", top=5.0)
    return (heading("协作评价(响应及时性、沟通效率、交付质量)"), *(blocks or [sentence("暂无评价。")]))


def comparison(scope: SectionScope) -> tuple[Block, ...]:
    """Work done in time by department as bars."""
    return _bars("按时完成率", by_department(scope), lambda score: score.in_time.percent)


def effect(scope: SectionScope) -> tuple[Block, ...]:
    """The three dimensions: goals reached, resources used, efficiency of working together."""
    return EFFECT.blocks(_measures(scope))


def _measures(scope: SectionScope) -> list[Measure]:
    whole = Score("全部", scope.tasks)
    granted = [line for line in scope.of("资源申请") if line.said("资源审批", "结果") == "同意"]
    budget = sum((line.number("金额") for line in granted), Decimal(0))
    spent = sum(
        (_number(entry, "金额", "数值") for line in scope.lines for entry in line.facts.entries("费用")), Decimal(0)
    )
    asked = scope.of("资源申请")
    rate = f"{spent / budget:.0%}({amount(spent)}/{amount(budget)} 元)" if budget else "暂无数据"
    return [
        Measure("目标达成率", "按时完成率", "按期完成 ÷(已完成 + 已逾期)", str(whole.in_time)),
        Measure("目标达成率", "目标实际值", "【目标实际值】最近一次所报,人工填写", _actual(scope) or "暂无数据"),
        Measure("资源利用率", "预算执行率", "【费用】合计 ÷ 已批准金额,以人工上报为准", rate),
        Measure(
            "资源利用率",
            "资源申请批准率",
            "同意 ÷ 全部申请(设备使用率的替代指标)",
            str(Ratio(len(granted), len(asked))),
        ),
        Measure("协同效率", "任务平均完成时长", "自开始至完成的工作日均值", f"{whole.days} 工作日"),
        Measure("协同效率", "每项任务沟通次数", "结构化评论数 ÷ 任务数(沟通成本的替代指标)", _talk(scope)),
        Measure("协同效率", "协作需求接收率", "已接收 ÷ 全部协作需求", str(_accepted(scope))),
    ]


def _accepted(scope: SectionScope) -> Ratio:
    asked = scope.of("协作需求")
    return Ratio(sum(line.newest("接收任务") is not None for line in asked), len(asked))


def _talk(scope: SectionScope) -> str:
    count = sum(len(line.facts.item.entries) for line in scope.tasks)
    return f"{count / len(scope.tasks):.1f} 次" if scope.tasks else "暂无数据"


def _actual(scope: SectionScope) -> str:
    lines = (*scope.lines, *((Line(scope.program.facts, scope),) if scope.program else ()))
    found = [entry for line in lines for entry in line.facts.entries("目标实际值")]
    newest = max(found, key=lambda entry: entry.at, default=None)
    return joined((newest.data.get("数值", ""), newest.data.get("单位", "")), " ") if newest else ""


def _number(entry: Entry, *keys: str) -> Decimal:
    said = next((entry.data[key] for key in keys if entry.data.get(key)), "")
    return values.number(said) or Decimal(0)


def awards(scope: SectionScope) -> tuple[Block, ...]:
    """Teams and departments by work done in time, and who may be named by their department; a person decides."""
    teams = [
        Candidate("最佳协同团队(项目)", program.name, Score(program.name, _in_program(scope, code)))
        for code, program in sorted(scope.view.programs.items())
        if not program.facts.item.confidential
    ]
    departments = [Candidate("最佳协同团队(部门)", score.name, score) for score in by_department(scope)]
    ranked = sorted((row for row in teams + departments if row.score.in_time.part), key=_rank)
    note = "名单只列依据,不代表评选结果;由协同办公室与领导小组评定。"
    return (sentence(note), *AWARDS.blocks([*ranked, *_stars(scope)]))


def _stars(scope: SectionScope) -> list[Candidate]:
    """People all of whose dated work was done in time, by department and name: no order of merit."""
    found = []
    for score in by_department(scope):
        for person in sorted({person.key for line in score.lines for person in line.facts.people("R")}):
            own = Score(
                person, tuple(line for line in score.lines if person in [one.key for one in line.facts.people("R")])
            )
            if own.in_time.part and own.in_time.part == own.in_time.whole:
                found.append(Candidate(f"协同之星提名参考({score.name})", person, own, team=False))
    return found


def _rank(row: Candidate) -> tuple[str, float, str]:
    return (row.kind, -(row.score.in_time.percent or 0), row.name)


def _in_program(scope: SectionScope, code: str) -> tuple[Line, ...]:
    return tuple(line for line in scope.tasks if line.facts.program_code == code)


def _evidence(score: Score) -> str:
    done = [line.key for line in score.lines if line.facts.item.status in _DONE and line.late == 0]
    return joined(done[:5]) + (f" 等 {len(done)} 项" if len(done) > 5 else "")


def _overall(score: Score) -> str:
    means = [fmean(mark) for mark in score.marks]
    return f"{fmean(means):.1f}({len(means)} 次评价)" if means else "暂无评价"


def _at(index: int) -> Callable[[Score], float | None]:
    return lambda score: score.mean(index)


def _days(score: Score) -> float | None:
    spent = [days for line in score.lines if (days := working_days(line)) is not None]
    return fmean(spent) if spent else None


def _bars(
    title: str,
    scores: Sequence[Score],
    figure: Callable[[Score], float | None],
    unit: str = "%",
    top: float | None = 100.0,
) -> tuple[Block, ...]:
    shown = tuple((score.name, value) for score in scores if (value := figure(score)) is not None)
    return (heading(title, 3), Bars(title, shown, unit, top)) if shown else ()


SECTIONS: tuple[Section, ...] = (
    Section("记分卡", card, (CARD,), serves=("S1-46", "S0-05", "S1-08", "S1-23")),
    Section("完成率", completion, serves=("S3-44", "S3-46")),
    Section("平均耗时", durations, serves=("S3-44", "S0-34")),
    Section("评分雷达", ratings, serves=("S3-46", "S3-43")),
    Section("柱状图", comparison, serves=("S3-46",)),
    Section("效果评估", effect, (EFFECT,)),
    Section("表彰候选", awards, (AWARDS,)),
)
