"""What is already there is recognised: a further tick writes nothing, not even from an empty database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.scenarios.telling import Telling, ask, tell, tell_on

from collab_sync.cli.compose import open_runtime
from collab_sync.cli.demo.scenery import Scenery
from collab_sync.config import load_settings
from collab_sync.model.action import LogLine, PlannedWrite
from collab_sync.pipeline.runtime import Runtime
from collab_sync.pipeline.tick import tick
from collab_sync.sandbox.house import open_house


@contextmanager
def resumed(told: Telling, folder: Path, *, empty: bool) -> Iterator[Runtime]:
    """A runtime with the demo's settings and clock, over a copy of its folder; ``empty``: the database is lost."""
    state = folder / "state"
    shutil.copytree(told.folder / "state", state)
    if empty:
        for path in state.glob("collab-sync.sqlite*"):
            path.unlink()
    scenery = Scenery(state)
    with open_runtime(load_settings(scenery.settings_file), scenery.environment) as runtime:
        yield runtime


def decided(runtime: Runtime) -> list[PlannedWrite]:
    """Every write in the outbox, whatever became of it."""
    with runtime.store.read() as tx:
        return [row.planned for row in tx.outbox(("pending", "sending", "unknown", "done", "dead", "reported"))]


def log_of(runtime: Runtime) -> tuple[LogLine, ...]:
    with runtime.store.read() as tx:
        return tx.log_lines()


@pytest.mark.parametrize("empty", [False, True], ids=["同一个数据库", "空数据库"])
def test_故事演完后再跑一轮_什么都不写(told: Telling, tmp_path: Path, empty: bool) -> None:
    """Same trackers, same clock: with the store kept or lost, nothing is written and nothing changes."""
    before = told.ask("dump?full=1")
    with resumed(told, tmp_path, empty=empty) as runtime:
        known = decided(runtime)
        report = tick(runtime)
        assert [write.lines for write in decided(runtime)[len(known) :]] == []
    assert (report.planned, report.done, report.dead, report.failed_pulls) == (0, 0, 0, ())
    assert told.ask("dump?full=1") == before


def test_故事中途丢了数据库_此后的升级一步不少一步不多(told: Telling, tmp_path: Path) -> None:
    """First contact is silent about what was; what falls due afterwards is said as if nothing had been lost."""
    with open_house() as house:
        tell_on(house.url, tmp_path, "09-26")
        for path in (tmp_path / "state").glob("collab-sync.sqlite*"):
            path.unlink()
        tell_on(house.url, tmp_path, "09-30")
        assert ask(house.url, "dump") == told.ask("dump")


def test_同一段故事演两遍_日志逐字节相同(told: Telling, tmp_path: Path) -> None:
    """Determinism: another sandbox, another database, the same log."""
    with tell(tmp_path, "09-30") as again:
        assert (again.folder / "log.tsv").read_bytes() == (told.folder / "log.tsv").read_bytes()


def test_已演完的故事接着演_不再发生任何事(told: Telling, tmp_path: Path) -> None:
    """Telling on from the end adds nothing to the log."""
    shutil.copytree(told.folder / "state", tmp_path / "state")
    before = (told.folder / "log.tsv").read_bytes()
    tell_on(told.url, tmp_path, "09-30")
    assert (tmp_path / "log.tsv").read_bytes() == before
