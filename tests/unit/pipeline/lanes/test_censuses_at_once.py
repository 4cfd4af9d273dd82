"""Several censuses at once: the same evidence whoever is faster, and an end in the middle that believes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.pipeline.lanes.several_projects import KEYS, NOW, Office, Script

from collab_sync.errors import TransientError
from collab_sync.pipeline.census.count import take_censuses
from collab_sync.pipeline.runtime import Runtime
from collab_sync.pipeline.tick import pull_all
from collab_sync.workbench.fakes.memory_state import State
from collab_sync.workbench.fakes.memory_store import MemoryStore

SIZES = {"jira-npx": 4, "gl-pmo": 3, "jira-ops": 3, "gl-x1": 2}
LATER = NOW + timedelta(hours=13)
GONE = {"NPX-1", "NPX-3", "OPS-2", "pmo/协同#1"}
LEFT = {"jira-npx": 2, "gl-pmo": 2, "jira-ops": 2, "gl-x1": 2}
LOST = {"jira-npx": 2, "gl-pmo": 1, "jira-ops": 1}
TURNS = [name for name in KEYS for _ in range(LEFT[name] + LOST.get(name, 0))]
"""Each id that is left is a page, then each lost item a question."""


def free(_project: str) -> None:
    """Everything comes as it is asked for."""


def read_once() -> tuple[Office, MemoryStore]:
    """An office whose mirror is whole, though some items have just been deleted."""
    office, store = Office(SIZES), MemoryStore()
    runtime = office.runtime(free, at_once=1, store=store)
    pull_all(runtime, NOW)
    take_censuses(runtime, NOW)
    for key in GONE:
        next(site.inner for site in office.world.sites.values() if site.inner.item(key)).remove(key)
    return office, store


OFFICE, READ = read_once()


def process(wait: Callable[[str], None], at_once: int = 4) -> Runtime:
    """One that has just begun, over its own copy of what has been read."""
    store = MemoryStore()
    store._state = READ._state.copy()
    return OFFICE.runtime(wait, at_once, store)


def state(runtime: Runtime) -> State:
    assert isinstance(runtime.store, MemoryStore)
    return runtime.store._state


def gone(runtime: Runtime) -> set[str]:
    return {stored.item.source.key for stored in state(runtime).items.values() if stored.gone}


@settings(max_examples=40, deadline=None)
@given(st.permutations(TURNS))
def test_哪个快哪个慢都一样_普查与一个接一个数的相同(order: list[str]) -> None:
    several, one = process(Script(order).wait), process(free, at_once=1)
    assert take_censuses(several, LATER) == take_censuses(one, LATER)
    assert state(several) == state(one)
    assert gone(several) == GONE


def test_一个项目数不成_别的照常() -> None:
    def wait(project: str) -> None:
        if project == "gl-pmo":
            raise TransientError("忙")

    runtime = process(wait)
    found = {one.project: one for one in take_censuses(runtime, LATER)}
    assert {name: one.error for name, one in found.items() if one.error} == {"gl-pmo": "忙"}
    assert gone(runtime) == {key for key in GONE if "#" not in key}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(TURNS)), st.sampled_from([1, 4]))
def test_数到一半要停_下次启动马上再数_没问清的不算没了(questions: int, at_once: int) -> None:
    asked: list[str] = []
    cut = replace(process(asked.append, at_once), ending=lambda: len(asked) >= questions)
    take_censuses(cut, LATER)
    assert len(asked) <= questions + (4 if at_once > 1 else 0), "最多是当时在途的"
    assert gone(cut) <= GONE
    again = OFFICE.runtime(free, store=cut.store)
    take_censuses(again, LATER + timedelta(minutes=1))
    assert gone(again) == GONE
