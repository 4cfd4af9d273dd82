"""What is changed in a pack: every threshold, every condition, one at a time."""

from __future__ import annotations

from collab_sync.rules.yaml_text import Document, read_yaml
from collab_sync.workbench.mutation.sites import mutations

HEAD = """\
rules:
  - id: example
    for: work_item
"""
DO = "    do: [{label: {add: 延期}}]\n"


def document(text: str) -> Document:
    found, problems = read_yaml(text, "rules/示例/rules.yaml")
    assert found is not None
    assert problems == ()
    return found


def said(text: str) -> list[str]:
    return [one.what for one in mutations(document(text))]


def rule_after(text: str, what: str) -> dict[str, object]:
    """The first rule under the mutation called ``what``."""
    (mutation,) = [one for one in mutations(document(text)) if one.what == what]
    value = mutation.document.root.value
    assert isinstance(value, dict)
    rule = value["rules"][0]
    assert isinstance(rule, dict)
    return rule


def test_逐个删去_where_的条件_最后一个连同_where_一起删() -> None:
    two = HEAD + "    where: {type: 任务, open: true}\n    when: {event: {created: true}}\n" + DO
    assert said(two) == ["删去 where.type:任务", "删去 where.open:true"]
    assert rule_after(two, "删去 where.type:任务")["where"] == {"open": True}
    one = HEAD + "    where: {type: 任务}\n    when: {event: {created: true}}\n" + DO
    assert "where" not in rule_after(one, "删去 where.type:任务")


def test_state_删空等于总成立_stop_删空等于永不停止() -> None:
    state = HEAD + "    when: {state: {dept: missing}}\n" + DO
    assert rule_after(state, "删去 when.state.dept:missing")["when"] == {"state": {"all": []}}
    clock = HEAD + "    when: {clock: {start: due, unit: wd, stop: {open: false}}}\n    steps: []\n"
    after = rule_after(clock, "删去 when.clock.stop.open:false")["when"]
    assert after == {"clock": {"start": "due", "unit": "wd", "stop": {"any": []}}}


def test_all_与_any_的每一项_以及里面的阈值() -> None:
    text = HEAD + "    when: {state: {any: [{late_days: {gt: 2}}, {all: [{dept: missing}, {open: true}]}]}}\n" + DO
    assert said(text) == [
        "删去 when.state.any:[{late_days: {gt: 2}}, {all: [{dept: missing}, {open: true}]}]",
        "删去 when.state.any.0:{late_days: {gt: 2}}",
        "when.state.any.0.late_days.gt:2 → 3",
        "when.state.any.0.late_days.gt:2 → 1",
        "删去 when.state.any.1:{all: [{dept: missing}, {open: true}]}",
        "删去 when.state.any.1.all.0:{dept: missing}",
        "删去 when.state.any.1.all.1:{open: true}",
    ]


def test_not_里面唯一的条件_只在外层删一次() -> None:
    text = HEAD + "    when: {state: {not: {roles.A.count: 1}}}\n" + DO
    assert said(text) == [
        "删去 when.state.not:{roles.A.count: 1}",
        "when.state.not.roles.A.count:1 → 2",
        "when.state.not.roles.A.count:1 → 0",
    ]


def test_since_与区间() -> None:
    text = HEAD + "    when: {state: {entries.方案: {since: due, gt: 0}, due_in_wd: {between: [0, 2]}}}\n" + DO
    assert "删去 when.state.entries.方案.since:due" in said(text)
    assert "删去 when.state.entries.方案.gt:0" not in said(text)
    assert "when.state.due_in_wd.between.1:2 → 3" in said(text)


def test_时长_步骤_动作里的条件与期限() -> None:
    text = (
        HEAD
        + """\
    when: {clock: {start: due, unit: wd, stop: {open: false}, pause: {open: true}}}
    steps:
      - after: 0h
        if: {generation: 0}
        unless: {open: false}
        do:
          - create_issue: {each: parts, only: {dept: present}, due_in: 2wd}
          - transition: {if: {open: true}, to: 已结项}
"""
    )
    assert said(text)[1:] == [
        "删去 when.clock.pause.open:true",
        "steps.0.after:0h → 1wd",
        "删去 steps.0.if.generation:0",
        "steps.0.if.generation:0 → 1",
        "steps.0.if.generation:0 → -1",
        "删去 steps.0.unless.open:false",
        "删去 steps.0.do.0.create_issue.only.dept:present",
        "steps.0.do.0.create_issue.due_in:2wd → 3wd",
        "steps.0.do.0.create_issue.due_in:2wd → 1wd",
        "删去 steps.0.do.1.transition.if.open:true",
    ]


def test_参数在开头改一次_用到它的规则都变_位置指向参数() -> None:
    text = "parameters:\n  宽限: 4wh\n" + HEAD + '    when: {state: {dept: missing}, held: "${宽限}"}\n' + DO
    first = next(iter(mutations(document(text))))
    assert (first.rule, first.what, str(first.place)) == (None, "宽限:4wh → 5wh", "rules/示例/rules.yaml:2:7")
    assert first.touched == {"example"}
    assert "when.held:4wh → 5wh" in said(text)


def test_日程的时刻_间隔与目标值() -> None:
    text = HEAD + '    when: {schedule: {at: "09:00", every: 6 months, anchor: 2025-04-15}}\n' + DO
    assert said(text) == [
        "when.schedule.at:09:00 → 10:00",
        "when.schedule.at:09:00 → 08:00",
        "when.schedule.every:6 months → 7 months",
        "when.schedule.every:6 months → 5 months",
        "when.schedule.anchor:2025-04-15 → 2025-04-16",
        "when.schedule.anchor:2025-04-15 → 2025-04-14",
        "when.schedule.anchor:2025-04-15 → 2025-04-22",
    ]
    assert said(HEAD + "    when: {event: {changed: phase, to: 收尾}}\n" + DO) == ["删去 when.event.to:收尾"]
