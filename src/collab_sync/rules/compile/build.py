"""From rules as written to rules as evaluated; everything wrong with any of them is collected."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from collab_sync.analysis.facts import Vocabulary
from collab_sync.calendar.durations import parse_duration, parse_offset
from collab_sync.calendar.slots import parse_schedule
from collab_sync.errors import Problem
from collab_sync.rules.compile.action_build import ActionCompiler
from collab_sync.rules.compile.actions import TransitionAction, texts
from collab_sync.rules.compile.anchors import anchors, filing
from collab_sync.rules.compile.rule import CompiledRule, CompiledStep
from collab_sync.rules.compile.triggers import (
    CompiledClock,
    CompiledEvent,
    CompiledSchedule,
    CompiledState,
    CompiledTrigger,
)
from collab_sync.rules.conditions import Predicate
from collab_sync.rules.conditions.compile import ConditionCompiler
from collab_sync.rules.conditions.predicate import joined, negated
from collab_sync.rules.schema.conditions import Condition
from collab_sync.rules.schema.rule import PackFile, Rule, Step
from collab_sync.rules.schema.triggers import ClockTrigger, EventTrigger, ScheduleTrigger, Trigger
from collab_sync.rules.yaml_text import Mark


@dataclass(frozen=True, slots=True)
class Pack:
    """One validated ``rules.yaml`` and where it stands."""

    name: str
    file: PackFile
    mark: Mark


def compile_rules(
    packs: Iterable[Pack], vocabulary: Vocabulary
) -> tuple[tuple[CompiledRule, ...], tuple[Problem, ...]]:
    """All rules in the order given, numbered through, and every problem. A rule with problems is among the rules
    too, but must not be evaluated."""
    problems: list[Problem] = []
    rules: list[CompiledRule] = []
    for pack in packs:
        for index, rule in enumerate(pack.file.rules):
            mark = pack.mark.at("rules", index)
            compiler = _RuleCompiler(rule, mark, vocabulary, problems)
            rules.append(compiler.compile(pack.name, len(rules)))
    return tuple(rules), tuple(problems)


class _RuleCompiler:
    def __init__(self, rule: Rule, mark: Mark, vocabulary: Vocabulary, problems: list[Problem]) -> None:
        self.rule = rule
        self.mark = mark
        self.conditions = ConditionCompiler(vocabulary, problems)
        self.actions = ActionCompiler(self.conditions, rule.for_)

    def compile(self, pack: str, order: int) -> CompiledRule:
        rule = self.rule
        where = self._optional(rule.where, "where")
        steps = self._steps()
        return CompiledRule(
            id=rule.id,
            name=rule.name,
            order=order,
            pack=pack,
            seeds=rule.seeds,
            subject=rule.for_,
            urgent=rule.urgent,
            mode=rule.mode,
            where=where,
            anchors=anchors(rule.where, rule.for_, self.conditions.vocabulary),
            filing=filing(rule, self.conditions.vocabulary),
            fingerprint=hashlib.sha256(rule.model_dump_json().encode()).hexdigest()[:12],
            trigger=self._trigger(rule.when, where, steps),
            steps=steps,
            place=self.mark.place,
        )

    # --- triggers ----------------------------------------------------------------------------------------------
    def _trigger(self, when: Trigger, where: Predicate | None, steps: tuple[CompiledStep, ...]) -> CompiledTrigger:
        mark = self.mark.at("when")
        if when.state is not None:
            predicate = self.conditions.condition(when.state, self.rule.for_, mark.at("state"))
            whole = joined("all", [where, predicate], self.mark.place) if where else predicate
            return CompiledState(predicate, whole, parse_duration(when.held) if when.held else None)
        if when.event is not None:
            return self._event(when.event, steps, mark.at("event"))
        if when.clock is not None:
            return self._clock(when.clock, where, mark.at("clock"))
        assert when.schedule is not None
        return _schedule(when.schedule)

    def _event(self, event: EventTrigger, steps: tuple[CompiledStep, ...], mark: Mark) -> CompiledEvent:
        condition = self._optional(event.if_, "when", "event", "if")
        if event.changed is not None:
            self.conditions.path(self.rule.for_, event.changed, mark.at("changed"))
        return CompiledEvent(
            kinds=event.kinds,
            created=bool(event.created),
            changed=event.changed,
            to=event.to,
            if_=condition,
            reads=_reads(event, steps),
            everybody=condition is not None and "e.authorized" in condition.paths,
        )

    def _clock(self, clock: ClockTrigger, where: Predicate | None, mark: Mark) -> CompiledClock | CompiledState:
        stop = self.conditions.condition(clock.stop, self.rule.for_, mark.at("stop"))
        pause = self._optional(clock.pause, "when", "clock", "pause")
        start = self.conditions.path(self.rule.for_, clock.start, mark.at("start"))
        if start is None:
            return CompiledState(stop, stop)
        if start.kind not in ("date", "instant"):
            self.conditions.problem(
                mark.at("start"), f"“{clock.start}”不是日期或时刻,时钟不能从它开始", "例如 due、created_at"
            )
        going_on = negated(stop, mark.place)
        whole = joined("all", [where, going_on], mark.place) if where else going_on
        return CompiledClock(start, clock.start, clock.unit, stop, whole, pause, clock.calendar, clock.land_on)

    # --- steps -------------------------------------------------------------------------------------------------
    def _steps(self) -> tuple[CompiledStep, ...]:
        if not self.rule.steps:
            actions = self.actions.compile(self.rule.do, self.mark.at("do"))
            return (CompiledStep("", "", None, None, None, actions),)
        taken: dict[str, int] = {}
        return tuple(self._step(step, index, taken) for index, step in enumerate(self.rule.steps))

    def _step(self, step: Step, index: int, taken: dict[str, int]) -> CompiledStep:
        mark = self.mark.at("steps", index)
        offset = parse_offset(step.after)
        clock = self.rule.when.clock
        if clock is not None and not _fits(offset.unit, clock.unit) and offset.amount:
            self.conditions.problem(
                mark.at("after"), f"时钟按 {clock.unit} 计时,这一级却写“{step.after}”", "请统一 unit 与 after 的单位"
            )
        wanted = step.id or step.after
        taken[wanted] = taken.get(wanted, 0) + 1
        if step.id and taken[wanted] > 1:
            self.conditions.problem(mark.at("id"), f"步骤编号“{step.id}”重复", "同一规则里步骤编号各不相同")
        return CompiledStep(
            id=wanted if taken[wanted] == 1 else f"{wanted}#{taken[wanted]}",
            label=step.after,
            after=offset,
            if_=self._optional(step.if_, "steps", index, "if"),
            unless=self._optional(step.unless, "steps", index, "unless"),
            actions=self.actions.compile(step.do, mark.at("do")),
        )

    def _optional(self, condition: Condition | None, *steps: str | int) -> Predicate | None:
        return self.conditions.condition(condition, self.rule.for_, self.mark.at(*steps)) if condition else None


def _reads(event: EventTrigger, steps: tuple[CompiledStep, ...]) -> frozenset[str]:
    """Keys of the entry (without ``e.``) that the conditions and texts of a rule use."""
    actions = [action for step in steps for action in step.actions]
    names = {name for action in actions for text in texts(action) for name in text.reads}
    names |= {path for a in actions if isinstance(a, TransitionAction) and a.if_ for path in a.if_.paths}
    if event.if_ is not None:
        names |= _paths(event.if_)
    return frozenset(name.removeprefix("e.") for name in names if name.startswith("e."))


def _fits(unit: str, clock: str) -> bool:
    return unit == clock or {unit, clock} <= {"h", "wh"}


def _schedule(schedule: ScheduleTrigger) -> CompiledSchedule:
    anchor: date | None = schedule.anchor
    return CompiledSchedule(parse_schedule(schedule.at, schedule.every, anchor, schedule.on_holiday))


def _paths(condition: Condition) -> set[str]:
    found = set(condition.paths)
    for part in (*(condition.all_ or ()), *(condition.any_ or ()), *((condition.not_,) if condition.not_ else ())):
        found |= _paths(part)
    return found
