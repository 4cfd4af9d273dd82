"""``python -m benchmarks.source.server``: a Jira and a GitLab that answer from memory, packed and kept alive.

Says its port on a line of its own and ends with its standard input. How many issues there are stands in front of the
path: ``/n3000/rest/api/3/search/jql``, ``/n3000/api/v4/projects/…``; ``/n3000-noted/…`` has notes on GitLab's issues.
``/asked`` tells the paths asked for so far.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import threading
from collections import deque
from collections.abc import Mapping
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

from benchmarks.source import gitlab_issues, jira_issues

_WHERE = re.compile(r"/n(\d+)(-noted)?(/.*)")
_SEEK = re.compile(r"\bid (>=?) (\d+)")
_EFFORT = 6
_PREPARED = 1_200
"""Pages kept ready: those of a hundred thousand issues. Beyond that each is made when it is asked for."""

Asked = Mapping[str, str]


class Answers(BaseHTTPRequestHandler):
    """One connection, kept open."""

    asked: ClassVar[deque[str]] = deque(maxlen=1_000)

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/asked":
            return self._send(200, _packed(list(self.asked)))
        self.asked.append(parts.path)
        found = _WHERE.fullmatch(parts.path)
        link, body = (
            _answer(int(found[1]), bool(found[2]), found[3], dict(parse_qsl(parts.query))) if found else ("", b"")
        )
        return self._send(200 if body else 404, body, f"http://{self.headers['Host']}{link}" if link else "")

    def do_POST(self) -> None:
        """The one question that is asked so: about how many issues there are."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        found = _WHERE.fullmatch(self.path)
        self._send(200, _packed({"count": int(found[1]) if found else 0}))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nobody reads along."""

    def _send(self, status: int, body: bytes, link: str = "") -> None:
        head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json;charset=UTF-8\r\n"
        head += f"Content-Encoding: gzip\r\nContent-Length: {len(body)}\r\n"
        head += f'Link: <{link}>; rel="next"\r\n' if link else ""
        self.wfile.write(head.encode() + b"\r\n" + body)


def _answer(count: int, noted: bool, path: str, asked: Asked) -> tuple[str, bytes]:
    """The path and query of the next page, and the body; both empty for what is not there."""
    if path.endswith("/search/jql"):
        return "", _found(count, asked)
    if path.endswith("/search"):
        start, size = int(asked.get("startAt", 0)), int(asked.get("maxResults", 50))
        return "", _classic(count, start, size)
    if path.endswith("/issues"):
        return _listed(count, noted, path, asked)
    return "", _small(path)


def _found(count: int, asked: Asked) -> bytes:
    size, seek = int(asked.get("maxResults", 50)), _SEEK.search(asked.get("jql", ""))
    start = int(asked.get("nextPageToken", 0))
    if seek:
        start = int(seek[2]) - jira_issues.FIRST + (seek[1] == ">")
    return _page(start, min(start + size, count), count, asked.get("fields") == "id")


@lru_cache(maxsize=_PREPARED)
def _page(start: int, end: int, count: int, bare: bool) -> bytes:
    following: dict[str, object] = {"isLast": True} if end >= count else {"nextPageToken": str(end), "isLast": False}
    if bare:
        rows = [{"id": str(jira_issues.FIRST + number)} for number in range(start, end)]
        return _packed({"issues": rows, **following})
    return gzip.compress(jira_issues.page(range(start, end), following), _EFFORT)


@lru_cache(maxsize=_PREPARED)
def _classic(count: int, start: int, size: int) -> bytes:
    frame: dict[str, object] = {"startAt": start, "maxResults": size, "total": count}
    return gzip.compress(jira_issues.page(range(start, min(start + size, count)), frame), _EFFORT)


def _listed(count: int, noted: bool, path: str, asked: Asked) -> tuple[str, bytes]:
    start, size = int(asked.get("cursor", 0)), int(asked.get("per_page", 20))
    if "created_after" in asked and "cursor" not in asked:
        start = gitlab_issues.created_since(asked["created_after"])
    end = min(start + size, count)
    link = f"/n{count}{'-noted' * noted}{path}?cursor={end}&per_page={size}&pagination=keyset" if end < count else ""
    return link, _gitlab_page(start, end, noted)


@lru_cache(maxsize=_PREPARED)
def _gitlab_page(start: int, end: int, noted: bool) -> bytes:
    return gzip.compress(gitlab_issues.page(range(start, end), noted=noted), _EFFORT)


@lru_cache(maxsize=20_000)
def _small(path: str) -> bytes:
    """What is asked once, and what is asked issue by issue."""
    last = unquote(path).rpartition("/")[2]
    if last == "notes":
        return gzip.compress(gitlab_issues.notes(int(path.split("/")[-2])))
    if last == "comment":
        return _packed(jira_issues.comments())
    known = {
        "myself": jira_issues.me,
        "field": jira_issues.fields,
        "statuses": jira_issues.workflow,
        "user": gitlab_issues.me,
        "serverInfo": dict,
    }
    return _packed(known[last]()) if last in known else b""


def _packed(value: object) -> bytes:
    return gzip.compress(json.dumps(value, ensure_ascii=False).encode())


def main() -> None:
    """Serves until standard input ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)  # noqa: T201 - how its maker learns the port
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
