"""A daemon that does not get on, asked over HTTP while it does not: /readyz is red, /healthz is not, both answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Thread

import pytest
import requests
from structlog.testing import capture_logs
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import MAPPING
from tests.unit.engine_world import SmallWorld, at

from collab_sync.daemon.http.app import app
from collab_sync.daemon.http.door import Door
from collab_sync.daemon.http.health import health_routes
from collab_sync.daemon.loop import Daemon
from collab_sync.daemon.witness import Witness
from collab_sync.errors import StoreError, TransientError
from collab_sync.pipeline.runtime import Ruling
from collab_sync.ports.store import Store, Transaction

RULE = """\
  - id: marked
    name: 标签
    for: work_item
    when: {state: {status: 进行中}}
    do: [{label: {add: 延期}}]
"""
PATIENCE = 10


@dataclass
class Asked:
    """A daemon over a small world, and what it answers."""

    world: SmallWorld
    daemon: Daemon
    url: str

    def ready(self) -> tuple[int, list[str]]:
        answer = requests.get(f"{self.url}/readyz", timeout=PATIENCE)
        return answer.status_code, answer.json()["reasons"]

    def alive(self) -> int:
        return requests.get(f"{self.url}/healthz", timeout=PATIENCE).status_code

    def wait(self, minutes: int) -> None:
        self.world.clock.sleep(60 * minutes)


@pytest.fixture
def asked(world_of: WorldMaker, tmp_path: Path) -> Iterator[Asked]:
    world, witness = world_of(RULE), Witness()
    world.clock.set(at("09-15 10:00"))
    daemon = Daemon(world.runtime, tmp_path, lambda: Ruling(world.rules, MAPPING), witness)
    with closing(Door()) as door:
        door.open("127.0.0.1:0", app(health_routes(witness, world.clock)))
        yield Asked(world, daemon, f"http://{door.address}")


def one_beat(daemon: Daemon) -> None:
    """As the loop takes it: whatever goes wrong, it goes on."""
    stop = Event()
    stop.set()
    with capture_logs():  # a traceback that nobody set up shows every local variable, for a minute
        daemon.run(60, stop)


@dataclass
class Hanging:
    """A tracker that does not answer until it is let go."""

    began: Event = field(default_factory=Event)
    let_go: Event = field(default_factory=Event)

    def __call__(self, _project: str) -> None:
        self.began.set()
        assert self.let_go.wait(PATIENCE)


@contextmanager
def hanging(asked: Asked) -> Iterator[Hanging]:
    """A beat is under way in another thread and does not come to its end inside the block."""
    answer = Hanging()
    asked.world.sites["jira"].on_pull = answer
    with ExitStack() as stack:
        beat = Thread(target=one_beat, args=[asked.daemon])
        stack.callback(beat.join, PATIENCE)
        stack.callback(answer.let_go.set)
        beat.start()
        assert answer.began.wait(PATIENCE)
        yield answer
    asked.world.sites["jira"].on_pull = lambda _project: None


def test_第一轮卡住_一直不就绪(asked: Asked) -> None:
    with hanging(asked):
        assert asked.ready() == (503, ["第一轮还没有做完"])
        assert asked.alive() == 200
    assert asked.ready() == (200, [])


def test_后来的一轮卡住_三分钟以后不就绪_松开就好(asked: Asked) -> None:
    one_beat(asked.daemon)
    with hanging(asked):
        asked.wait(3)
        assert asked.ready() == (200, [])
        asked.wait(1)
        assert asked.ready() == (503, ["已有 4 分钟没有做完一轮"])
        assert asked.alive() == 200
    assert asked.ready() == (200, [])


@dataclass
class Failing:
    """A database that says no."""

    inner: Store
    error: Exception

    def read(self) -> Transaction:
        raise self.error

    def write(self) -> Transaction:
        raise self.error

    def close(self) -> None:
        self.inner.close()


@pytest.mark.parametrize(
    ("error", "told"), [(StoreError("磁盘已满"), "数据库读写失败"), (RuntimeError("缺陷"), "上一轮没有做完")]
)
def test_轮轮都失败_马上不就绪_好了就好(asked: Asked, error: Exception, told: str) -> None:
    one_beat(asked.daemon)
    sound = asked.daemon.runtime
    asked.daemon.runtime = replace(sound, store=Failing(sound.store, error))  # type: ignore[arg-type]  # says no
    for _ in range(3):
        asked.wait(1)
        one_beat(asked.daemon)
        assert asked.ready() == (503, [told])
    asked.wait(1)
    one_beat(asked.daemon)
    assert asked.ready() == (503, [told, "已有 4 分钟没有做完一轮"])
    asked.daemon.runtime = sound
    one_beat(asked.daemon)
    assert asked.ready() == (200, [])


def test_有一个项目半小时读不完_不就绪(asked: Asked) -> None:
    def unreachable(_project: str) -> None:
        raise TransientError("连不上")

    one_beat(asked.daemon)
    asked.world.sites["jira"].on_pull = unreachable
    asked.wait(31)
    one_beat(asked.daemon)
    assert asked.ready() == (503, ["项目 jira-npx 自 2025-09-15 10:00 起没有读完(容许 30 分钟)"])
    asked.world.sites["jira"].on_pull = lambda _project: None
    asked.wait(1)
    one_beat(asked.daemon)
    assert asked.ready() == (200, [])
