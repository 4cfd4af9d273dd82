"""Rules filed by what they are about: the same judgement as by all of them, and few of them met."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.analysis.office_samples import at, entry, item, seen, view
from tests.unit.engine_office import rule_set

from collab_sync.analysis.view import SubjectFacts
from collab_sync.model.episode import Episode, FiredStep
from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.model.work_item import WorkItem
from collab_sync.rules.compile import CompiledRule
from collab_sync.rules.evaluate import Outcome, Past, Terms, evaluate_subject
from collab_sync.rules.filed import FiledRules

KEY = "NPX-1"
TYPES = ("任务", "问题", "文档", "项目")
STATUSES = ("未开始", "进行中", "已完成")
PROGRAMMES = ("X1", "X2")
LEVELS = ("高", "中", "低")


@dataclass(frozen=True)
class EveryRule:
    """The slow way: every rule about this kind of subject."""

    rules: Sequence[CompiledRule]

    def met_by(self, facts: SubjectFacts, running: Collection[str]) -> Sequence[CompiledRule]:
        return [rule for rule in self.rules if rule.subject == facts.subject.kind]

    def waits(self, kind: SubjectKind) -> bool:
        return any(rule.subject == kind and not rule.urgent for rule in self.rules)


# --- rules -------------------------------------------------------------------------------------------------------
def _one_or_some(words: Sequence[str]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.sampled_from(words),
        st.lists(st.sampled_from(words), min_size=1, max_size=2),
        st.sampled_from(words).map(lambda word: {"ne": word}),
        st.sampled_from(["present", "missing"]),
    )


ties = st.one_of(
    st.fixed_dictionaries({"type": _one_or_some(TYPES)}),
    st.fixed_dictionaries({"status": _one_or_some(STATUSES)}),
    st.fixed_dictionaries({"program": _one_or_some(PROGRAMMES)}),
    st.fixed_dictionaries({"urgency": _one_or_some(LEVELS)}),
    st.fixed_dictionaries({"dept": _one_or_some(["研发部", "市场部"])}),
    st.fixed_dictionaries({"open": st.booleans()}),
    st.fixed_dictionaries({"late_days": st.fixed_dictionaries({"gt": st.integers(0, 3)})}),
    st.fixed_dictionaries({"due_in_wd": st.fixed_dictionaries({"lte": st.integers(-2, 3)})}),
)
conditions = st.one_of(
    ties,
    st.tuples(ties, ties).map(lambda two: {**two[0], **two[1]}),
    st.lists(ties, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
    st.lists(ties, min_size=1, max_size=2).map(lambda parts: {"any": parts}),
    ties.map(lambda part: {"not": part}),
)


def _trigger(draw: st.DrawFn) -> dict[str, Any]:
    """Each kind as often as the others."""
    match draw(st.sampled_from(["state", "held", "clock", "created", "entry", "schedule"])):
        case "state":
            return {"state": draw(conditions)}
        case "held":
            return {"state": draw(conditions), "held": "2wd"}
        case "clock":
            return {"clock": {"start": "due", "unit": "wd", "stop": draw(conditions)}}
        case "created":
            return {"event": {"created": True}}
        case "entry":
            return {"event": {"entry": "响应"}}
        case _:
            return {"schedule": {"at": "周五 15:00", "on_holiday": "previous"}}


COMMENT = {"comment": {"mode": "post", "to": ["R"], "text": "请看"}}


@st.composite
def catalogues(draw: st.DrawFn) -> tuple[CompiledRule, ...]:
    written = []
    for number in range(draw(st.integers(1, 6))):
        rule: dict[str, Any] = {"id": f"r{number}", "name": f"规则{number}", "for": "work_item"}
        if draw(st.booleans()):
            rule["where"] = draw(conditions)
        if draw(st.integers(0, 4)) == 0:
            rule["urgent"] = True
        rule["when"] = _trigger(draw)
        if "clock" in rule["when"]:
            rule["steps"] = [{"after": after, "do": [COMMENT]} for after in (">0wd", ">2wd")]
        else:
            rule["do"] = [COMMENT]
        written.append(f"  - {json.dumps(rule, ensure_ascii=False)}\n")
    return rule_set("".join(written)).rules


# --- subjects ----------------------------------------------------------------------------------------------------
DAYS = st.dates(at("09-15 09:00").date(), at("10-12 09:00").date())


@st.composite
def subjects(draw: st.DrawFn) -> WorkItem:
    status = draw(st.sampled_from(STATUSES))
    said: dict[str, Any] = {"type": draw(st.sampled_from(TYPES)), "status": status}
    if status == "已完成":
        said["done_at"] = at("09-24 10:00")
    said["program"] = draw(st.sampled_from([None, *PROGRAMMES]))
    said["urgency"] = draw(st.sampled_from([None, *LEVELS]))
    said["dept"] = draw(st.sampled_from([None, "研发部", "市场部"]))
    said["raw_due"] = draw(st.none() | DAYS)
    said["unreadable"] = draw(st.sampled_from([frozenset(), frozenset({"program"}), frozenset({"entries"})]))
    said["entries"] = draw(st.sampled_from([(), (entry("c1", "响应", "赵航", "09-22 10:00", 内容="在办"),)]))
    return item(KEY, **said)


@st.composite
def pasts(draw: st.DrawFn, rules: Sequence[CompiledRule], subject: SubjectRef) -> Past:
    """Some rules run already, under whatever key."""
    active = []
    for rule in rules:
        if draw(st.integers(0, 3)):
            continue
        fired = [FiredStep(rule.steps[0].id, at("09-22 09:00"), at("09-22 09:00"))] if draw(st.booleans()) else []
        key = draw(st.sampled_from(["2025-09-22T01:00Z", "2025-09-19", "created", "c1@00000000", "since"]))
        began = at("09-22 09:00")
        active.append(Episode(rule=rule.id, subject=subject, key=key, began=began, fired=tuple(fired)))
    return Past(tuple(active))


def _told(outcome: Outcome) -> Mapping[str, object]:
    names = ("findings", "episodes", "forgotten", "revoked", "due")
    return {name: getattr(outcome, name) for name in names}


@settings(max_examples=200, deadline=None)
@given(st.data(), catalogues(), subjects(), st.integers(0, 24 * 14), st.booleans(), st.booleans())
def test_归了档的规则与逐条都判结果一样(  # noqa: PLR0917 - everything a judgement depends on
    data: st.DataObject,
    rules: tuple[CompiledRule, ...],
    one: WorkItem,
    hours: int,
    stale: bool,
    baseline: bool,
) -> None:
    """Findings, episodes and the next look are those of judging by every rule there is, at any hour."""
    now = at("09-22 00:00") + timedelta(hours=hours)
    around = view(one, now=now.strftime("%m-%d %H:%M"), stale=["jira-npx"] if stale else [])
    facts = seen(around, KEY)
    past = data.draw(pasts(rules, facts.subject))
    terms = Terms(now=around.now, calendar=facts.calendar, baseline=baseline)
    few = evaluate_subject(FiledRules(rules), facts, past, terms)
    assert _told(few) == _told(evaluate_subject(EveryRule(rules), facts, past, terms))


# --- what is met -------------------------------------------------------------------------------------------------
def _rule(id_: str, where: str, when: str = "{state: {due: missing}}") -> str:
    return (
        f"  - {{id: {id_}, name: 规则, for: work_item, where: {where}, when: {when}, do: [{{label: {{add: 延期}}}}]}}\n"
    )


def _met(rules: Sequence[CompiledRule], one: WorkItem, running: Collection[str] = ()) -> list[str]:
    return [rule.id for rule in FiledRules(rules).met_by(seen(view(one), one.source.key), running)]


def test_一千条别的项目的规则_一条也遇不到() -> None:
    """What a subject meets does not grow with rules about something else."""
    text = "".join(_rule(f"p{number}", f"{{type: 任务, program: P{number}}}") for number in range(100))
    rules = rule_set(
        text + _rule("own", "{type: 任务, program: X1, open: true}") + _rule("all", "{title: present}")
    ).rules
    assert _met(rules, item(KEY, program="X1")) == ["own", "all"]


def test_已关闭的事项遇不到只管未关闭的规则() -> None:
    """A truth value is as good an anchor as a word; one in the state counts like one in where."""
    open_only = "{state: {all: [{open: true}, {due: missing}]}}"
    rules = rule_set(_rule("open", "{type: 任务, open: true}") + _rule("state", "{type: 任务}", open_only)).rules
    assert _met(rules, item(KEY)) == ["open", "state"]
    assert _met(rules, item(KEY, status="已完成", done_at=at("09-20 10:00"))) == []


def test_还在进行的规则总会遇到() -> None:
    """It must end."""
    rules = rule_set(_rule("open", "{type: 任务, open: true}") + _rule("doc", "{type: 文档}")).rules
    assert _met(rules, item(KEY), running=("doc",)) == ["open", "doc"]
    assert _met(rules, item(KEY), running=("已删去的规则",)) == ["open"]


def test_定时的规则总会遇到() -> None:
    """It must know since when the subject has been there."""
    weekly = '{schedule: {at: "周五 15:00"}}'
    rules = rule_set(_rule("weekly", "{type: 文档}", weekly)).rules
    assert _met(rules, item(KEY)) == ["weekly"]


def test_读不到的值不排除任何规则() -> None:
    """An item whose programme could not be read may be of any."""
    rules = rule_set(_rule("x1", "{program: X1}") + _rule("x2", "{program: X2, type: 文档}")).rules
    assert _met(rules, item(KEY, unreadable=frozenset({"program"}))) == ["x1"]
    assert _met(rules, item(KEY)) == []
