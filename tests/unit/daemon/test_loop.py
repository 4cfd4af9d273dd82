"""The loop: reload with the next beat, keep the last good version, survive what goes wrong."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from pathlib import Path
from threading import Event
from types import SimpleNamespace

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


@pytest.mark.parametrize("target", ["没有.yaml", ".#rules.yaml"])
def test_指不到地方的链接不让循环停下(office: Office, target: str) -> None:
    """An editor's lock file may be a link to nowhere, or to itself."""
    (office.folder / ".#rules.yaml").symlink_to(office.folder / target)
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


@pytest.mark.parametrize("error", [ValueError("意外的缺陷"), RecursionError("嵌套太深"), PermissionError("没有权限")])
def test_读规则时出了意外_也沿用上一个好的版本_照样判断(
    world_of: WorldMaker, office: Office, log: io.StringIO, error: Exception
) -> None:
    daemon, world = daemon_of(world_of, office)
    office.answers = [error]
    office.write("坏")
    daemon.beat()
    daemon.beat()
    assert world.labels("NPX-1") == {"延期"}
    assert log.getvalue().count("last good version stays in force") == 1


def test_正在存盘的文件不算数_存完的下一跳生效(world_of: WorldMaker, office: Office, log: io.StringIO) -> None:
    """Half a file may look like a whole one with fewer rules: whatever changed while it was read is read again."""
    daemon, world = daemon_of(world_of, office)
    daemon.beat()
    whole, load = ruling(BOTH), office.load

    def saved_meanwhile() -> Ruling:
        office.write("全部", "另一个.yaml")
        return load()

    daemon.load = saved_meanwhile
    office.answers = [ruling(LABEL.format(name="other", label="升级::L1")), ConfigurationError("半个文件"), whole]
    office.write("一半")
    daemon.beat()
    daemon.beat()
    assert world.labels("NPX-1") == {"延期"}
    assert "rules" not in log.getvalue(), "nothing has happened yet that anybody must know"
    daemon.load = load
    daemon.beat()
    assert world.labels("NPX-1") == {"延期", "待接收"}


def test_启动读规则之后_第一跳之前的改动不会漏(world_of: WorldMaker, office: Office, log: io.StringIO) -> None:
    seen = fingerprint(office.folder)
    office.write("读完之后改的")
    daemon, world = daemon_of(world_of, office)
    office.answers = [ruling(BOTH)]
    Daemon(daemon.runtime, office.folder, office.load, seen=seen).beat()
    assert world.labels("NPX-1") == {"延期", "待接收"}


@contextmanager
def powerless(folder: Path) -> Iterator[None]:
    """Without a right to the folder; root has every right, so he steps down for as long."""
    folder.chmod(0o000)
    nobody = os.geteuid() == 0
    try:
        if nobody:
            os.seteuid(65534)
        yield
    finally:
        if nobody:
            os.seteuid(0)
        folder.chmod(0o755)


def test_看不到的文件算没有_不让循环停下_看得到了再读(world_of: WorldMaker, office: Office, log: io.StringIO) -> None:
    """Neither a folder without rights nor one that is gone stops the beats; the way back is a change too."""
    daemon, world = daemon_of(world_of, office)
    office.answers = [PermissionError("没有权限"), ruling(BOTH)]
    with powerless(office.folder):
        assert fingerprint(office.folder) == ()
        daemon.beat()
    assert daemon.runtime.ruling.rules.version != ruling(BOTH).rules.version
    daemon.beat()
    assert world.labels("NPX-1") == {"延期", "待接收"}
    office.answers = [ConfigurationError("没有这个规则文件夹"), ruling(BOTH)]
    office.folder.rename(away := office.folder.with_name("移走"))
    daemon.beat()
    daemon.beat()
    away.rename(office.folder)
    daemon.beat()
    assert log.getvalue().count("last good version stays in force") == 2
    assert office.loads == 4


def test_只改了权限或只换了文件也算改动(office: Office) -> None:
    """A file that could not be read is repaired by its rights alone; a copied one keeps size and date."""
    path = office.folder / "rules.yaml"
    stamp = path.stat()
    found = {fingerprint(office.folder)}
    path.chmod(0o640)
    found.add(fingerprint(office.folder))
    (other := office.folder / "新的").write_text("二", encoding="utf-8")
    os.utime(other, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    other.rename(path)
    found.add(fingerprint(office.folder))
    office.write("三", "另一个.yml")
    found.add(fingerprint(office.folder))
    assert len(found) == 4


def test_要停了就不再跳_也不再读规则(world_of: WorldMaker, office: Office, log: io.StringIO) -> None:
    daemon, world = daemon_of(world_of, office)
    daemon.runtime = replace(daemon.runtime, ending=lambda: True)
    office.write("二")
    stop = Event()
    stop.set()
    daemon.run(3600, stop)
    assert (office.loads, world.labels("NPX-1"), log.getvalue()) == (0, set(), "")


@dataclass
class Machine:
    """The clock on the wall that ``schedule`` goes by, and a wait that only moves it. ``steps``: after so many waits,
    the clock is put on (or back) by so much."""

    now: datetime = datetime(2025, 9, 15, 2, 0)  # noqa: DTZ001 - as schedule has it
    passed: float = 0.0
    waits: int = 0
    steps: dict[int, timedelta] = field(default_factory=dict)
    end: int = 0

    def is_set(self) -> bool:
        return self.waits >= self.end

    def wait(self, seconds: float) -> None:
        self.waits += 1
        self.passed += seconds
        self.now += timedelta(seconds=seconds) + self.steps.get(self.waits, timedelta(0))


@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(days=-400), timedelta(hours=1), timedelta(0)])
def test_机器的钟往回拨_心跳照旧(
    world_of: WorldMaker, office: Office, monkeypatch: pytest.MonkeyPatch, step: timedelta
) -> None:
    """By summer time or by hand: the next beat comes at once or a minute later, not after the hour is over again."""
    daemon, world = daemon_of(world_of, office)
    machine = Machine(steps={150: step}, end=300)

    class Now(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Now:
            return cls.combine(machine.now.date(), machine.now.time())

    monkeypatch.setattr("schedule.datetime", SimpleNamespace(datetime=Now, timedelta=timedelta))
    beats: list[float] = []
    world.sites["jira"].on_pull = lambda _: beats.append(machine.passed)
    daemon.run(60, machine)  # type: ignore[arg-type]  # what run needs of an event
    assert all(next_ - last <= 61 for last, next_ in pairwise([*beats, machine.passed]))
    assert len(beats) <= 8


def test_收到停止就不再跳(world_of: WorldMaker, office: Office, log: io.StringIO) -> None:
    """The beat under way is finished first."""
    daemon, world = daemon_of(world_of, office)
    stop = Event()
    stop.set()
    daemon.run(3600, stop)
    assert world.labels("NPX-1") == {"延期"}
