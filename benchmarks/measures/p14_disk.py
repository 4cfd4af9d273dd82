"""P14: what an issue takes on disk, with its text, its links and all indexes."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from benchmarks.measure import alone
from benchmarks.result import Figure, Measure, Result, Size
from benchmarks.source import jira_issues
from benchmarks.source.site import running
from collab_sync.store.sqlite import open_store

_KILO = 1024
_DOCUMENTS = "SELECT total(length(document)) FROM work_item"


def _run(size: Size) -> Result:
    count = size.of(5_000, 100_000)
    with running() as site, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mirror.sqlite"
        store = open_store(path)
        site.mirror("jira", count, store)
        store.close()
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        documents = connection.execute(_DOCUMENTS).fetchone()[0]
        connection.close()
        whole = path.stat().st_size
    source = sum(len(jira_issues.issue(number)) for number in range(jira_issues.KINDS)) / jira_issues.KINDS
    figure = Figure("mirror on disk per issue", alone([whole / count / _KILO]), " KB", passes=2, goal=1.3)
    costs = {
        "an issue as Jira sends it": alone([source]),
        "its document": alone([documents / count]),
        "its share of the file": alone([whole / count]),
    }
    return Result((figure,), costs, "bytes", (f"{count:,} issues, after a checkpoint, marked as not yet judged.",))


MEASURES = (Measure("P14", "Size of the mirror", _run),)
