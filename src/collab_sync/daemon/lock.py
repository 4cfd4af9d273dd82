"""One writer per database: whoever sends writes holds a lock beside the database file.

The lock belongs to the open file, so it ends with the process however that ends; the file itself stays.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collab_sync.errors import ConfigurationError


def lock_file(database: Path) -> Path:
    """Where the lock of a database is."""
    return database.with_name(f"{database.name}.lock")


@contextmanager
def sole_writer(database: Path) -> Iterator[None]:
    """Holds the lock inside. Raises ConfigurationError, at once, if another process holds it or it cannot be made."""
    path = lock_file(database)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigurationError(f"建不了锁文件 {path}:{error.strerror}", hint="请检查数据库所在文件夹的权限") from None
    try:
        if not _taken(descriptor, fcntl.LOCK_EX):
            raise ConfigurationError(
                f"另一个 collab-sync 正在使用数据库 {database}(进程 {_written(descriptor) or '不明'})",
                hint="同一个数据库只能由一个进程写回;请先停掉它,或在设置里换一个 database",
            )
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def holder(database: Path) -> str | None:
    """The number of the process that holds the lock ("?" where it is not told); None if nobody does."""
    try:
        descriptor = os.open(lock_file(database), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return None if _taken(descriptor, fcntl.LOCK_SH) else _written(descriptor) or "?"
    finally:
        os.close(descriptor)


def _taken(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _written(descriptor: int) -> str:
    return os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
