"""Judging only whom an edit of the rules may concern gives what judging everything anew gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.engine_office import rule_set
from tests.unit.engine_world import SmallWorld, at

from collab_sync.pipeline.decide import commit, decide
from collab_sync.rules.load import RuleSet
from collab_sync.workbench.fakes.memory_store import MemoryStore

HEAD = """\
  - id: {}
    name: 规则
    for: work_item
"""
BODIES = (
    """\
    where: {type: 任务, open: true}
    when: {state: {due: missing}}
    do: [{label: {add: 延期}}, {comment: {mode: post, to: [R], text: 请补截止日}}]
""",
    """\
    where: {type: 问题, urgency: 高}
    when: {state: {due: missing}}
    do: [{label: {add: "需补齐:乙"}}, {comment: {mode: sticky, key: k, to: [A], text: 请补截止日}}]
""",
    """\
    where: {open: true}
    when: {state: {due_in_wd: {lte: 1}}}
    do: [{label: {add: 遇到风险}}]
""",
    """\
    where: {type: 任务}
    when: {clock: {start: due, unit: wd, stop: {open: false}}}
    steps:
      - {after: ">0wd", do: [{label: {add: 延期}}]}
      - {after: ">1wd", do: [{comment: {mode: sticky, key: late, to: [R], text: 已逾期}}]}
""",
    """\
    when: {schedule: {at: "周三 15:00"}}
    do: [{comment: {mode: post, to: [R], text: 周三}}]
""",
    """\
    where: {urgency: 高}
    when: {event: {created: true}}
    do: [{comment: {mode: post, to: [R], text: 新的}}]
""",
    """\
    where: {type: [任务, 文档]}
    when: {state: {status: 未开始}, held: 1wd}
    do: [{label: {add: 待接收}}]
""",
    """\
    where: {type: 任务, open: true}
    when: {state: {status: present}}
    do: [{label: {add: "灯::{{ s.status }}"}}]
""",
)
POOL = tuple(HEAD.format(f"r{number}") + body for number, body in enumerate(BODIES))
CHANGES = (
    ("", ""),
    ("urgency: 高", "urgency: 中"),
    ("任务", "文档"),
    ("lte: 1", "lte: 2"),
    ("延期", "待接收"),
    ("请补", "快补"),
    ("name: 规则", "name: 规则\n    mode: shadow"),
)
items = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["任务", "问题", "文档"]),
        "status": st.sampled_from(["未开始", "进行中", "已完成"]),
        "due": st.sampled_from([None, "2025-09-12", "2025-09-16", "2025-09-18"]),
        "urgency": st.sampled_from(["高", "中"]),
    }
)


@st.composite
def edits(draw: st.DrawFn) -> tuple[RuleSet, RuleSet]:
    """Rules before and after, or after and before: some stay, some change, some come, some go."""
    before = draw(st.lists(st.sampled_from(POOL), min_size=1, max_size=5, unique=True))
    gone = draw(st.sets(st.sampled_from(before), max_size=2))
    come = draw(st.lists(st.sampled_from(POOL), max_size=2, unique=True))
    old, new = draw(st.sampled_from(CHANGES))
    after = [text.replace(old, new) if old else text for text in before if text not in gone]
    after += [text for text in come if text not in before]
    both = rule_set("".join(before)), rule_set("".join(after or before))
    return both if draw(st.booleans()) else both[::-1]


def _lived(rules: tuple[RuleSet, RuleSet], made: list[dict[str, str | None]], most: int, hour: int) -> SmallWorld:
    """The rules are edited on Monday at ``hour`` and worked off in portions of ``most``; then the week goes on."""
    world = SmallWorld(MemoryStore(), rules[0])
    world.tick()
    world.clock.set(at("09-15 09:30"))
    for number, said in enumerate(made):
        fields = {"紧急程度": said["urgency"]}
        world.make(f"NPX-{number}", fields=fields, **{name: said[name] for name in ("type", "status", "due")})
    world.run("09-15 11:00", timedelta(hours=1))
    world.obey(rules[1])
    world.clock.set(at("09-15 00:00") + timedelta(hours=hour, minutes=10))
    more = True
    while more:
        with world.store.write() as tx:
            decision = decide(tx, world.runtime.ruling, world.clock.now(), world.offers, most=most)
            commit(tx, decision)
        more = decision.more
    world.run("09-18 12:00", timedelta(hours=6))
    return world


@settings(max_examples=60, deadline=None)
@given(edits(), st.lists(items, min_size=1, max_size=5), st.sampled_from([1, 2, 2000]), st.sampled_from([14, 20]))
def test_与全部重判的结果相同(
    rules: tuple[RuleSet, RuleSet], made: list[dict[str, str | None]], most: int, hour: int
) -> None:
    """Log, labels and comments, whatever the size of the portions, in working hours and at night."""
    everything = (rules[0], replace(rules[1], ground="全部", version="全部"))
    few, all_ = _lived(rules, made, most, hour), _lived(everything, made, 2000, hour)
    keys = [f"NPX-{number}" for number in range(len(made))]
    assert sorted(few.log(), key=repr) == sorted(all_.log(), key=repr)
    assert [few.labels(key) for key in keys] == [all_.labels(key) for key in keys]
    assert [few.comments(key) for key in keys] == [all_.comments(key) for key in keys]
