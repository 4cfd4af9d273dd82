"""A tiny Jira in a process of its own: it takes its time for every answer, and may allow so many requests a second.

It knows one project with as many issues as are asked for; comments are counted and forgotten. ``/stats`` tells how many
requests there were by kind, how many were refused, and how many of the others came in each second.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

from collab_sync.clock import SystemClock

LATENCY = 0.02
"""Seconds that every answer takes."""


@contextmanager
def slow_jira(limit: int = 0) -> Iterator[str]:
    """The address of a server that lives as long as the context. ``limit``: requests a second, 0: no limit."""
    with subprocess.Popen([sys.executable, "-m", __name__, str(limit)], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None, "it was asked for"
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()


def stats(url: str) -> tuple[int, list[int]]:
    """Requests refused so far; requests allowed in each second in which there were any, without the first and the last:
    those were not whole."""
    with urlopen(f"{url}/stats") as answer:
        found = json.loads(answer.read())
    return found["refused"], found["seconds"][1:-1]


def issue(number: int) -> dict[str, Any]:
    """About eleven kilobytes, as sites have them: many fields, most of them empty, and a little history."""
    avatars = {size: f"https://avatar.example/{size}" for size in ("16x16", "24x24", "32x32")}
    person = {"accountId": f"u-{number % 50}", "displayName": "李明", "active": True, "avatarUrls": avatars}
    text = {"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": f"第 {line} 行:整机联调的步骤与结果"}]}
        for line in range(20)
    ]}  # fmt: skip
    status = {"name": "进行中", "id": "3", "statusCategory": {"id": 4, "key": "indeterminate", "name": "进行中"}}
    custom: dict[str, Any] = {f"customfield_{10000 + place}": None for place in range(60)}
    history = [
        {"id": str(entry), "author": person, "created": "2025-09-18T09:00:00.000+0800",
         "items": [{"field": "status", "fieldId": "status", "from": "1", "fromString": "未开始", "to": "3",
                    "toString": "进行中"}]}
        for entry in range(5)
    ]  # fmt: skip
    fields = {
        "summary": f"任务 {number}", "status": status, "labels": ["部门::研发部"], "description": text,
        "issuetype": {"id": "10001", "name": "任务"}, "created": "2025-09-17T09:00:00.000+0800",
        "updated": "2025-09-18T09:00:00.000+0800", "duedate": "2025-10-18", "priority": {"name": "中", "id": "3"},
        "assignee": person, "reporter": person, "creator": person, "issuelinks": [], "components": [],
        "fixVersions": [], "comment": {"comments": [], "total": 0}, "project": {"key": "NPX", "id": "1"}, **custom,
    }  # fmt: skip
    changelog = {"histories": history, "total": len(history), "maxResults": 100, "startAt": 0}
    return {"id": str(number), "key": f"NPX-{number}", "self": f"https://jira.example/{number}", "fields": fields,
            "changelog": changelog}  # fmt: skip


class _Site:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._refused = 0
        self._seconds: Counter[int] = Counter()
        self._window, self._left = 0, limit
        statuses = [{"id": "10001", "name": "任务", "statuses": [issue(1)["fields"]["status"]]}]
        self._issue = json.dumps(issue(4711), ensure_ascii=False).encode()
        self._fixed = {
            "myself": {"accountId": "bot", "displayName": "协同助手"},
            "field": [],
            "project/NPX/statuses": statuses,
        }

    def answer(self, method: str, path: str) -> tuple[int, bytes]:
        where = path.partition("?")[0].removeprefix("/rest/api/3/")
        if where == "/stats":
            return 200, json.dumps({"refused": self._refused, "seconds": [*self._seconds.values()]}).encode()
        if self._limit and not self._allowed():
            self._refused += 1
            return 429, b"{}"
        self._seconds[self._window] += 1
        if method == "POST":
            return 201, json.dumps({"id": str(self._seconds.total())}).encode()
        if where in self._fixed:
            return 200, json.dumps(self._fixed[where]).encode()
        return 200, self._issue.replace(b"4711", where.removeprefix("issue/").encode())

    def headers(self) -> str:
        """What it says of its limit, as GitLab does: whole seconds."""
        if not self._limit:
            return ""
        reset = self._window + 1
        return f"RateLimit-Limit: {self._limit}\r\nRateLimit-Remaining: {self._left}\r\nRateLimit-Reset: {reset}\r\n"

    def _allowed(self) -> bool:
        window = int(SystemClock().now().timestamp())
        if window != self._window:
            self._window, self._left = window, self._limit
        self._left -= 1
        return self._left >= 0


class _Talk(asyncio.Protocol):
    """One kept connection; requests come one after the other."""

    def __init__(self, site: _Site) -> None:
        self._site = site
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"), 0
        )  # fmt: skip
        if not end or len(rest) < length:
            return
        self._buffer = b""
        method, path, _ = head.split(b" ", 2)
        status, body = self._site.answer(method.decode(), path.decode())
        told = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\n{self._site.headers()}"
        answer = f"{told}Content-Length: {len(body)}\r\n\r\n".encode() + body
        asyncio.get_running_loop().call_later(LATENCY, self._transport.write, answer)


async def _serve(limit: int) -> None:
    site = _Site(limit)
    server = await asyncio.get_running_loop().create_server(lambda: _Talk(site), "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - whoever started it reads the port
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
