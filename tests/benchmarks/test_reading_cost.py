"""What reading costs, as far as it can be counted: requests, statements, rows and bytes. Never how long it takes."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from benchmarks.source import gitlab_issues, jira_issues
from benchmarks.source.site import Site, forget_cursor, running
from sqlalchemy import Engine, event

from collab_sync.store.sqlite import SqliteStore, open_store

PAGES = 3
ISSUES = PAGES * 100


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with running() as found:
        yield found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    found = open_store(tmp_path / "镜像.sqlite")
    yield found
    found.close()


@pytest.mark.parametrize(("kind", "list_"), [("jira", "/search/jql"), ("gitlab", "/issues")])
def test_一百个议题一个请求(site: Site, store: SqliteStore, kind: str, list_: str) -> None:
    """Besides a few questions that are asked once; GitLab's last page is full, and what follows it is asked for."""
    before = len(site.asked())
    site.mirror(kind, ISSUES, store)
    asked = site.asked()[before:]
    once = {"jira": 2, "gitlab": 1}[kind]
    assert len([path for path in asked if path.endswith(list_)]) == PAGES + once
    assert len(asked) <= PAGES + once + 4


@pytest.mark.parametrize("kind", ["jira", "gitlab"])
def test_没有变化的一页不写任何条目(site: Site, store: SqliteStore, kind: str) -> None:
    """Of a project that is read again from its beginning only its place in the pull is written, page by page."""
    site.mirror(kind, ISSUES, store)
    untouched = everything(store, "work_item", "item_link", "former_name", "dirty")
    forget_cursor(store, kind)
    with statements(store.engine) as seen:
        report = site.mirror(kind, ISSUES, store)
    assert (report.read, report.changed) == (ISSUES, 0)
    assert {sql.split()[2] for sql in seen if not sql.startswith("SELECT")} == {"journal", "shard"}
    assert everything(store, "work_item", "item_link", "former_name", "dirty") == untouched


def test_没有变化的一页语句数固定(site: Site, store: SqliteStore) -> None:
    """Each further page adds the same few, whatever is on it."""
    counts = []
    for pages in (2, 3, 4):
        other = open_store(Path(store.engine.url.database or "").with_name(f"{pages}.sqlite"))
        site.mirror("jira", pages * 100, other)
        forget_cursor(other, "jira")
        with statements(other.engine) as seen:
            site.mirror("jira", pages * 100, other)
        counts.append(len(seen))
        other.close()
    assert counts[1] - counts[0] == counts[2] - counts[1] == 2


def test_新的一页语句数固定(site: Site, store: SqliteStore) -> None:
    """A hundred new issues are one statement for their rows, and one for what they link to."""
    with statements(store.engine) as seen:
        site.mirror("jira", ISSUES, store)
    assert len([sql for sql in seen if sql.startswith("INSERT INTO work_item")]) == PAGES
    assert len([sql for sql in seen if sql.startswith("INSERT INTO item_link")]) == PAGES
    assert len(seen) <= PAGES * 16


def test_一个议题在镜像里占多少(site: Site, store: SqliteStore, tmp_path: Path) -> None:
    """An issue of some ten thousand bytes, its text, links and all indexes included."""
    site.mirror("jira", 1_000, store)
    store.close()
    path = tmp_path / "镜像.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sent = sum(len(jira_issues.issue(number)) for number in range(1_000)) / 1_000
    assert 10_000 < sent < 11_500
    assert path.stat().st_size / 1_000 < 2 * 1_024


def test_每次量的都是同样的议题() -> None:
    """Figures of different days are about the same issues; whoever changes them measures the old ones once more."""
    pages = jira_issues.page(range(300), {}) + gitlab_issues.page(range(300), noted=True)
    assert hashlib.sha256(pages).hexdigest()[:16] == "5150fd8d4a1ac50c"


def everything(store: SqliteStore, *tables: str) -> list[object]:
    """All rows of these tables."""
    with store.engine.connect() as connection:
        return [connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall() for table in tables]


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What reaches the driver inside the block, without BEGIN."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_: Any) -> None:
        if not sql.startswith("BEGIN"):
            seen.append(sql)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
