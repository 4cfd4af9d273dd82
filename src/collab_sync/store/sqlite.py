"""The store in one SQLite file."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from collab_sync.errors import ConfigurationError, StoreError
from collab_sync.ports.store import Transaction
from collab_sync.store.migrate import upgrade
from collab_sync.store.transaction import SqlTransaction

MEMORY = ":memory:"

_ATTEMPTS = 50
"""Rounds of waiting for others that open the same new file; each of them needs the file once."""

_FAILURES = {
    sqlite3.SQLITE_BUSY: ("数据库正被另一个进程写入,等了很久仍未轮到", "请确认只有一个 collab-sync 在运行,然后重试"),
    sqlite3.SQLITE_LOCKED: ("数据库正被另一个进程写入,等了很久仍未轮到", "请确认只有一个 collab-sync 在运行,然后重试"),
    sqlite3.SQLITE_FULL: ("磁盘已满,这次的内容没有写入", "请腾出空间后重试;已写入的内容没有受损"),
    sqlite3.SQLITE_NOTADB: ("这个文件不是数据库", "请检查设置里的路径;本程序没有改动它"),
    sqlite3.SQLITE_CORRUPT: ("数据库文件已损坏", "请恢复备份;没有备份时改用新文件,程序会从各系统重新读取"),
    sqlite3.SQLITE_READONLY: ("数据库文件不可写", "请检查文件与所在文件夹的权限"),
    sqlite3.SQLITE_PERM: ("没有权限打开数据库文件", "请检查文件与所在文件夹的权限"),
    sqlite3.SQLITE_CANTOPEN: ("打不开数据库文件", "请检查路径是否存在,以及文件与文件夹的权限"),
    sqlite3.SQLITE_IOERR: ("读写数据库文件时磁盘出错", "请检查磁盘;不要把数据库放在网络文件夹上"),
}


def open_store(path_or_url: str | Path, *, busy_timeout: float = 30.0) -> SqliteStore:
    """Opens the database file, creating or migrating its tables where needed; its folder must exist.

    ``path_or_url``: a path, ``sqlite:///path``, or ``:memory:`` for a private database that ends with the store.
    ``busy_timeout``: seconds a writer waits for another one. Raises StoreError if the file cannot be used,
    ConfigurationError if the address is not one of SQLite."""
    if str(path_or_url) == MEMORY:
        # A file, because an in-memory database has no snapshots: tests would see other isolation than production.
        folder = Path(tempfile.mkdtemp(prefix="collab-sync-"))
        return SqliteStore(folder / "store.sqlite", busy_timeout=busy_timeout, temporary=folder)
    path = _path(path_or_url)
    _create_private(path)
    return SqliteStore(path, busy_timeout=busy_timeout)


class SqliteStore:
    """``ports.store.Store`` on one file. May be shared by threads; several processes may open the same file.

    ``engine`` is for maintenance (migrations, checks), never for reading or writing items."""

    def __init__(self, path: Path, *, busy_timeout: float, temporary: Path | None = None) -> None:
        self.engine = _engine(path, busy_timeout, durable=temporary is None)
        self._temporary = temporary
        self._turn = _Turn(path, busy_timeout)
        try:
            upgrade(self.engine)
        except BaseException:
            self.close()
            raise

    def write(self) -> AbstractContextManager[Transaction]:
        return self._write()

    def read(self) -> AbstractContextManager[Transaction]:
        return self._read()

    def close(self) -> None:
        self.engine.dispose()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    @contextmanager
    def _write(self) -> Iterator[Transaction]:
        with (
            self._turn.taken(),
            self.engine.connect() as connection,
            connection.execution_options(begin_mode="IMMEDIATE").begin(),
        ):
            yield SqlTransaction(connection, writable=True)

    @contextmanager
    def _read(self) -> Iterator[Transaction]:
        with self.engine.connect() as connection, connection.begin():
            yield SqlTransaction(connection, writable=False)


class _Turn:
    """Lets the writing threads of this process in one by one, each as soon as it can: SQLite itself only polls."""

    def __init__(self, path: Path, timeout: float) -> None:
        self._path = path
        self._timeout = timeout
        self._lock = threading.Lock()
        self._owner = 0

    @contextmanager
    def taken(self) -> Iterator[None]:
        if self._owner == threading.get_ident():
            raise StoreError(f"{self._path}: 同一线程里已有一个未结束的写事务\n    → 请先结束前一个 with store.write()")
        if not self._lock.acquire(timeout=self._timeout):
            raise _failure(self._path, sqlite3.SQLITE_BUSY, "")
        self._owner = threading.get_ident()
        try:
            yield
        finally:
            self._owner = 0
            self._lock.release()


def _path(path_or_url: str | Path) -> Path:
    scheme, separator, rest = str(path_or_url).partition("://")
    if not separator:
        return Path(path_or_url).expanduser()
    if scheme != "sqlite" or not rest.startswith("/") or rest == "/":
        raise ConfigurationError(
            f"不支持的数据库地址:{scheme}://…",
            hint="请写文件路径,例如 collab-sync.sqlite,或 sqlite:////var/lib/collab-sync/store.sqlite",
        )
    return Path(rest.removeprefix("/")).expanduser()


def _create_private(path: Path) -> None:
    """A new file is for its owner only: the mirror holds what trackers show to few. SQLite's side files follow it."""
    try:
        path.touch(mode=0o600, exist_ok=True) if not path.exists() else None
    except OSError as error:
        raise _failure(path, sqlite3.SQLITE_CANTOPEN, str(error)) from error


def _engine(path: Path, busy_timeout: float, *, durable: bool) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"isolation_level": None, "timeout": busy_timeout},
        max_overflow=-1,
        hide_parameters=True,  # what people wrote belongs in no log
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        _use_write_ahead_log(connection)
        for pragma in _pragmas(durable):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin_mode', 'DEFERRED')}")

    @event.listens_for(engine, "handle_error")
    def _translate(context: ExceptionContext) -> None:
        cause = context.original_exception
        if isinstance(cause, sqlite3.Error):
            code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
            raise _failure(path, code, str(cause)) from cause
        raise cause  # a value that cannot be stored is the caller's defect, shown without SQLAlchemy's wrapping

    return engine


def _use_write_ahead_log(connection: DBAPIConnection) -> None:
    """Readers go on while one writes. A file that is switched already stays so.

    Several processes that open a new file at once get in each other's way here, and SQLite does not wait for this
    statement as it does for others: wait with one that it does wait for, then try again."""
    for _ in range(_ATTEMPTS):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")


def _pragmas(durable: bool) -> tuple[str, ...]:
    """How every connection is set up.

    ``synchronous=FULL`` although WAL with NORMAL never corrupts: NORMAL may lose the last commits in a power failure,
    and a lost "sending" is a comment sent twice. It costs one fsync per transaction, and a page is one transaction."""
    return (
        "synchronous=FULL" if durable else "synchronous=OFF",
        "foreign_keys=ON",
        "temp_store=MEMORY",
    )


def _failure(path: Path, code: int, words: str) -> StoreError:
    cause, remedy = _FAILURES.get(code, ("数据库拒绝了这次操作", "事务已撤销,没有留下半成品;请把这条信息交给维护者"))
    return StoreError(f"{path}: {cause}" + (f"({words})" if words else "") + f"\n    → {remedy}")
