"""Conflicts against a plain count, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.analysis.office_samples import request, resources, view

FIRST = date(2025, 10, 13)
DAYS = 12
WINDOWS = st.tuples(st.integers(0, DAYS - 1), st.integers(0, 4), st.integers(1, 3))
"""First day, further days, quantity."""


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def by_counting(
    wanted: Sequence[tuple[int, int, int]], capacity: int, blackout: tuple[int, int] | None
) -> list[tuple[date, date, tuple[str, ...]]]:
    """Runs of days on which not everybody can be served, with those who want one of these days."""
    short = []
    for number in range(DAYS + 5):
        asked = sum(quantity for first, more, quantity in wanted if first <= number <= first + more)
        off = blackout is not None and blackout[0] <= number <= blackout[0] + blackout[1]
        short.append(asked > (0 if off else capacity))
    runs: list[list[int]] = []
    for number in (number for number, is_short in enumerate(short) if is_short):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [
        (
            day(run[0]),
            day(run[-1]),
            tuple(
                f"NPX-{n}" for n, (first, more, _) in enumerate(wanted) if first <= run[-1] and run[0] <= first + more
            ),
        )
        for run in runs
    ]


@settings(max_examples=100, deadline=None)
@given(
    wanted=st.lists(WINDOWS, max_size=12),
    capacity=st.integers(0, 4),
    blackout=st.none() | st.tuples(st.integers(0, DAYS), st.integers(0, 3)),
)
def test_与逐日清点一致(wanted: list[tuple[int, int, int]], capacity: int, blackout: tuple[int, int] | None) -> None:
    """Same days, same members, whatever the windows, the capacity and the blackout."""
    off = [{"from": day(blackout[0]), "to": day(sum(blackout))}] if blackout else []
    items = [
        request(
            f"NPX-{n}", "活动场地", f"{day(first):%m-%d}", f"{day(first + more):%m-%d}", fields={"数量": str(quantity)}
        )
        for n, (first, more, quantity) in enumerate(wanted)
    ]
    around = view(*items, now="10-09 14:00", shared=resources(venue={"capacity": capacity, "blackouts": off}))
    found = [(one.first_day, one.last_day, one.members) for one in around.conflicts.values()]
    assert found == by_counting(wanted, capacity, blackout)
    assert [one.key for one in around.conflicts.values()] == [f"venue:{first}" for first, _, _ in found]
