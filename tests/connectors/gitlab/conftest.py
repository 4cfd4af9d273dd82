"""A GitLab that answers what a test puts up, and a connection to it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import responses
from requests import PreparedRequest

from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.tracker import Connection
from collab_sync_gitlab import connector

FIXTURES = Path(__file__).parents[1] / "fixtures" / "gitlab"
TOKEN = "glpat-NEVER-SHOW-THIS-1"  # not a real one
LIMING = {"id": 2, "username": "liming", "name": "李明"}
BOT = {"id": 6, "username": "project_1_bot", "name": "协同助手", "bot": True}


class StoppedClock:
    """Time moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.at = datetime(2025, 9, 24, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


class Shelf:
    """Issues of rd/x1-firmware that can be listed like on a server.

    ``keyset``: whether it pages by cursor (18.3) or by offset (before). ``vanished``: listed, but gone when read on its
    own. ``asked``: path and query of every request, in order."""

    def __init__(self, web: responses.RequestsMock) -> None:
        self.issues: list[dict[str, object]] = []
        self.notes: dict[int, list[dict[str, object]]] = {}
        self.links: dict[int, list[dict[str, object]]] = {}
        self.keyset = False
        self.vanished: set[int] = set()
        self.asked: list[tuple[str, dict[str, str]]] = []
        api = re.escape("https://gitlab.example.com/api/v4")
        project = api + "/projects/rd%2Fx1-firmware"
        web.add(responses.GET, "https://gitlab.example.com/api/v4/user", json=BOT)
        web.add_callback(responses.GET, re.compile(project + r"/issues(\?.*)?$"), self._list)
        web.add_callback(responses.GET, re.compile(project + r"/issues/\d+(\?.*)?$"), self._one)
        web.add_callback(responses.GET, re.compile(project + r"/issues/\d+/(notes|links)(\?.*)?$"), self._below)

    def put(self, iid: int, created: str, updated: str = "", **fields: object) -> dict[str, object]:
        """An issue; times as ``09-20T10:00:00.000`` of 2025."""
        issue: dict[str, object] = {
            "id": 1000 + iid,
            "iid": iid,
            "title": f"议题 {iid}",
            "state": "opened",
            "created_at": f"2025-{created}Z",
            "updated_at": f"2025-{updated or created}Z",
            "author": LIMING,
            "user_notes_count": 0,
            "web_url": f"https://gitlab.example.com/rd/x1-firmware/-/issues/{iid}",
            "references": {"full": f"rd/x1-firmware#{iid}"},
            **fields,
        }
        self.issues.append(issue)
        return issue

    def paths(self, ending: str) -> list[str]:
        return [path for path, _ in self.asked if path.endswith(ending)]

    def _list(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        query = self._note(request)
        found = [one for one in self.issues if str(one["updated_at"]) >= query.get("updated_after", "")]
        found = [one for one in found if str(one["created_at"]) >= query.get("created_after", "")]
        found.sort(key=lambda one: (one["created_at"], -int(str(one["id"]))))
        size, start = int(query["per_page"]), (int(query.get("page", "1")) - 1) * int(query["per_page"])
        if self.keyset and "cursor" in query:
            start = [str(one["id"]) for one in found].index(query["cursor"]) + 1
        rows = found[start : start + size]
        more = start + size < len(found)
        following = {"cursor": str(rows[-1]["id"])} if self.keyset and rows else {"page": str(start // size + 2)}
        url = f"https://inner.example{urlsplit(str(request.url)).path}?{urlencode({**query, **following})}"
        headers = {"Link": f'<{url}>; rel="next"' if more else f'<{url}>; rel="first"'}
        return 200, headers, json.dumps(rows, ensure_ascii=False)

    def _one(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        self._note(request)
        iid = urlsplit(str(request.url)).path.rsplit("/", 1)[1]
        found = [one for one in self.issues if str(one["iid"]) == iid]
        return (200, {}, json.dumps(found[0])) if found else (404, {}, '{"message":"404 Not found"}')

    def _below(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        self._note(request)
        *_, iid, kind = urlsplit(str(request.url)).path.split("/")
        if int(iid) in self.vanished or not any(str(one["iid"]) == iid for one in self.issues):
            return 404, {}, '{"message":"404 Not found"}'
        return 200, {}, json.dumps((self.notes if kind == "notes" else self.links).get(int(iid), []))

    def _note(self, request: PreparedRequest) -> dict[str, str]:
        parts = urlsplit(str(request.url))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append((parts.path, query))
        return query


@pytest.fixture
def shelf(web: responses.RequestsMock) -> Shelf:
    return Shelf(web)


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    """Requests that nothing was put up for fail like a refused connection. Like an old server, it says nothing of
    tokens."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add(responses.GET, "https://gitlab.example.com/api/v4/personal_access_tokens/self", status=404, json={})
        yield mock


@pytest.fixture
def connect(clock: StoppedClock) -> Iterator[Callable[..., Connection]]:
    """Connections with the given settings changed, closed at the end."""
    made: list[Connection] = []

    def build(**changes: object) -> Connection:
        known = {"name": "gl", "kind": "gitlab", "url": "https://gitlab.example.com", "token": Secret(TOKEN)}
        made.append(connector.connect(ConnectionSettings(**{**known, **changes}), clock))  # type: ignore[arg-type]  # settings by name
        return made[-1]

    yield build
    for connection in made:
        connection.close()


@pytest.fixture
def firmware() -> ProjectMapping:
    return connector.default_mapping(ProjectMapping(name="gl-firmware", connection="gl", project="rd/x1-firmware"))


@pytest.fixture
def recorded() -> Callable[[str], dict[str, object]]:
    """A recorded answer: its body, status and content type as ``responses`` wants them."""

    def load(name: str) -> dict[str, object]:
        record = json.loads((FIXTURES / "real-ce-14.2.3" / f"{name}.json").read_text(encoding="utf-8"))
        body = record["body"]
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        return {"body": text, "status": record["status"], "content_type": record["headers"].get("Content-Type", "")}

    return load
