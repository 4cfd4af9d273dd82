"""Compiled rules: steps, anchors, actions, and what an event rule takes for the same event."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from collab_sync.analysis.vocabulary import ProductVocabulary
from collab_sync.calendar.durations import Duration, Offset
from collab_sync.errors import Problem
from collab_sync.model.identity import Account
from collab_sync.model.work_item import Entry
from collab_sync.rules.compile import (
    CommentAction,
    CompiledClock,
    CompiledEvent,
    CompiledRule,
    CompiledState,
    CreateAction,
    LabelAction,
    Pack,
    TransitionAction,
    compile_rules,
)
from collab_sync.rules.compile.occurrences import entry_key
from collab_sync.rules.examples import load_examples, without_examples
from collab_sync.rules.load import load_rules_folder
from collab_sync.rules.schema.rule import PackFile
from collab_sync.rules.yaml_text import Mark, read_yaml, validate

SHIPPED = Path(__file__).parents[3] / "rules"


def compiled(rule: str) -> tuple[CompiledRule, tuple[Problem, ...]]:
    document, problems = read_yaml(f"rules:\n{rule}", "规则.yaml")
    assert document is not None, problems
    file, problems = validate(PackFile, document)
    assert file is not None, problems
    rules, problems = compile_rules([Pack("试验", file, Mark(document))], ProductVocabulary({}))
    return rules[0], problems


CLOCK = """\
  - id: ladder
    name: 阶梯
    for: work_item
    where: {type: [任务, 问题], all: [{status: 进行中}], late_days: {gt: 0}}
    when: {clock: {start: due, unit: wd, stop: {open: false}}}
    steps:
      - {after: ">3wd", if: {generation: 0}, do: [{label: {add: 延期, remove: 待接收}}]}
      - {after: ">3wd", if: {generation: {gte: 1}}, do: [{label: {add: 延期}}]}
      - {id: 上报, after: ">5wd", do: [{label: {set: "灯::{{ s.status }}", latch: true}}]}
"""


def test_同一时刻的两步有不同的编号() -> None:
    """Ids tell them apart; people see when."""
    rule, problems = compiled(CLOCK)
    assert problems == ()
    assert [(step.id, step.label) for step in rule.steps] == [(">3wd", ">3wd"), (">3wd#2", ">3wd"), ("上报", ">5wd")]
    assert rule.steps[0].after == Offset(3, "wd", beyond=True)


def test_既加又去的标签动作成为两个() -> None:
    """In the order add, remove."""
    rule, _ = compiled(CLOCK)
    verbs = [
        (action.verb, action.template.source) for action in rule.steps[0].actions if isinstance(action, LabelAction)
    ]
    assert verbs == [("add", "延期"), ("remove", "待接收")]


def test_锚点只取必须相等的文字() -> None:
    """An index may admit too many, never too few: numbers, ranges and alternatives are no anchors."""
    rule, _ = compiled(CLOCK)
    assert rule.anchors == {"type": frozenset({"任务", "问题"}), "status": frozenset({"进行中"})}
    either, _ = compiled(CLOCK.replace("all: [{status: 进行中}]", "any: [{status: 进行中}, {status: 未开始}]"))
    assert either.anchors == {"type": frozenset({"任务", "问题"})}


def test_标签随事实变化的规则有记号() -> None:
    """Such a label is applied again when its text changes."""
    assert compiled(CLOCK)[0].labels_vary
    assert not compiled(CLOCK.replace("灯::{{ s.status }}", "灯::红"))[0].labels_vary


def test_步骤编号写重了是错误() -> None:
    """An explicit id is a promise."""
    _, problems = compiled(CLOCK.replace('{after: ">3wd", if: {generation: 0}', '{id: 上报, after: ">3wd"'))
    assert [problem.message for problem in problems] == ["步骤编号“上报”重复"]


EVENT = """\
  - id: accepted
    name: 验收
    for: work_item
    when: {event: {entry: 验收结论, if: {any: [{e.评分: {lt: 80}}, {e.authorized: false}]}}}
    do:
      - label: {set: "验收::{{ e.结果 }}"}
      - transition: {if: {e.整改时限: present}, to: 进行中, optional: true}
      - comment: {mode: post, to: [R], text: "意见:{{ e.意见 }};{{ s.title }}"}
