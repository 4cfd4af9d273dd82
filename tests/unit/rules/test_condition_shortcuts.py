"""Short cuts of conditions: they answer what the long way answers, for every path that has one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.analysis.office_samples import at, item, seen, shipped, view

from collab_sync.analysis.facts import UNKNOWN, Absent
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.paths import ITEM_PATHS, Path
from collab_sync.model.identity import SubjectKind
from collab_sync.model.work_item import Change, WorkItem
from collab_sync.rules.conditions import compile_condition, operators
from collab_sync.rules.conditions.predicate import Answer
from collab_sync.rules.schema.conditions import Condition

KEY = "NPX-1"
DAYS = st.dates(date(2025, 9, 8), date(2025, 10, 20))
WORDS = st.sampled_from([None, "", "高", "X1"])


def _reader(path: str) -> Path[Any]:
    found = shipped().vocabulary.reader(SubjectKind.WORK_ITEM, path)
    assert isinstance(found, Path)
    return found


QUICK = sorted([path for path, one in ITEM_PATHS.items() if one.source] + ["roles.R.count"])


def _long_way(facts: ItemFacts, path: str, operator: str, operand: object) -> Answer:
    reader = _reader(path)
    found = reader.value(facts)
    if isinstance(found, Absent):
        return None if found is UNKNOWN else operators.on_missing(operator)
    return operators.comparison(operator, operand, reader.kind)(found)


def _short_way(facts: ItemFacts, path: str, operator: str, operand: object) -> Answer:
    written = Condition.model_validate({path: {operator: operand}})
    return compile_condition(written, SubjectKind.WORK_ITEM, shipped().vocabulary).holds(facts)


@st.composite
def items(draw: st.DrawFn) -> WorkItem:
    """Anything may be missing, unreadable, pushed or done."""
    due = draw(st.none() | DAYS)
    pushed = due is not None and draw(st.booleans())
    changes = (Change(field="due", at=at("09-10 10:00"), old="2025-09-09", new=str(due)),) if pushed else ()
    hidden = draw(st.sets(st.sampled_from(["due", "program", "urgency", "start", "R", "entries"])))
    return item(
        KEY,
        raw_due=due,
        changes=changes,
        start=draw(st.none() | DAYS),
        done_at=draw(st.sampled_from([None, at("09-25 10:00")])),
        program=draw(WORDS),
        urgency=draw(WORDS),
        milestone=draw(WORDS),
        dept=draw(st.sampled_from([None, "研发部", "市场部"])),
        status=draw(st.sampled_from(["未开始", "已完成"])),
        roles=draw(st.sampled_from([{}, {"R": ()}, {"R": ("赵航",)}, {"R": ("赵航", "李明")}])),
        unreadable=frozenset(hidden),
    )


def _operands(path: str) -> st.SearchStrategy[tuple[str, Any]]:
    reader = _reader(path)
    match reader.kind:
        case "bool":
            return st.tuples(st.sampled_from(["eq", "ne"]), st.booleans())
        case "number":
            return st.tuples(st.sampled_from(["eq", "ne", "lt", "lte", "gt", "gte"]), st.integers(0, 2))
        case "date":
            return st.tuples(st.sampled_from(["eq", "ne", "lt", "lte", "gt", "gte"]), DAYS)
        case _:
            words = st.sampled_from(reader.choices or ("X1", "任务", "高"))
            one = st.tuples(st.sampled_from(["eq", "ne"]), words)
            return one | st.tuples(st.sampled_from(["in", "not_in"]), st.lists(words, min_size=1).map(tuple))


@settings(max_examples=300, deadline=None)
@given(st.data(), items(), st.booleans())
def test_捷径与原路的回答相同(data: st.DataObject, one: WorkItem, stale: bool) -> None:
    """Three-valued, whatever is missing or cannot be read."""
    path = data.draw(st.sampled_from([path for path in QUICK if _reader(path).kind != "instant"]))
    operator, operand = data.draw(_operands(path))
    facts = seen(view(one, stale=["jira-npx"] if stale else []), KEY)
    assert _short_way(facts, path, operator, operand) is _long_way(facts, path, operator, operand)


@settings(max_examples=300, deadline=None)
@given(items(), st.sampled_from(["gt", "gte", "lt", "lte"]), st.integers(-1, 8), st.integers(0, 24 * 30))
def test_逾期天数与一个日子比_和数出来的相同(one: WorkItem, operator: str, days: int, hours: int) -> None:
    """Over the long holiday, make-up days and openings, finished or not."""
    now = at("09-15 00:00") + timedelta(hours=hours)
    facts = seen(view(one, now=now.strftime("%m-%d %H:%M")), KEY)
    assert _short_way(facts, "late_days", operator, days) is _long_way(facts, "late_days", operator, days)


def test_同一个条件换了时刻_换了日子() -> None:
    """The day that was worked out belongs to one instant and one department's calendar."""
    late = Condition.model_validate({"late_days": {"gt": 2}})
    holds = compile_condition(late, SubjectKind.WORK_ITEM, shipped().vocabulary).holds
    one = item(KEY, raw_due=date(2025, 9, 22))
    answers = [holds(seen(view(one, now=f"09-{day} 10:00"), KEY)) for day in (24, 25, 24)]
    assert answers == [False, True, False]


@pytest.mark.parametrize("path", QUICK)
def test_每条捷径都能写出来(path: str) -> None:
    """An expression that cannot be compiled would break every rule that names the path."""
    assert eval(f"lambda f: {_reader(path).source}")
