"""Whatever is done in whatever order, the store answers as a few plain dictionaries would.

Every step is a transaction of its own or part of one that is given up half way.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from collab_sync.model.action import Receipt
from collab_sync.model.episode import Episode, Hold
from collab_sync.model.identity import SubjectRef
from collab_sync.ports.store import OutboxState, Transaction
from collab_sync.store.sqlite import open_store
from collab_sync.testing.store_suite.samples import MONDAY, comment, episode, native, subject

numbers = st.integers(0, 3)
instants = st.integers(0, 5).map(lambda hours: MONDAY + timedelta(hours=hours))
subjects = numbers.map(subject)
holds = st.lists(
    st.builds(Hold, item=numbers.map(native), label=st.sampled_from("甲乙"), latch=st.booleans()), max_size=3
)
episodes = st.builds(
    lambda number, key, held, ended: msgspec.structs.replace(
        episode(number, key=key), holds=tuple(held), ended_at=ended
    ),
    numbers,
    st.sampled_from(["k1", "k2"]),
    holds,
    st.none() | instants,
)
states: st.SearchStrategy[OutboxState] = st.sampled_from(["pending", "sending", "unknown", "done", "dead"])
ALL: tuple[OutboxState, ...] = ("pending", "sending", "unknown", "done", "dead", "reported")


@dataclass
class Line:
    """A row of the outbox as the model knows it."""

    key: str
    state: OutboxState = "pending"
    attempts: int = 0
    next_attempt: datetime | None = None
    receipt: Receipt | None = None
    error: str = ""


@dataclass
class Model:
    due: dict[SubjectRef, datetime] = field(default_factory=dict)
    dirty: set[SubjectRef] = field(default_factory=set)
    episodes: dict[tuple[SubjectRef, str], Episode] = field(default_factory=dict)
    outbox: list[Line] = field(default_factory=list)


class StoreAgainstModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="collab-sync-model-"))
        path = self.folder / "store.sqlite"
        path.write_bytes(template())
        self.store = open_store(path)
        self.model = Model()

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    def step(self, aborted: bool, change: Callable[[Transaction, Model], None]) -> None:
        model = deepcopy(self.model)
        try:
            with self.store.write() as tx:
                change(tx, model)
                assert_same(tx, model)  # the transaction sees what it did
                if aborted:
                    raise InterruptedError
        except InterruptedError:
            return
        self.model = model

    @rule(aborted=st.booleans(), changes=st.dictionaries(subjects, st.none() | instants))
    def set_due(self, aborted: bool, changes: dict[SubjectRef, datetime | None]) -> None:
        def change(tx: Transaction, model: Model) -> None:
            tx.set_due(changes)
            model.due.update({key: at for key, at in changes.items() if at})
            for key in (key for key, at in changes.items() if not at):
                model.due.pop(key, None)

        self.step(aborted, change)

    @rule(aborted=st.booleans(), marked=st.lists(subjects), cleared=st.lists(subjects))
    def mark_and_clear(self, aborted: bool, marked: list[SubjectRef], cleared: list[SubjectRef]) -> None:
        def change(tx: Transaction, model: Model) -> None:
            tx.mark_dirty(marked)
            tx.clear_dirty(cleared)
            model.dirty = (model.dirty | set(marked)) - set(cleared)

        self.step(aborted, change)

    @rule(aborted=st.booleans(), changed=st.lists(episodes, max_size=4))
    def put_episodes(self, aborted: bool, changed: list[Episode]) -> None:
        def change(tx: Transaction, model: Model) -> None:
            tx.put_episodes(changed)
            model.episodes.update({(each.subject, each.key): each for each in changed})

        self.step(aborted, change)

    @rule(aborted=st.booleans(), dropped=episodes)
    def forget_episodes(self, aborted: bool, dropped: Episode) -> None:
        def change(tx: Transaction, model: Model) -> None:
            tx.forget_episodes([dropped])
            model.episodes.pop((dropped.subject, dropped.key), None)

        self.step(aborted, change)

    @rule(aborted=st.booleans(), keys=st.lists(st.sampled_from("甲乙丙丁"), max_size=4))
    def enqueue(self, aborted: bool, keys: list[str]) -> None:
        def change(tx: Transaction, model: Model) -> None:
            tx.enqueue([comment(key) for key in keys], at=MONDAY)
            for key in keys:
                if key not in {line.key for line in model.outbox}:
                    model.outbox.append(Line(key))

        self.step(aborted, change)

    @rule(
        aborted=st.booleans(), which=numbers, state=states, at=st.none() | instants, error=st.sampled_from(["", "坏"])
    )
    def set_outbox(self, aborted: bool, which: int, state: OutboxState, at: datetime | None, error: str) -> None:
        def change(tx: Transaction, model: Model) -> None:
            if which >= len(model.outbox):
                return
            receipt = Receipt(at=MONDAY, remote_id=str(which)) if state == "done" else None
            tx.set_outbox(tx.outbox(ALL)[which].id, state, next_attempt=at, receipt=receipt, error=error)
            line = model.outbox[which]
            line.state, line.next_attempt = state, at
            line.attempts += state == "sending"
            line.receipt = receipt or line.receipt
            line.error = error or line.error

        self.step(aborted, change)

    @invariant()
    def committed_state_is_the_models(self) -> None:
        with self.store.read() as tx:
            assert_same(tx, self.model)


def assert_same(tx: Transaction, model: Model) -> None:
    assert tx.dirty() == tuple(sorted(model.dirty))
    assert tx.next_due() == min(model.due.values(), default=None)
    noon = MONDAY + timedelta(hours=2)
    assert tx.due(noon) == tuple(sorted(key for key, at in model.due.items() if at <= noon))
    assert_same_episodes(tx, list(model.episodes.values()))
    assert_same_outbox(tx, model.outbox)


def assert_same_episodes(tx: Transaction, expected: list[Episode]) -> None:
    for number in range(4):
        going = sorted((each for each in expected if not each.ended_at and each.subject == subject(number)), key=_key)
        assert tx.episodes([subject(number)]).get(subject(number), ()) == tuple(going)
        kept = [
            (each, hold)
            for each in sorted(expected, key=lambda each: (each.subject, each.key))
            for hold in each.holds
            if hold.item == native(number) and (hold.latch or not each.ended_at)
        ]
        assert tx.holds_on([native(number)]).get(native(number), ()) == tuple(kept)
    for each in expected:
        assert tx.ended_episode(each.rule, each.subject, each.key) == (each if each.ended_at else None)


def assert_same_outbox(tx: Transaction, expected: list[Line]) -> None:
    found = [
        Line(row.planned.key, row.state, row.attempts, row.next_attempt, row.receipt, row.last_error)
        for row in tx.outbox(ALL)
    ]
    assert found == expected
    waiting = [line.key for line in expected if line.state == "pending"]
    assert [row.planned.key for row in tx.outbox(["pending"])] == waiting


def _key(each: Episode) -> str:
    return each.key


@cache
def template() -> bytes:
    """An empty database to copy: making the tables costs more than all steps of one example."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite"
        open_store(path).close()
        return path.read_bytes()


TestStoreAgainstModel = StoreAgainstModel.TestCase
TestStoreAgainstModel.settings = settings(
    max_examples=20, stateful_step_count=10, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
