"""``python -m benchmarks.source.late 0.05``: a Jira Cloud site that takes its time, whose projects are P0, P1, ….

Says its port on a line of its own and ends with its standard input. How many issues each project has stands in front of
the path: ``/n3000/rest/api/3/search/jql``. Every request waits by itself, however many are under way.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import threading
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from urllib.parse import parse_qsl, urlsplit

from benchmarks.source import jira_issues

PROJECT = 1_000_000
"""Issues of one project have numbers below this, so that no id is given twice."""

_WHERE = re.compile(r"/n(\d+)(/.*)")
_ASKED = re.compile(r'project = "P(\d+)"')
_SEEK = re.compile(r"\bid > (\d+)")


class Answers(BaseHTTPRequestHandler):
    """One connection, kept open."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        found = _WHERE.fullmatch(parts.path)
        body = _answer(int(found[1]), found[2], dict(parse_qsl(parts.query))) if found else b""
        sleep(float(sys.argv[1]))
        head = f"HTTP/1.1 {200 if body else 404} OK\r\nContent-Type: application/json;charset=UTF-8\r\n"
        self.wfile.write(f"{head}Content-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nobody reads along."""


def _answer(count: int, path: str, asked: dict[str, str]) -> bytes:
    if path.endswith("/search/jql"):
        return _found(count, asked)
    known = {"myself": jira_issues.me, "field": jira_issues.fields, "statuses": jira_issues.workflow}
    last = path.rpartition("/")[2]
    return gzip.compress(json.dumps(known[last]()).encode()) if last in known else b""


def _found(count: int, asked: dict[str, str]) -> bytes:
    jql, size = asked["jql"], int(asked["maxResults"])
    project, seek = _ASKED.search(jql), _SEEK.search(jql)
    first = int(project[1] if project else 0) * PROJECT
    start = int(seek[1]) - jira_issues.FIRST - first + 1 if seek else 0
    return _page(first, start, min(start + size, count), count, asked["fields"] == "id")


@lru_cache(maxsize=4_000)
def _page(first: int, start: int, end: int, count: int, bare: bool) -> bytes:
    frame: dict[str, object] = {"isLast": True} if end >= count else {"nextPageToken": str(end), "isLast": False}
    numbers = range(first + start, first + max(start, end))
    if bare:
        rows = [{"id": str(jira_issues.FIRST + number)} for number in numbers]
        return gzip.compress(json.dumps({"issues": rows, **frame}).encode())
    return gzip.compress(jira_issues.page(numbers, frame))


class Server(ThreadingHTTPServer):
    """Takes as many at once as come."""

    daemon_threads = True
    request_queue_size = 64


def main() -> None:
    """Serves until standard input ends."""
    server = Server(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)  # noqa: T201 - how its maker learns the port
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
