"""One budget, four purposes: writes first, nobody for ever, never more than the limit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collab_sync_http.budget import Allowance, Budget, Limit, Purpose
from collab_sync_http.limits import Errand
from collab_sync_http.pace import Pace

NOW = datetime(2025, 9, 22, 1, 0, tzinfo=UTC)
NOTHING = timedelta(0)
PURPOSES: tuple[Purpose, ...] = ("write", "delta", "backfill", "census")
ORDER = st.lists(
    st.tuples(st.sampled_from(PURPOSES), st.floats(min_value=0, max_value=20).map(lambda one: timedelta(seconds=one))),
    max_size=120,
)
SIZES = st.integers(min_value=1, max_value=60)


def granted(budget: Budget, order: list[tuple[Purpose, timedelta]]) -> Iterator[tuple[datetime, Purpose, bool]]:
    """Who asked when (each after a pause), and whether the request left."""
    now = NOW
    for purpose, pause in order:
        now += pause
        leaves = budget.wait(purpose, now) == NOTHING
        if leaves:
            budget.spend(now)
        yield now, purpose, leaves


@settings(max_examples=200, deadline=None)
@given(ORDER, SIZES)
def test_任何一分钟里都不超过上限(order: list[tuple[Purpose, timedelta]], size: int) -> None:
    """Whatever comes in whatever order, at whatever moment the minute begins."""
    left = [at for at, _, leaves in granted(Budget(Limit(size)), order) if leaves]
    for start in left:
        assert sum(start <= at < start + timedelta(minutes=1) for at in left) <= size


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 60])
def test_一直有人要时也不超过_但也用得上大半(size: int) -> None:
    """Asked every quarter of a second for five minutes: never more than the limit, and most of it is used."""
    order: list[tuple[Purpose, timedelta]] = [("write", timedelta(seconds=0.25))] * 1200
    left = [at for at, _, leaves in granted(Budget(Limit(size)), order) if leaves]
    assert max(sum(start <= at < start + timedelta(minutes=1) for at in left) for start in left) <= size
    assert len(left) >= size * 5 // 2 or size == 1


@settings(max_examples=200, deadline=None)
@given(ORDER, SIZES)
def test_只要还有额度_写入从不被拒(order: list[tuple[Purpose, timedelta]], size: int) -> None:
    """What others may do, a write may do; and a write is refused only when not even one request is left."""
    budget = Budget(Limit(size))
    for at, purpose, leaves in granted(budget, order):
        waits = {one: budget.wait(one, at) for one in PURPOSES}
        assert waits["write"] <= waits["delta"] <= waits["backfill"] == waits["census"]
        if purpose == "write" and not leaves:
            assert budget._refilled(at) < 1


@settings(max_examples=200, deadline=None)
@given(ORDER, SIZES, st.sampled_from(PURPOSES))
def test_谁都不会永远等下去(order: list[tuple[Purpose, timedelta]], size: int, purpose: Purpose) -> None:
    """Whoever comes back after the wait it was told gets its turn, if nobody else came meanwhile."""
    budget = Budget(Limit(size))
    now = max((at for at, _, _ in granted(budget, order)), default=NOW)
    wait = budget.wait(purpose, now)
    assert wait <= timedelta(minutes=5)
    assert budget.wait(purpose, now + wait) == NOTHING


@settings(max_examples=200, deadline=None)
@given(ORDER, st.integers(min_value=0, max_value=100), st.integers(min_value=1, max_value=100))
def test_服务器说还剩多少就只用多少(order: list[tuple[Purpose, timedelta]], left: int, of: int) -> None:
    """Until the limit resets, no more requests leave than the server allows; afterwards the word is forgotten."""
    budget = Budget(Limit(1_000_000))
    resets = NOW + timedelta(minutes=10)
    budget.learn(Allowance(left, of, resets))
    went = [at for at, _, leaves in granted(budget, order) if leaves and at < resets]
    assert len(went) <= left
    assert all(budget.wait(purpose, resets) == NOTHING for purpose in PURPOSES)


@pytest.mark.parametrize(
    ("left", "may"),
    [(100, 4), (31, 4), (30, 2), (11, 2), (10, 1), (1, 1), (0, 0)],
)
def test_剩得越少_越紧要的才能用(left: int, may: int) -> None:
    """Of a hundred: backfill and census leave thirty, deltas ten, writes nothing."""
    budget = Budget(Limit())
    budget.learn(Allowance(left, 101, NOW + timedelta(seconds=40)))
    waits = [budget.wait(purpose, NOW) for purpose in PURPOSES]
    assert waits.count(NOTHING) == may
    assert set(waits) <= {NOTHING, timedelta(seconds=40)}


def test_用途由方法而定_也可写明_外层说了算() -> None:
    """A GET is a delta and a POST a write; a look-up made for a write is a write."""
    get, post = Errand("GET", "/x"), Errand("POST", "/x")

    def short() -> Pace:
        pace = Pace(Limit(40))  # ten at once
        assert all(pace.leave(post, NOW, NOTHING).number for _ in range(9))
        return pace

    pace = short()
    assert pace.leave(get, NOW, NOTHING).number == 0
    with pace.purpose("backfill"):
        assert pace.leave(post, NOW, NOTHING).number == 0
    with pace.purpose("write"), pace.purpose("backfill"):
        assert pace.leave(get, NOW, NOTHING).number == 10
    assert short().leave(post, NOW, NOTHING).number == 10


def test_逐页读取时_页与页之间的请求不算在内() -> None:
    """A generator that waits for its next turn must not colour what others do meanwhile."""
    pace = Pace(Limit(40))
    seen: list[str | None] = []

    def pages() -> Iterator[int]:
        for number in (1, 2):
            seen.append(pace._purpose)
            yield number

    for _ in pace.during("backfill", pages()):
        seen.append(pace._purpose)
    assert seen == ["backfill", None, "backfill", None]
