"""One writer per database: whoever sends writes holds a lock beside the database file.

The lock belongs to the open file, so it ends with the process however that ends; the file itself stays.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import gethostname

from collab_sync.errors import BusyError, ConfigurationError


def lock_file(database: Path) -> Path:
    """Where the lock of a database is: beside the file itself, however it is spelled and whatever leads to it."""
    real = database.resolve()
    return real.with_name(f"{real.name}.lock")


@contextmanager
def sole_writer(database: Path) -> Iterator[None]:
    """Holds the lock inside. At once raises BusyError if another process holds it, ConfigurationError if it cannot be
    made or would not protect: a file of several names has a lock beside each of them."""
    _refuse_other_names(database)
    path = lock_file(database)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigurationError(f"建不了锁文件 {path}:{error.strerror}", hint="请检查数据库所在文件夹的权限") from None
    try:
        if not _taken(descriptor, fcntl.LOCK_EX):
            number, host = _written(descriptor)
            raise BusyError(
                f"另一个 collab-sync 正在使用数据库 {database}(进程 {number or '不明'},主机 {host or '不明'})",
                hint="同一个数据库只能由一个进程写回;请先停掉它,或在设置里换一个 database。锁文件不用删:它随进程失效",
            )
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()} {gethostname()}\n".encode(), 0)
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
        return None if _taken(descriptor, fcntl.LOCK_SH) else _written(descriptor)[0] or "?"
    except ConfigurationError:
        return None
    finally:
        os.close(descriptor)


def _refuse_other_names(database: Path) -> None:
    """SQLite keeps its journal beside the name by which it opened a file: two names mean two journals, and a broken
    file."""
    try:
        names = database.stat().st_nlink
    except OSError:
        return  # not there yet, or not to be seen: whoever opens it says so
    if names > 1:
        raise ConfigurationError(
            f"数据库 {database} 是硬链接,另有 {names - 1} 个名字;从两个名字打开会损坏它",
            hint=f"用 find -samefile {database} 找出其余的名字,删去;要副本就另抄一份",
        )


def _taken(descriptor: int, kind: int) -> bool:
    """Raises ConfigurationError where the file system has no locks."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise ConfigurationError(f"锁不住数据库:{error.strerror}", hint="请把数据库放在本机磁盘上") from None
    return True


def _written(descriptor: int) -> tuple[str, str]:
    """Process and host that the holder wrote down; empty where it has not come to that."""
    number, _, host = os.pread(descriptor, 300, 0).decode("ascii", "replace").strip().partition(" ")
    return number, host