"""


def test_事件规则知道自己读条目的哪些键() -> None:
    """From its condition, its texts and the conditions of its actions."""
    rule, problems = compiled(EVENT)
    assert problems == ()
    assert isinstance(rule.trigger, CompiledEvent)
    assert rule.trigger.reads == {"评分", "authorized", "结果", "整改时限", "意见"}
    assert rule.trigger.everybody
    assert isinstance(rule.steps[0].actions[1], TransitionAction)


def entry(**data: str) -> Entry:
    author = Account("jira", "u05", "周倩")
    return Entry(id="c-1", kind="验收结论", by=author, at=datetime(2025, 9, 24, 8, tzinfo=UTC), data=data)


def test_改动无关的内容不算新事件() -> None:
    """An edited entry fires again only if something the rule reads has changed."""
    reads = frozenset({"结果", "评分"})
    first = entry_key(entry(结果="通过", 评分="92", 意见="好"), reads)
    assert entry_key(entry(结果="通过", 评分="92", 意见="很好"), reads) == first
    assert entry_key(entry(结果="通过", 评分="78", 意见="好"), reads) != first
    assert first.split("@")[0] == "c-1"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{{ e.意见 }}", "{{ s.意见 }}", "文字里的“s.意见”不存在"),
        ("{{ e.意见 }}", "{{ 意见 }}", "模板里没有“意见”这个名称"),
        ("to: [R]", "to: [R], each: links.blockedby", "“links.blockedby”不通向其他对象"),
        ("to: [R]", "to: [R], only: {open: true}", "only 只能和 each 一起写"),
    ],
)
def test_动作里的错误被指出(old: str, new: str, message: str) -> None:
    """With the place of the action."""
    _, problems = compiled(EVENT.replace(old, new))
    assert message in problems[0].message
    assert problems[0].place.line == 9


def test_each_的条件问的是成员() -> None:
    """``only`` is compiled for the members of the relation."""
    rule, problems = compiled(EVENT.replace("to: [R]", "to: [R], each: links.relates, only: {open: true}"))
    assert problems == ()
    comment = rule.steps[0].actions[2]
    assert isinstance(comment, CommentAction)
    assert comment.each is not None
    assert comment.each.only is not None
    assert comment.each.only.paths == {"open"}


def test_随附的规则都有例子() -> None:
    """Every rule comes with examples, among them one in which it stays silent."""
    rules = load_rules_folder(SHIPPED)
    examples = load_examples(SHIPPED, rules)
    assert without_examples(rules, examples) == ()
    assert [one.rule for one in examples if all(example.expect for example in one.examples)] == []
    assert [one.rule for one in examples if not any(example.expect for example in one.examples)] == []


def test_升级阶梯按目录编成() -> None:
    """The ladder of the catalogue, rung by rung."""
    rule = load_rules_folder(SHIPPED).rule("esc-overdue")
    assert rule is not None
    assert isinstance(rule.trigger, CompiledClock)
    assert rule.trigger.start_path == "due"
    assert [step.label for step in rule.steps] == [">0wd", ">2wd", ">3wd", ">3wd", ">5wd"]
    create = rule.steps[2].actions[-1]
    assert isinstance(create, CreateAction)
    assert create.merge
    assert create.kind == "应急会议"
    scope = {"s": {"program": "X1"}, "today": "2025-09-28"}
    assert create.key.render(scope) == "应急会议:X1:2025-09-28"


def test_等待时间来自参数() -> None:
    """``${补正时间}`` is four working hours."""
    rule = load_rules_folder(SHIPPED).rule("raci-one-a")
    assert rule is not None
    assert isinstance(rule.trigger, CompiledState)
    assert rule.trigger.held == Duration(4, "wh")
