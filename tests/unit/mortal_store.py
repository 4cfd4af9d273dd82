"""A store whose process may die around every commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from collab_sync.ports.store import Store, Transaction


@dataclass
class MortalStore:
    """``pass_by`` is called just before and just after every commit; it raises where the process dies."""

    inner: Store
    pass_by: Callable[[], None]

    def write(self) -> AbstractContextManager[Transaction]:
        return self._write()

    def read(self) -> AbstractContextManager[Transaction]:
        return self.inner.read()

    def close(self) -> None:
        self.inner.close()

    @contextmanager
    def _write(self) -> Iterator[Transaction]:
        with self.inner.write() as tx:
            yield tx
            self.pass_by()
        self.pass_by()
