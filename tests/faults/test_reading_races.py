"""A small sample of the readings that ``make faults`` does many of."""

from __future__ import annotations

from itertools import cycle

import pytest
from tests.faults.reading import MODES, ZONES, lines, race

PLACES = list(zip(MODES, cycle(ZONES)))


@pytest.mark.parametrize(("mode", "zone"), PLACES, ids=[f"{mode.name} {zone}" for mode, zone in PLACES])
def test_边读边改_一个不漏_走了的一个不留(mode: object, zone: str) -> None:
    """Five acts between two pages, from the first pull to the census; then the mirror is what people see."""
    found = race(mode, zone, seed=11, size=60, page_size=10)  # type: ignore[arg-type]  # a parameter
    assert (found.missed, found.kept, found.errors) == ((), (), ())
    assert found.acts > 100
    assert found.pages > 20
    assert "0     0" in list(lines([found]))[-1]
