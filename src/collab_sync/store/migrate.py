"""Brings a database to the tables of this program. Alembic is imported only when there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from collab_sync.errors import StoreError

REVISIONS = ("0001", "0002")
"""Every revision of ``migrations/versions``, oldest first: enough to tell up to date, older and newer apart."""

VERSION_TABLE = "collab_sync_schema"


def upgrade(engine: Engine) -> None:
    """Creates or migrates the tables, in one transaction that leaves nothing behind when it fails.

    Raises StoreError if the database belongs to a newer collab-sync or to another program."""
    with engine.connect() as connection, connection.begin():
        if _revision(connection) == REVISIONS[-1]:
            return
    with engine.connect() as connection, connection.execution_options(begin_mode="IMMEDIATE").begin():
        if _revision(connection) != REVISIONS[-1]:  # nobody else did it in between
            _migrate(connection)


def _revision(connection: Connection) -> str | None:
    """The revision the database is at, None if it is empty."""
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE in tables:
        found = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 - our own constant
        if found is None:
            return None
        if found not in REVISIONS:
            raise StoreError(
                f"{_place(connection)}: 数据库结构的版本是 {found},比本程序(最高 {REVISIONS[-1]})新\n"
                "    → 请用不低于上次所用版本的 collab-sync 打开,或恢复升级前的备份"
            )
        return str(found)
    if tables:
        raise StoreError(
            f"{_place(connection)}: 这是别的程序的数据库(里面有表 {'、'.join(sorted(tables)[:3])})\n"
            "    → 请在设置里换一个文件名;本程序没有改动它"
        )
    return None


def _place(connection: Connection) -> str:
    return connection.engine.url.database or ""


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = Path(__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
