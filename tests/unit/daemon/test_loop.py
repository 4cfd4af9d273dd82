"""The loop: reload with the next beat, keep the last good version, survive what goes wrong."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import pytest
import structlog
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import MAPPING, rule_set
from tests.unit.engine_world import SmallWorld

from collab_sync.daemon.loop import Daemon, fingerprint
from collab_sync.errors import ConfigurationError, Place, Problem, RuleFileError, StoreError
from collab_sync.pipeline.runtime import Ruling

LABEL = """\
  - id: {name}
    name: 标签
    for: work_item
    when: {{state: {{status: 进行中}}}}
    do: [{{label: {{add: {label}}}}}]
"""


@dataclass
class Office:
    """The folder of the office and what loading it gives (or raises)."""

    folder: Path
    answers: list[Ruling | Exception] = field(default_factory=list)
    loads: int = 0

    def load(self) -> Ruling:
        self.loads += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def write(self, text: str, name: str = "rules.yaml") -> None:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        stamp = path.stat().st_mtime_ns + 1_000_000 * (self.loads + 1)
        os.utime(path, ns=(stamp, stamp))


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer(repr_native_str=False)],
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    yield stream
    structlog.reset_defaults()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.write("一")
    return office


BOTH = LABEL.format(name="one", label="延期") + LABEL.format(name="two", label="待接收")


def ruling(text: str) -> Ruling:
    return Ruling(rule_set(text), MAPPING)


def daemon_of(world_of: WorldMaker, office: Office) -> tuple[Daemon, SmallWorld]:
    world = world_of(LABEL.format(name="one", label="延期"))
    world.make("NPX-1")
    world.clock.set(world.clock.now().replace(hour=2))
    return Daemon(world.runtime, office.folder, office.load), world


def test_没有改动就不重新读(world_of: WorldMaker, office: Office, log: io.StringIO) -> None:
    daemon, _ = daemon_of(world_of, office)
    daemon.beat()
    daemon.beat()
    assert office.loads == 0


def test_改了规则_下一跳生效(world_of: WorldMaker, office: Office, log: io.StringIO) -> None:
    daemon, world = daemon_of(world_of, office)
    daemon.beat()
    office.answers = [ruling(BOTH)]
    office.write("二")
    daemon.beat()
    assert world.labels("NPX-1") == {"延期", "待接收"}
    assert "rules reloaded" in log.getvalue()


@pytest.mark.parametrize(
    "error",
    [
        RuleFileError([Problem(Place("规则.yaml", 3), "缺冒号", "补上")]),
        ConfigurationError("映射里的连接不在设置里"),
        FileNotFoundError("编辑器正在换文件"),
    ],
)
def test_写坏了_沿用上一个好的版本_说一次(
    world_of: WorldMaker, office: Office, log: io.StringIO, error: Exception
) -> None:
    daemon, world = daemon_of(world_of, office)
    office.answers = [error]
    office.write("坏")
    before = daemon.runtime.ruling.rules.version
    daemon.beat()
    daemon.beat()
    assert daemon.runtime.ruling.rules.version == before
    assert world.labels("NPX-1") == {"延期"}
    assert log.getvalue().count("last good version stays in force") == 1
    assert str(error) in log.getvalue()
    office.answers = [ruling(BOTH)]
    office.write("好")
    daemon.beat()
    assert daemon.runtime.ruling.rules.version != before


def test_新增和删除文件也算改动(office: Office) -> None:
    first = fingerprint(office.folder)
    office.write("新", "另一个.yaml")
    second = fingerprint(office.folder)
    (office.folder / "另一个.yaml").unlink()
    assert first != second
    assert fingerprint(office.folder) == first
    (office.folder / "说明.txt").write_text("不是规则", encoding="utf-8")
    assert fingerprint(office.folder) == first


def test_指不到地方的链接不让循环停下(office: Office) -> None:
    """An editor's lock file may be a link to nowhere."""
    (office.folder / ".#rules.yaml").symlink_to(office.folder / "没有.yaml")
    assert fingerprint(office.folder)


@pytest.mark.parametrize("error", [StoreError("磁盘已满"), ConfigurationError("读不到时钟"), ValueError("意外的缺陷")])
def test_一跳失败不让循环停下(world_of: WorldMaker, office: Office, log: io.StringIO, error: Exception) -> None:
    daemon, world = daemon_of(world_of, office)
    stop = Event()
    office.answers = [error]
    tries: list[int] = []

    @dataclass(frozen=True)
    class Clock:
        """Fails once, then asks the loop to stop."""

        def now(self) -> object:
            tries.append(1)
            stop.set()
            raise error

        def sleep(self, seconds: float) -> None:
            raise AssertionError

    daemon.runtime = replace(daemon.runtime, clock=Clock())  # type: ignore[arg-type]  # raises instead of telling
    daemon.run(3600, stop)
    assert tries == [1]
    assert str(error) in log.getvalue()
    assert "tick failed" in log.getvalue()
    assert world.labels("NPX-1") == set()


def test_收到停止就不再跳(world_of: WorldMaker, office: Office, log: io.StringIO) -> None:
    """The beat under way is finished first."""
    daemon, world = daemon_of(world_of, office)
    stop = Event()
    stop.set()
    daemon.run(3600, stop)
    assert world.labels("NPX-1") == {"延期"}
