"""Backup and restore as the guide says, letter by letter, while somebody writes."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.meta.documents import document

from collab_sync.store.sqlite import open_store

NOW = datetime(2025, 10, 10, 9, 0, tzinfo=UTC)
COMMANDS = [line for body in document("docs/howto/deploy.md").blocks("sh") for line in body.splitlines()]
THERE = "/var/lib/collab-sync/collab-sync.sqlite"
needs_sqlite = pytest.mark.skipif(not shutil.which("sqlite3"), reason="the sqlite3 command is not installed here")


def told(part: str) -> list[str]:
    """The words of the only command in the guide that holds ``part``, from the program on that does it."""
    (line,) = [line for line in COMMANDS if part in line]
    words = shlex.split(line)
    program = "sqlite3" if "sqlite3" in words else "python"
    return words[words.index(program) :]


def carried_out(words: list[str], **places: Path) -> str:
    """Runs a command of the guide with our own files in the place of the real ones; what it prints."""
    for real, here in places.items():
        words = [re.sub(REAL[real], str(here), word) for word in words]
    words = [sys.executable if word == "python" else word for word in words]
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


REAL = {
    "database": re.escape(THERE),
    "backup": r"/var/backups/collab-sync/2026-01-05\.sqlite|/var/lib/collab-sync/backup\.sqlite",
}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "collab-sync.sqlite"


def noted(path: Path) -> dict[str, str]:
    """What the journal of a database tells."""
    store = open_store(path)
    try:
        with store.read() as tx:
            found = tx.recorded("备份")
    finally:
        store.close()
    return {key: value for key, (_, value) in found.items()}


@needs_sqlite
@pytest.mark.parametrize("part", ["runuser -u collab-sync -- sqlite3 /var/lib/collab-sync/collab-sync.sqlite \"VACUUM",
                                  "sqlite3.connect"], ids=["sqlite3", "python"])  # fmt: skip
def test_运行中照文档备份_最近一笔也在里面(part: str, database: Path, tmp_path: Path) -> None:
    """The daemon has the file open, has written, and is in the middle of writing more."""
    store = open_store(database)
    try:
        with store.write() as tx:
            tx.record("备份之前", NOW, "写在 WAL 里")
        with store.write() as tx:
            tx.record("备份之时", NOW, "还没提交")
            carried_out(told(part), database=database, backup=tmp_path / "backup.sqlite")
    finally:
        store.close()
    assert noted(tmp_path / "backup.sqlite") == {"备份之前": "写在 WAL 里"}
    checked = carried_out(told("integrity_check"), backup=tmp_path / "backup.sqlite")
    assert checked == "ok"


def test_直接复制会丢掉最近的内容(database: Path, tmp_path: Path) -> None:
    """Why the guide warns of it."""
    store = open_store(database)
    try:
        with store.write() as tx:
            tx.record("备份之前", NOW, "写在 WAL 里")
        shutil.copy(database, tmp_path / "copy.sqlite")
    finally:
        store.close()
    assert noted(tmp_path / "copy.sqlite") == {}


def test_恢复时先查再启动() -> None:
    """What the command does is told by its own tests; here it stands where it must, with nobody running."""
    steps = [line for line in COMMANDS if "systemctl" in line or "install -m 0600" in line or "recheck" in line]
    at = steps.index("collab-sync-office outbox recheck")
    assert steps[at - 1].startswith("install -m 0600")
    assert steps[at + 1] == "systemctl start collab-sync"
