"""P1: what the mirror costs, against a raw loop that reads the same pages and stores nothing. CPU of our process."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count as numbers
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from benchmarks.measure import Sample, alone, cpu, interleaved, ratio
from benchmarks.result import Figure, Measure, Result, Size
from benchmarks.source import floor
from benchmarks.source.site import forget_cursor, running
from collab_sync.ports.store import Store
from collab_sync.store.sqlite import open_store

_MICRO = 1e6
_ITEMS = ("work_item", "item_link", "former_name", "dirty")


def _per_issue(work: Callable[[], object], count: int) -> float:
    return cpu(work) / count * _MICRO


def _first_load(mirror: Callable[[Store], object], count: int, path: Path) -> float:
    """Of a project that nobody has read, into a store that is not there yet."""
    store = open_store(path)
    try:
        return _per_issue(lambda: mirror(store), count)
    finally:
        store.close()


def _costs(kind: str, count: int, *, noted: bool = False) -> dict[str, Sample]:
    raw = partial(floor.gitlab, noted=noted) if kind == "gitlab" else floor.jira
    with running() as site, tempfile.TemporaryDirectory() as folder:
        url, names = site.url(count, noted=noted), numbers()
        mirror = partial(site.mirror, kind, count, noted=noted)
        raw(url, count)  # the pages are prepared
        sides = {
            "mirror, stored and indexed": lambda: _first_load(mirror, count, Path(folder) / f"{next(names)}.sqlite"),
            "requests + orjson, nothing stored": lambda: _per_issue(lambda: raw(url, count), count),
        }
        return interleaved(sides)


def _jira(size: Size) -> Result:
    count = size.of(2_000, 100_000)
    costs = _costs("jira", count)
    what = f"first load of {count:,} Jira issues against the raw loop, CPU"
    return Result((Figure(what, ratio(*costs.values()), passes=1.5, goal=1.1),), costs, "µs per issue")


def _gitlab(size: Size) -> Result:
    count = size.of(2_000, 100_000)
    plain, noted = _costs("gitlab", count), _costs("gitlab", count // 4, noted=True)
    what = "GitLab issues against the raw loop, CPU"
    figures = (
        Figure(f"first load of {count:,} {what}", ratio(*plain.values()), passes=2.5, goal=2.0),
        Figure(f"first load of {count // 4:,} {what}, one in ten with notes", ratio(*noted.values())),
    )
    costs = plain | {f"{name}, with notes": sample for name, sample in noted.items()}
    note = "With notes both sides ask for them: one request for each issue that has some."
    return Result(figures, costs, "µs per issue", (note,))


def _again(size: Size) -> Result:
    count = size.of(2_000, 100_000)
    with running() as site, tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "mirror.sqlite")
        site.mirror("jira", count, store)

        def resync() -> None:
            forget_cursor(store, "jira")
            site.mirror("jira", count, store)

        sides = {
            "resync, nothing changed": lambda: _per_issue(resync, count),
            "requests + orjson, nothing stored": lambda: _per_issue(lambda: floor.jira(site.url(count), count), count),
        }
        costs = interleaved(sides)
        with _rows(store.engine) as written:
            resync()
        store.close()
    figures = (
        Figure("resync of unchanged issues against the raw loop, CPU", ratio(*costs.values()), passes=0.9, goal=0.7),
        Figure("rows of items written", _count(written), "", passes=0, goal=0),
    )
    return Result(figures, costs, "µs per issue")


@contextmanager
def _rows(engine: Engine) -> Iterator[list[int]]:
    """How many rows of items each statement inside the block writes."""
    written: list[int] = []

    def note(_connection: object, cursor: Any, sql: str, *_: object) -> None:
        if not sql.startswith("SELECT") and any(table in sql for table in _ITEMS):
            written.append(cursor.rowcount)

    event.listen(engine, "after_cursor_execute", note)
    try:
        yield written
    finally:
        event.remove(engine, "after_cursor_execute", note)


def _count(written: list[int]) -> Sample:
    return alone([sum(written)])


MEASURES = (
    Measure("P1", "Full mirror of Jira", _jira),
    Measure("P1b", "Full mirror of GitLab", _gitlab),
    Measure("P1c", "Resync with nothing changed", _again),
)
