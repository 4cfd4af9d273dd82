"""Several projects read at once: the same mirror whoever is faster, and an end in the middle that loses nothing."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.pipeline.lanes.several_projects import KEYS, LONG, NOW, Office, Script, Slow

from collab_sync.errors import ConfigurationError, StoreError, TransientError
from collab_sync.pipeline.census.count import take_censuses
from collab_sync.pipeline.pull import PAUSED
from collab_sync.pipeline.runtime import Runtime
from collab_sync.pipeline.tick import pull_all
from collab_sync.workbench.fakes.memory_state import State
from collab_sync.workbench.fakes.memory_store import MemoryStore

NAMES = tuple(KEYS)
SIZES = {"jira-npx": 4, "gl-pmo": 3, "jira-ops": 5, "gl-x1": 3}
TURNS = [name for name, size in SIZES.items() for _ in range(size)]
OFFICE = Office(SIZES)


def free(_project: str) -> None:
    """Pages come as they are asked for."""


def state(runtime: Runtime) -> State:
    assert isinstance(runtime.store, MemoryStore)
    return runtime.store._state


def errors(runtime: Runtime) -> dict[str, str]:
    with runtime.store.read() as tx:
        return {name: shard.error for name, shard in tx.shards().items()}


def site(runtime: Runtime, name: str) -> Slow:
    found = runtime.connections[name]
    assert isinstance(found, Slow)
    return found


def threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith(("read-", "ask"))]


@settings(max_examples=60, deadline=None)
@given(st.permutations(TURNS))
def test_哪个快哪个慢都一样_镜像与一个接一个读的相同(order: list[str]) -> None:
    """Items, journal, what is to be judged: all of it; and so after the next pull, which finds nothing new."""
    several, one = OFFICE.runtime(Script(order).wait), OFFICE.runtime(free, at_once=1)
    assert pull_all(several, NOW) == pull_all(one, NOW)
    assert state(several) == state(one)
    assert pull_all(several, NOW + timedelta(minutes=5)) == pull_all(one, NOW + timedelta(minutes=5))
    assert state(several) == state(one)
    assert threads() == []


def test_慢的项目不耽误别的_报告仍按登记的次序() -> None:
    """The first of them gives nothing before all others have been read to their end."""
    order = [name for name in TURNS if name != "jira-npx"] + ["jira-npx"] * SIZES["jira-npx"]
    reports = pull_all(OFFICE.runtime(Script(order).wait), NOW)
    assert [(one.project, one.read, one.error) for one in reports] == [(name, SIZES[name], "") for name in NAMES]


@pytest.mark.parametrize("at_once", [1, 4])
def test_点了名的先开始_报告的次序不变(at_once: int) -> None:
    """Somebody hinted at it; where one project after the other is read that decides everything."""
    runtime = OFFICE.runtime(free, at_once)
    reports = pull_all(runtime, NOW, first={"jira-ops"})
    assert [one.project for one in reports] == list(NAMES)
    if at_once == 1:
        assert [project for project, _ in site(runtime, "jira").asked] == ["jira-ops", "jira-npx"]


@pytest.mark.parametrize("error", [TransientError("忙"), KeyError("意外")])
def test_一个项目读不成_别的照常(error: Exception) -> None:
    def wait(project: str) -> None:
        if project == "jira-ops":
            raise error

    runtime = OFFICE.runtime(wait)
    reports = {one.project: one for one in pull_all(runtime, NOW)}
    assert {name for name, one in reports.items() if one.error} == {"jira-ops"}
    assert [reports[name].read for name in NAMES if name != "jira-ops"] == [4, 3, 3]
    assert {name for name, text in errors(runtime).items() if text} == {"jira-ops"}
    assert str(error.args[0]) in errors(runtime)["jira-ops"]


def test_不是系统说的错误照样抛出_别的线程不再问() -> None:
    asked, broken = [], threading.Event()

    def wait(project: str) -> None:
        if project == "jira-npx":
            broken.set()
            raise ConfigurationError("不该在这里")
        assert broken.wait(LONG)
        asked.append(project)

    with pytest.raises(ConfigurationError, match="不该在这里"):
        pull_all(OFFICE.runtime(wait), NOW)
    for one in threading.enumerate():
        if one.name.startswith("read-"):
            one.join(LONG)
    assert all(asked.count(name) <= 2 for name in NAMES), "最多是已经在读的那几页"


def test_数据库出错_整轮停下() -> None:
    store = MemoryStore()

    def broken() -> NoReturn:
        raise StoreError("磁盘已满")

    store.write = broken  # type: ignore[method-assign]  # the disk of this one test
    with pytest.raises(StoreError, match="磁盘已满"):
        pull_all(OFFICE.runtime(free, store=store), NOW)


@settings(max_examples=40, deadline=None)
@given(st.permutations(TURNS), st.integers(0, len(TURNS)))
def test_读到一半要停_读到的留下_下一次从那里接着_合起来与一次读完相同(order: list[str], pages: int) -> None:
    """Whatever page it is that is asked for last: nothing is begun after it, no thread is left, nothing is lost."""
    script, given, ended = Script(order), [], threading.Event()

    def wait(project: str) -> None:
        script.wait(project)
        given.append(project)
        if len(given) >= pages:
            ended.set()

    store = MemoryStore()
    if pages == 0:
        ended.set()
    cut = replace(OFFICE.runtime(wait, store=store), ending=ended.is_set)

    def let_go() -> None:
        ended.wait(LONG)
        script.free()

    release = threading.Thread(target=let_go)
    release.start()
    reports = {one.project: one for one in pull_all(cut, NOW)}
    release.join()
    assert threads() == []
    whole = {name for name in NAMES if not errors(cut)[name]}
    assert all(reports[name].pages == SIZES[name] for name in whole)
    assert all(errors(cut)[name] == PAUSED and not reports[name].error for name in NAMES if name not in whole)
    assert sum(one.read for one in reports.values()) == len(given)
    again = OFFICE.runtime(free, store=store)
    rest = pull_all(again, NOW)
    assert sum(one.changed for one in rest) == len(TURNS) - len(given)
    one = OFFICE.runtime(free, at_once=1)
    pull_all(one, NOW)
    assert state(again).items == state(one).items


def test_还没开始就要停_一个请求也不发() -> None:
    for at_once in (1, 4):
        runtime = replace(OFFICE.runtime(free, at_once), ending=lambda: True)
        assert [one.read for one in pull_all(runtime, NOW)] == [0] * 4
        assert take_censuses(runtime, NOW) == ()
        assert [site(runtime, name).asked for name in ("jira", "gitlab")] == [[], []]


def test_一个一个读时_要停也停在两页之间() -> None:
    given: list[str] = []
    runtime = OFFICE.runtime(given.append, at_once=1)
    runtime = replace(runtime, ending=lambda: len(given) == 2)
    assert [one.read for one in pull_all(runtime, NOW)] == [2, 0, 0, 0]
    assert set(errors(runtime).values()) == {PAUSED}


def test_问自己评论的请求没有回答_要停也停得下_那一页不算() -> None:
    """The page stays unread, because what it holds of ours is not known."""
    office, hanging, asked = Office({"jira-npx": 1}), threading.Event(), threading.Event()
    office.world.tick("09-15 10:00")
    assert office.world.comments("NPX-1"), "规则写过一条"
    runtime = office.runtime(free)

    def recall() -> None:
        asked.set()
        hanging.wait(LONG)

    site(runtime, "jira").recall = recall
    runtime = replace(runtime, ending=asked.is_set)
    try:
        assert pull_all(runtime, NOW)[0].read == 0
    finally:
        hanging.set()
    assert errors(runtime)["jira-npx"] == PAUSED
    with runtime.store.read() as tx:
        assert tx.ids_where(project="jira-npx") == ()
