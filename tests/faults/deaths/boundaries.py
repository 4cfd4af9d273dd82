"""Where a process can die: before every SQL statement, and around every request.

The places are counted, not listed: whatever the programme does, the k-th place of a life is a place. They are

- before each statement SQLite runs (BEGIN, COMMIT and every row of a bulk statement included). What follows a statement
  has no effect of its own until the next place, so "after" needs no place but the COMMIT, which has one;
- before the head of a request leaves, before its body leaves, when it has left, when the head of the answer is there.

Everything is hooked below the libraries in use; threads share one count.
"""

from __future__ import annotations

import http.client
import os
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

LAST_WORDS = "died"
UNLIMITED = 0x7FFFFFFF
"""Pages; no database has so many."""


@dataclass
class Boundaries:
    """``doomed``: the number of the place at which the process gets SIGKILL, 0 for never. ``passed``: how many places
    of which kind there were. ``late``: the death waits for the next writing request, which has left, but stays on its
    way until somebody lets it arrive. ``at``: told the number of every place, for those who do other things than die
    there. ``pages``: how many the database may have, from a connection's next statement on."""

    last_words: Callable[[tuple[str, ...]], None]
    doomed: int = 0
    late: bool = False
    count: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    at: Callable[[int], None] = lambda _number: None
    pages: int = UNLIMITED
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def pass_by(self, kind: str) -> None:
        """One place."""
        with self._lock:
            self.count += 1
            self.passed[kind] += 1
            if self.count == self.doomed and not self.late:
                self._die(kind)
            self.at(self.count)

    def _die(self, *words: str) -> None:
        self.last_words((LAST_WORDS, *words))
        os.kill(os.getpid(), signal.SIGKILL)

    def _stays_on_its_way(self, data: Any) -> bool:
        return self.late and self.count >= self.doomed and bytes(data).split(b" ", 1)[0] in _WRITING

    def install(self) -> None:
        """Every connection and request of this process from now on. There is no way back: for children only."""
        self._on_sqlite()
        self._on_http()

    def _on_sqlite(self) -> None:
        boundaries, connect = self, sqlite3.dbapi2.connect

        class Traced(sqlite3.Connection):
            pages = UNLIMITED

            def __init__(self, *args: Any, **options: Any) -> None:
                super().__init__(*args, **options)
                self.set_trace_callback(lambda statement: boundaries.pass_by(_verb(statement)))

            def cursor(self, *args: Any) -> Any:
                if self.pages != boundaries.pages:
                    self.pages = boundaries.pages
                    super().execute(f"PRAGMA max_page_count={self.pages}")
                return super().cursor(*args)

            def commit(self) -> None:
                super().commit()
                boundaries.pass_by("after COMMIT")

        def traced(*args: Any, **options: Any) -> sqlite3.Connection:
            return connect(*args, factory=Traced, **options)

        sqlite3.connect = sqlite3.dbapi2.connect = traced  # type: ignore[assignment]  # of this child only

    def _on_http(self) -> None:
        send, getresponse, boundaries = http.client.HTTPConnection.send, http.client.HTTPConnection.getresponse, self

        on_its_way = threading.local()

        def sent(connection: http.client.HTTPConnection, data: Any) -> None:
            boundaries.pass_by("before the request" if _is_head(data) else "before its body")
            if getattr(on_its_way, "request", b"") or boundaries._stays_on_its_way(data):
                on_its_way.request = getattr(on_its_way, "request", b"") + bytes(data)
                return
            send(connection, data)

        def answered(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
            if request := getattr(on_its_way, "request", b""):
                boundaries._die("request on its way", request.decode("latin-1"))
            boundaries.pass_by("request sent")
            answer = getresponse(connection)
            boundaries.pass_by("answer there")
            return answer

        http.client.HTTPConnection.send = sent  # type: ignore[method-assign,assignment]  # of this child only
        http.client.HTTPConnection.getresponse = answered  # type: ignore[method-assign,assignment]  # of this child only


def _verb(statement: str) -> str:
    """``INSERT`` of ``INSERT INTO …``; migrations are one kind."""
    word = statement.lstrip().partition(" ")[0].upper()
    return word if word in _VERBS else "other SQL"


_VERBS = frozenset({"BEGIN", "COMMIT", "ROLLBACK", "SELECT", "INSERT", "UPDATE", "DELETE", "PRAGMA", "CREATE", "WITH"})


def _is_head(data: object) -> bool:
    return isinstance(data, bytes) and data.split(b" ", 1)[0] in _METHODS


_WRITING = frozenset({b"POST", b"PUT", b"DELETE"})
_METHODS = frozenset({b"GET", b"POST", b"PUT", b"DELETE", b"PATCH", b"HEAD"})
