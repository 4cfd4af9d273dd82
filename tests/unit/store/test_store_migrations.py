"""Tables and revisions say the same; opening an up-to-date file costs next to nothing; newer files are left alone."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from msgspec.structs import replace
from sqlalchemy import Connection, create_engine, text

from collab_sync.errors import StoreError
from collab_sync.store import migrate
from collab_sync.store.schema import metadata
from collab_sync.store.sqlite import SqliteStore, open_store
from collab_sync.testing.store_suite.samples import MONDAY, issue, native

REOPEN = """
import sys
from collab_sync.store.sqlite import open_store
open_store(sys.argv[1]).close()
sys.exit("alembic" in sys.modules)
"""


def test_修订与表一致(store: SqliteStore) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": migrate.VERSION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []


def test_修订与表连同条件与选项都一致(store: SqliteStore) -> None:
    """What the comparison by Alembic does not see: conditions of indexes, WITHOUT ROWID, cascades, numbering."""
    fresh = create_engine("sqlite://")
    with fresh.connect() as connection:
        metadata.create_all(connection)
        declared = definitions(connection)
    fresh.dispose()
    with store.engine.connect() as connection:
        found = definitions(connection)
    found.pop(migrate.VERSION_TABLE)
    assert found == declared


def test_程序知道每一个修订() -> None:
    scripts = ScriptDirectory.from_config(config())
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == migrate.REVISIONS


def test_可以退回也可以再来(store: SqliteStore) -> None:
    go_to(store, "base")
    with store.engine.connect() as connection:
        assert set(definitions(connection)) == {migrate.VERSION_TABLE}
    migrate.upgrade(store.engine)
    with store.write() as tx:
        tx.record("k", MONDAY)


def test_旧文件里的项目申请与监控都找得到(tmp_path: Path) -> None:
    """What the first revision kept elsewhere is found the new way, and again the old way by an older program."""
    path = tmp_path / "store.sqlite"
    programme = replace(issue(1), type="项目", fields={"代号": "X1"})
    asking = replace(issue(2), type="资源申请", resource="场地")
    risk = replace(issue(3), type="风险", fields={"触发条件": "监控 NPX-2、NPX-1;late_days > 3"})
    with closing(open_store(path)) as store:
        with store.write() as tx:
            tx.put_items([(one, b"") for one in (programme, asking, risk)], seen_at=MONDAY, baseline=False)
        go_to(store, "0001")
        with store.engine.connect() as connection:
            journal = "SELECT key, value FROM journal"
            assert connection.execute(text(journal)).all() == [(f"watch:{native(3)}", "NPX-1\nNPX-2")]
    with closing(open_store(path)) as store, store.read() as tx:
        found = tx.ids_concerning(["code:X1", "resource:场地", "watch:NPX-1", "watch:NPX-2"])
        assert found == {
            "code:X1": (native(1),),
            "resource:场地": (native(2),),
            "watch:NPX-1": (native(3),),
            "watch:NPX-2": (native(3),),
        }
        assert tx.recorded("") == {}


def test_已是最新的文件不必载入迁移工具(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    open_store(path).close()
    assert subprocess.run([sys.executable, "-c", REOPEN, str(path)], check=False, timeout=60).returncode == 0


def test_比程序新的数据库不打开(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with closing(open_store(path)) as store, store.engine.begin() as connection:
        connection.execute(text(f"UPDATE {migrate.VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"9999(?s:.*)→ 请用不低于"):
        open_store(path)


def test_迁移失败什么也不留下(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.sqlite"
    monkeypatch.setattr(migrate, "_migrate", create_and_fail)
    with pytest.raises(ZeroDivisionError):
        open_store(path)
    monkeypatch.undo()
    open_store(path).close()


def create_and_fail(connection: Connection) -> None:
    metadata.create_all(connection)
    raise ZeroDivisionError


def go_to(store: SqliteStore, revision: str) -> None:
    with store.engine.connect() as connection, connection.begin():
        alembic = config()
        alembic.attributes["connection"] = connection
        command.downgrade(alembic, revision)


def config() -> Config:
    alembic = Config()
    alembic.set_main_option("script_location", str(Path(migrate.__file__).with_name("migrations")))
    return alembic


def definitions(connection: Connection) -> dict[str, list[str]]:
    """Of every table and index of ours its SQL as a sorted list of parts: the order of constraints means nothing."""
    rows = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
    )
    return {name: sorted(part.strip(", ") for part in re.split(r"[\t\n]+", sql)) for name, sql in rows}
