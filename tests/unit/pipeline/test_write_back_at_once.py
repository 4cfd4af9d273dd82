"""Rows of different items go side by side: what is there in the end is what one after the other would have left."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import ladder, rule_set
from tests.unit.mortal_store import MortalStore
from tests.unit.pipeline.outbox_play import (
    FAULTS,
    ITEMS,
    MADE,
    Drawn,
    Play,
    bearing,
    on_the_way,
    scripted,
)
from tests.unit.pipeline.test_crash_anywhere import Doom

from collab_sync.model.action import ItemWrite
from collab_sync.pipeline.delivery.crew import Crew

NOTHING = rule_set(ladder((">0wd", "label: {add: 延期}")))
"""Nobody has a date here, so no rule finds anything: what is written is what the test has put into the outbox."""

MISHAPS = st.lists(st.sampled_from(sorted(FAULTS)), max_size=2).map(tuple)
CHANGES = st.builds(Drawn, st.sampled_from(("label", "comment", "link")), st.sampled_from(ITEMS + MADE), MISHAPS)
CREATIONS = st.builds(Drawn, st.just("create"), st.sampled_from(MADE), MISHAPS)
ROWS = st.lists(st.one_of(CHANGES, CREATIONS), min_size=3, max_size=14)
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SETTINGS
@given(rows=ROWS, seed=st.integers(0, 10**6), width=st.integers(2, 6))
def test_并行与逐行送的结果相同(world_of: WorldMaker, rows: list[Drawn], seed: int, width: int) -> None:
    """Whatever the rows, whatever their requests meet, whatever order the answers come in: after every delivery tracker
    and store are the same."""
    alone, together = Play(world_of(NOTHING), rows), Play(world_of(NOTHING), rows, at_once=width)
    hire = scripted(seed)
    for _ in range(4):
        assert together.deliver(hire) == alone.deliver(Crew)
        assert together.tracker() == alone.tracker()
        assert together.store() == alone.store()
        for play in (alone, together):
            play.pass_time()


@SETTINGS
@given(rows=ROWS, seed=st.integers(0, 10**6), place=st.integers(0, 120))
def test_死在任何一处_起来以后不多不少(world_of: WorldMaker, rows: list[Drawn], seed: int, place: int) -> None:
    """Before and after every commit and every request; those under way beside it are lost with the process."""
    calm = [Drawn(row.kind, row.place) for row in rows]
    wanted = Play(world_of(NOTHING), calm)
    wanted.to_the_end(Crew)
    doom = Doom(place)
    play = Play(world_of(NOTHING), calm, at_once=4, seen=lambda _when, _write: doom.pass_by())
    play.world.store = MortalStore(play.world.store, doom.pass_by)
    hire = scripted(seed)
    play.to_the_end(hire)
    assert play.tracker() == wanted.tracker()
    waiting, expected = (on_the_way(one.outbox()) for one in (play, wanted))
    assert [row.planned.key for row in waiting] == [row.planned.key for row in expected]


@SETTINGS
@given(rows=ROWS, seed=st.integers(0, 10**6))
def test_先记正在送再送_前一行的回执存下了下一行才走(world_of: WorldMaker, rows: list[Drawn], seed: int) -> None:
    """What is committed when a request leaves."""
    wrong: list[str] = []

    def look(when: str, write: ItemWrite) -> None:
        if when != "before":
            return
        row = play.row(write)
        before = [one for one in bearing(play.outbox(), row.planned.reason) if one.id < row.id]
        if row.state != "sending" or on_the_way(before):
            wrong.append(row.planned.key)

    play = Play(world_of(NOTHING), rows, at_once=5, seen=look)
    play.to_the_end(scripted(seed), rounds=5)
    assert wrong == []


def test_真的线程也一样(world_of: WorldMaker) -> None:
    """As above, with the crew that the product has; the trackers in memory are asked one request at a time."""
    rows = [Drawn(("label", "comment")[number % 2], ITEMS[number % 5]) for number in range(60)]
    alone, together = Play(world_of(NOTHING), rows), Play(world_of(NOTHING), rows, at_once=4)
    assert (alone.deliver(Crew), together.deliver(Crew)) == (0, 0)
    assert together.tracker() == alone.tracker()
    assert together.store() == alone.store()


def test_不同事项的提交合在一起(world_of: WorldMaker) -> None:
    """Two commits a row one by one; side by side they are shared. Random: answers come in as they like."""
    world = world_of(NOTHING)
    commits: list[int] = []
    play = Play(world, [Drawn("label", "NPX-1")] * 2 + [Drawn("comment", key) for key in ITEMS for _ in range(8)])
    world.store = MortalStore(world.store, lambda: commits.append(1))
    for site in world.sites.values():
        site.at_once = 5
    assert play.deliver(scripted(1)) == 0
    assert len(commits) / 2 < 42
