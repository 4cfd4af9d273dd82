"""Where things stand: rows of a flow, labels beside each other, dates along the axis."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collab_sync.pictures.drawings.layers import laid_out
from collab_sync.pictures.sheet import spread

arrows = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda one: one[0] != one[1]), max_size=30, unique=True
)


def test_先做的在上面() -> None:
    layout = laid_out(4, [(2, 1), (1, 0), (2, 3)], widest=5)
    assert [set(row) for row in layout.rows] == [{2}, {1, 3}, {0}]


def test_跨行的箭头不穿过中间的步骤() -> None:
    layout = laid_out(3, [(0, 1), (1, 2), (0, 2)], widest=5)
    assert dict(layout.paths)[(0, 2)][1:-1] == (-1,)
    assert set(layout.rows[1]) == {1, -1}


def test_转圈的箭头往上走() -> None:
    layout = laid_out(3, [(0, 1), (1, 2), (2, 0)], widest=5)
    assert [row[0] for row in layout.rows] == [0, 1, 2]
    assert dict(layout.paths)[(2, 0)][0] == 0


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # also on a machine that does much else
@given(arrows)
def test_每步恰在一行_每支箭头逐行相连(given_arrows: list[tuple[int, int]]) -> None:
    layout = laid_out(12, given_arrows, widest=5)
    steps = [node for row in layout.rows for node in row if node >= 0]
    assert sorted(steps) == list(range(12))
    assert all(sum(node >= 0 for node in row) <= 5 for row in layout.rows)
    level = {node: place for place, row in enumerate(layout.rows) for node in row}
    assert [arrow for arrow, _ in layout.paths] == given_arrows
    for arrow, path in layout.paths:
        assert {path[0], path[-1]} == set(arrow)
        assert (
            all(level[lower] - level[upper] == 1 for upper, lower in pairwise(path))
            or level[arrow[0]] == level[arrow[1]]
        )


@given(st.lists(st.floats(0, 300), min_size=1, max_size=12).map(sorted))
def test_标签互不重叠_都在框里(wished: list[float]) -> None:
    placed = spread(wished, 22, (0, 300))
    assert all(lower - upper >= 22 - 1e-6 for upper, lower in pairwise(placed))
    assert placed[0] >= 0
    assert placed[-1] <= 300 + 1e-6


def test_放得下的标签就在原处() -> None:
    assert spread([10, 50, 200], 22, (0, 300)) == [10, 50, 200]
    assert spread([100, 100], 20, (0, 300)) == [90, 110]
