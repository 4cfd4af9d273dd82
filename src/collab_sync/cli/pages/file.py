"""A file that is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collab_sync.errors import ConfigurationError


def check_place(file: Path) -> None:
    """Raises ConfigurationError for a place where no file can be: before any work is done for it."""
    with _explained(file):
        if file.is_dir():
            raise ConfigurationError(f"{file} 是文件夹", hint=f"写文件名,如 {file / 'page.html'}")
        if file.exists() and not file.is_file():
            raise ConfigurationError(f"{file} 不是普通文件", hint="换一个文件名")
        if not file.parent.is_dir():
            raise ConfigurationError(f"文件夹 {file.parent} 不存在", hint="先建好文件夹,或换一个地方")


def write_whole(file: Path, text: str) -> None:
    """Writes ``text`` in place of whatever ``file`` was. Raises ConfigurationError, and leaves what was there."""
    check_place(file)
    begun = file.with_name(f".collab-sync-{os.getpid()}.tmp")
    with _explained(file):
        try:
            begun.write_text(text, encoding="utf-8")
            begun.replace(file)
        finally:
            begun.unlink(missing_ok=True)


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigurationError(f"写不了 {file}:{error.strerror}", hint="检查权限和磁盘空间,或换一个地方") from None
