"""Which rules fired how often and how far they went, and which were never used.

The log says what was written, not how often a rule fired; the number is worked out from it and called a proxy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from collab_sync.model.action import LogLine
from collab_sync.model.document import Block, BulletList, Text
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.mechanism.cells import told
from collab_sync.summaries.sheet import Column, Section, Sheet, heading, sentence

_EXIT = "exit"
_SLOT = "slot "


@dataclass(frozen=True, slots=True)
class Use:
    """One rule in the period. ``steps``: how often each step was reached, in the order of first sight."""

    rule: str
    title: str
    steps: Mapping[str, int]
    targets: int
    scope: SectionScope

    @property
    def fired(self) -> int:
        return sum(self.steps.values())

    @property
    def reached(self) -> str:
        """``>0wd 5、>2wd 3``; nothing for rules without steps."""
        return self.scope.words.joined(f"{step} {count}" for step, count in self.steps.items() if step)


USES: Sheet[Use] = Sheet(
    "规则使用情况",
    (
        Column("规则", lambda use: use.title, ("S1-56", "S0-38")),
        Column("触发次数", lambda use: use.scope.figure(f"触发:{use.rule}", use.fired), ("S1-56",)),
        Column("各步次数", lambda use: use.reached, ("S1-56",)),
        Column("涉及对象", lambda use: use.targets),
    ),
    serves=("S1-56", "S0-38"),
    empty="本期没有规则触发。",
)


def usage(scope: SectionScope) -> tuple[Block, ...]:
    """The rules by how often they fired, then those that never did."""
    used = uses(scope)
    note = sentence(
        scope,
        "本页只列事实,不作评价,也不提建议;请在本期的半年评估事项中讨论规则与参数是否调整。",
    )
    how = sentence(
        scope,
        "用到 {used} 条规则,触发 {fired} 次。"
        "次数由写回日志推算(替代指标):同一时刻、同一步、同一类动作写了几个对象,就算几次。",
        used=scope.figure("用到的规则", len(used)),
        fired=scope.figure("规则触发", sum(use.fired for use in used)),
    )
    title, *table = USES.blocks(scope, used)
    return (note, title, how, *table, *_never(scope, _idle(scope, used)))


def _idle(scope: SectionScope, used: tuple[Use, ...]) -> list[str]:
    """Titles of rules in force that did nothing; the one that asks for this page does so by asking."""
    practice = scope.request.practice
    busy = {use.rule for use in used} | ({practice.asked_by} if practice else set())
    return [title for rule, title in practice.rules.items() if rule not in busy] if practice else []


def _never(scope: SectionScope, titles: list[str]) -> tuple[Block, ...]:
    title = heading(scope, "没有用到的规则", 3)
    if not titles:
        return (title, sentence(scope, "现行规则都用到过。"))
    return (title, BulletList(tuple((Text(one),) for one in titles)))


def uses(scope: SectionScope) -> tuple[Use, ...]:
    """What the log of the period says, most used first."""
    practice = scope.request.practice
    if practice is None:
        return ()
    begin, end = scope.period
    by_rule: dict[str, list[LogLine]] = {}
    for line in told(scope):
        if begin <= line.at < end and line.step != _EXIT:
            by_rule.setdefault(line.rule, []).append(line)
    found = [_use(scope, rule, practice.rules.get(rule, rule), lines) for rule, lines in by_rule.items()]
    return tuple(sorted(found, key=lambda use: (-use.fired, use.rule)))


def _use(scope: SectionScope, rule: str, title: str, lines: Iterable[LogLine]) -> Use:
    known = tuple(lines)
    steps: dict[str, int] = {}
    for (step, _), targets in _together(known).items():
        name = "" if step.startswith(_SLOT) else step
        steps[name] = steps.get(name, 0) + targets
    return Use(rule, title, steps, len({line.target for line in known}), scope)


def _together(lines: Iterable[LogLine]) -> dict[tuple[str, str], int]:
    """Step and instant → the most objects that one kind of action wrote there."""
    seen = {(line.step, line.at.isoformat(), line.action.partition(":")[0], line.target) for line in lines}
    kinds = Counter((step, at, action) for step, at, action, _ in seen)
    most: dict[tuple[str, str], int] = {}
    for (step, at, _), count in sorted(kinds.items(), key=lambda one: one[0][1]):
        most[step, at] = max(most.get((step, at), 0), count)
    return most


SECTION = Section("规则使用", usage, (USES,), serves=("S1-56",))
