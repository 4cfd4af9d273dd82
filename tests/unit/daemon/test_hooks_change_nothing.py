"""Whatever becomes of web hooks, lost, late, twice, in any order or forged, the result is that of polling."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.daemon.hook_office import Office, office_of
from tests.unit.engine_office import rule_set
from tests.unit.engine_world import SmallWorld

from collab_sync.workbench.fakes.memory_store import MemoryStore

RULES = """\
  - id: late
    name: 延期
    for: work_item
    when: {state: {status: 进行中}}
    do:
      - label: {add: 延期}
      - comment: {mode: sticky, key: late, to: [R], text: "请看一看"}
"""
KEYS = ("NPX-1", "NPX-2", "pmo/collab#1", "pmo/collab#2")
CALLS = (("jira", "NPX"), ("gitlab", "pmo/collab"), ("jira", "pmo/collab"), ("gitlab", "没有的"), ("nobody", "NPX"))
POLL = 60

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z|\d{8}T\d{6}Z")

Step = tuple[str, Any]
Mode = Literal["hooked", "polled at the same moments", "polled"]

people = st.one_of(
    st.tuples(st.just("make"), st.sampled_from(KEYS)),
    st.tuples(st.just("title"), st.tuples(st.sampled_from(KEYS), st.sampled_from(["改过一次", "改过两次"]))),
)
calls = st.tuples(st.just("call"), st.tuples(st.sampled_from(CALLS), st.integers(0, 3), st.booleans()))
time = st.tuples(st.just("wait"), st.sampled_from([0, 1, 7, 30]))
scripts = st.lists(st.one_of(people, people, calls, calls, time), max_size=25)


class Run:
    """One world lived through. ``early``: after which steps a beat came before its time."""

    def __init__(self) -> None:
        world = SmallWorld(MemoryStore(), rule_set(RULES))
        world.tick()
        world.tick("09-15 10:00")
        self.office: Office = office_of(world, Path("没有这个文件夹"))
        self.office.daemon.beat()
        self.polled = world.clock.now()
        self.early: list[int] = []
        self.beats = 0
        world.sites["jira"].on_pull = self._count

    def live(self, script: list[Step], mode: Mode, early: list[int]) -> Run:
        for number, step in enumerate(script):
            self._take(step, mode)
            before = self.beats
            if (self.office.world.clock.now() - self.polled).total_seconds() >= POLL:
                self.polled = self.office.world.clock.now()
                self.office.daemon.beat()
            elif mode == "hooked":
                self.office.daemon.hurry(POLL)
                self.early += [number] if self.beats > before else []
            elif mode == "polled at the same moments" and number in early:
                self.office.daemon.beat()
        for last in ("09-15 12:00", "09-15 12:01"):  # the second one reads what the first one wrote
            self.office.world.tick(last)
        return self

    def _count(self, _project: str) -> None:
        self.beats += 1

    def _take(self, step: Step, mode: Mode) -> None:
        world, (kind, what) = self.office.world, step
        there = kind in ("make", "title") and self._there(what if kind == "make" else what[0])
        if kind == "make" and not there:
            world.make(what)
        elif kind == "title" and there:
            world.edit(what[0], title=what[1])
        elif kind == "wait":
            world.clock.sleep(what)
        elif kind == "call" and mode == "hooked":
            (connection, project), number, forged = what
            self.office.call(connection, project, str(number), *(["错的暗号"] if forged else []))

    def _there(self, key: str) -> bool:
        return any(site.inner.item(key) for site in self.office.world.sites.values())

    # --- what came of it ---------------------------------------------------------------------------------------
    def everything(self) -> object:
        """Mirror and outbox with all their times."""
        world = self.office.world
        with world.store.read() as tx:
            shards = [(name, one.cursor, one.complete_as_of) for name, one in sorted(tx.shards().items())]
            return tx.items(tx.ids_where()), world.rows(), shards

    def result(self) -> str:
        """Mirror and outbox but for the instants at which something was seen or written."""
        world = self.office.world
        with world.store.read() as tx:
            mirror = {id_: (one.item, one.gone, one.baseline) for id_, one in tx.items(tx.ids_where()).items()}
            cursors = {name: one.cursor for name, one in tx.shards().items()}
        written = [(row.planned, row.state) for row in world.rows()]
        said = {key: (world.labels(key), world.comments(key)) for key in KEYS if self._there(key)}
        rows = sorted(_timeless(one) for one in written)
        return _timeless((mirror, cursors, said)) + "".join(rows)


def _timeless(value: object) -> str:
    return _INSTANT.sub("T", msgspec.json.encode(value, order="deterministic").decode())


@given(scripts)
@settings(max_examples=60, deadline=None)
def test_有没有Webhook_最后一轮之后镜像和待写的都一样(script: list[Step]) -> None:
    hooked, polled = Run().live(script, "hooked", []), Run().live(script, "polled", [])
    assert hooked.result() == polled.result()


@given(scripts)
@settings(max_examples=40, deadline=None)
def test_提示带来的只是早一轮_不多一点也不少一点(script: list[Step]) -> None:
    """The same moments without hints give the same, to the last instant."""
    hooked = Run().live(script, "hooked", [])
    assert hooked.everything() == Run().live(script, "polled at the same moments", hooked.early).everything()


@given(scripts)
@settings(max_examples=40, deadline=None)
def test_伪造的什么也不改变_连早一轮都没有(script: list[Step]) -> None:
    forged = [(kind, (what[0], what[1], True)) if kind == "call" else (kind, what) for kind, what in script]
    lived = Run().live(forged, "hooked", [])
    assert lived.early == []
    assert lived.everything() == Run().live(forged, "polled", []).everything()


def test_真的会早一轮() -> None:
    """Else the properties above would say nothing."""
    script: list[Step] = [
        ("make", "NPX-1"),
        ("wait", 7),
        ("call", (("jira", "NPX"), 0, False)),
        ("title", ("NPX-1", "改")),
    ]
    assert Run().live(script, "hooked", []).early == [2]
