"""The three dimensions: goals reached, resources used, efficiency of working together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from collab_sync.carriers import values
from collab_sync.model.document import Block
from collab_sync.model.work_item import Entry
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.evaluation.scores import Ratio, Score
from collab_sync.summaries.sheet import Column, Section, Sheet


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


def effect(scope: SectionScope) -> tuple[Block, ...]:
    """The three dimensions: goals reached, resources used, efficiency of working together."""
    return EFFECT.blocks(scope, (_told(scope, row) for row in _measures(scope)))


def _told(scope: SectionScope, row: Measure) -> Measure:
    return replace(row, dimension=scope.say(row.dimension), name=scope.say(row.name), how=scope.say(row.how))


def _measures(scope: SectionScope) -> list[Measure]:
    whole = Score("", scope.tasks, scope)
    granted = [line for line in scope.of("资源申请") if line.said("资源审批", "结果") == "同意"]
    budget = sum((line.number("金额") for line in granted), Decimal(0))
    spent = sum(
        (_number(entry, "金额", "数值") for line in scope.lines for entry in line.facts.entries("费用")), Decimal(0)
    )
    asked = scope.of("资源申请")
    days = whole.days if whole.mean_days is None else scope.say("{days} 工作日", days=whole.days)
    return [
        Measure("目标达成率", "按时完成率", "按期完成 ÷(已完成 + 已逾期)", whole.in_time.told(scope)),
        Measure(
            "目标达成率", "目标实际值", "【目标实际值】最近一次所报,人工填写", _actual(scope) or scope.say("暂无数据")
        ),
        Measure("资源利用率", "预算执行率", "【费用】合计 ÷ 已批准金额,以人工上报为准", _rate(scope, spent, budget)),
        Measure(
            "资源利用率",
            "资源申请批准率",
            "同意 ÷ 全部申请(设备使用率的替代指标)",
            Ratio(len(granted), len(asked)).told(scope),
        ),
        Measure("协同效率", "任务平均完成时长", "自开始至完成的工作日均值", days),
        Measure("协同效率", "每项任务沟通次数", "结构化评论数 ÷ 任务数(沟通成本的替代指标)", _talk(scope)),
        Measure("协同效率", "协作需求接收率", "已接收 ÷ 全部协作需求", _accepted(scope).told(scope)),
    ]


def _accepted(scope: SectionScope) -> Ratio:
    asked = scope.of("协作需求")
    return Ratio(sum(line.newest("接收任务") is not None for line in asked), len(asked))


def _talk(scope: SectionScope) -> str:
    count = sum(len(line.facts.item.entries) for line in scope.tasks)
    if not scope.tasks:
        return scope.say("暂无数据")
    return scope.say("{count} 次", count=f"{count / len(scope.tasks):.1f}")


def _rate(scope: SectionScope, spent: Decimal, budget: Decimal) -> str:
    if not budget:
        return scope.say("暂无数据")
    number = scope.words.number
    told = "{percent}({spent}/{budget} 元)"
    return scope.say(told, percent=f"{spent / budget:.0%}", spent=number(spent), budget=number(budget))


def _actual(scope: SectionScope) -> str:
    lines = (*scope.lines, *((Line(scope.program.facts, scope),) if scope.program else ()))
    found = [entry for line in lines for entry in line.facts.entries("目标实际值")]
    newest = max(found, key=lambda entry: entry.at, default=None)
    return f"{newest.data.get('数值', '')} {newest.data.get('单位', '')}".strip() if newest else ""


def _number(entry: Entry, *keys: str) -> Decimal:
    said = next((entry.data[key] for key in keys if entry.data.get(key)), "")
    return values.number(said) or Decimal(0)


SECTION = Section("效果评估", effect, (EFFECT,))
