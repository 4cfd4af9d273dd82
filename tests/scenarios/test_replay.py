"""What is already there is recognised: a further tick writes nothing, not even from an empty database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.scenarios.telling import Telling, WholeStory, tell, tell_on

from collab_sync.cli.compose import open_runtime
from collab_sync.cli.demo.scenery import Scenery
from collab_sync.config import load_settings
from collab_sync.model.action import LogLine, PlannedWrite
from collab_sync.pipeline.runtime import Runtime
from collab_sync.pipeline.tick import tick


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


def test_六周演完后再跑一轮_什么都不写(whole: Telling, tmp_path: Path) -> None:
    """Same trackers, same clock, same store: nothing is written and nothing changes."""
    before = whole.ask("dump?full=1")
    with resumed(whole, tmp_path, empty=False) as runtime:
        known = decided(runtime)
        report = tick(runtime)
        assert [write.lines for write in decided(runtime)[len(known) :]] == []
    assert (report.planned, report.done, report.dead, report.failed_pulls) == (0, 0, 0, ())
    assert whole.ask("dump?full=1") == before


def test_六周演完后丢了数据库_再跑一轮什么都不写(story: WholeStory, tmp_path: Path) -> None:
    """Labels, comments, issues, links and pages are recognised, or are no matter for a first contact."""
    with story.places["10-26 23:59"].opened(tmp_path / "end") as end:
        before = end.ask("dump")
        with resumed(end, tmp_path / "lost", empty=True) as runtime:
            report = tick(runtime)
            assert [line for write in decided(runtime) for line in write.lines] == []
        assert (report.dead, report.failed_pulls) == (0, ())
        assert end.ask("dump") == before  # links across trackers are looked for, found, and not written again


def test_故事中途丢了数据库_此后的升级一步不少一步不多(story: WholeStory, told: Telling, tmp_path: Path) -> None:
    """First contact is silent about what was; what falls due afterwards is said as if nothing had been lost."""
    with story.places["09-26 23:59"].opened(tmp_path) as telling:
        for path in (tmp_path / "state").glob("collab-sync.sqlite*"):
            path.unlink()
        tell_on(telling.url, tmp_path, "09-30")
        assert pages_aside(telling.ask("dump")) == pages_aside(told.ask("dump"))


def pages_aside(dump: Any) -> Any:
    """Pages by their names only: what they compared themselves with was lost with the database."""
    return {**dump, "gitlab": {**dump["gitlab"], "pages": sorted(dump["gitlab"]["pages"])}}


def test_同一段故事不分段再演一遍_日志逐字节相同(whole: Telling, tmp_path: Path) -> None:
    """Determinism: another sandbox, another database, told by the command in one go, the same log."""
    days = "09-24"
    with tell(tmp_path, days) as again:
        known = (whole.folder / "log.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
        expected = "".join(line for line in known if line.startswith("at\t") or line[:5] <= days)
        assert (again.folder / "log.tsv").read_bytes() == expected.encode()


def test_已演完的故事接着演_不再发生任何事(whole: Telling, tmp_path: Path) -> None:
    """Telling on from the end adds nothing to the log."""
    shutil.copytree(whole.folder / "state", tmp_path / "state")
    before = (whole.folder / "log.tsv").read_bytes()
    tell_on(whole.url, tmp_path, "10-26")
    assert (tmp_path / "log.tsv").read_bytes() == before
