"""One GitLab site over HTTP: the session of python-gitlab, our adapter below it, raw bytes above it.

python-gitlab is asked for what it is good at (authentication, addresses, JSON bodies). Its own retries are off, because
they re-send POSTs and obey any ``Retry-After`` for hours; redirects are errors; the next page is asked for on the
configured site whatever host the server's ``Link`` names. Failures arrive as the errors of ``collab_sync.errors``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from typing import Any, TypeAlias, TypeVar
from urllib.parse import parse_qsl, quote, urlsplit

import gitlab
import msgspec
import requests

from collab_sync.errors import (
    AccessError,
    MissingItemError,
    RejectedActionError,
    TransientError,
    UnknownOutcomeError,
)
from collab_sync.model.connection import ConnectionSettings
from collab_sync.ports.clock import Clock
from collab_sync_gitlab.payloads import Me, ProjectPart, ProjectState, User, Version
from collab_sync_http.errors import guarded, raise_for_response, request_id
from collab_sync_http.session import mount
from collab_sync_http.side_by_side import SideBySide

Query: TypeAlias = Mapping[str, str | int]
Body: TypeAlias = Mapping[str, str | int | Sequence[int] | None]
T = TypeVar("T")

_NO_RETRIES: Mapping[str, Any] = {"obey_rate_limit": False, "retry_transient_errors": False, "max_retries": 0}
"""All waiting and repeating is left to our adapter. (Any: the library's own signature is ``**kwargs: Any``.)"""

_PROJECTS = 4
"""So many of the requests that are allowed at a time may be taken by lists of projects; the rest is for comments."""
_READING = frozenset({"GET", "HEAD"})
_METHOD_NOT_ALLOWED = 405
_FOREIGN = "服务器的回答不是 GitLab API 的样子。请检查 url 是否指向 GitLab,以及中间有没有代理改写。"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its elements as raw JSON, and the query of the next page (None: this was the last).

    ``keyset``: the server pages by a cursor that edits cannot shift, not by offset. ``full``: it holds as many as were
    asked for."""

    rows: tuple[bytes, ...]
    following: Query | None
    keyset: bool
    full: bool


class Client:
    """Raises TransientError, AccessError, MissingItemError; for writes also RejectedActionError, UnknownOutcomeError.

    What is looked up by name (our account, users, projects) is asked for once. Makes no request when built; may be used
    by several threads. Paths are those below ``/api/v4``."""

    def __init__(self, settings: ConnectionSettings, clock: Clock) -> None:
        self.connection = settings.name
        self.settings = settings
        self.clock = clock
        self._me: Me | None = None
        self._asking = Lock()
        self._version = ""
        self._users: dict[str, int] = {}
        self._projects: dict[str, int] = {}
        oauth = settings.auth == "oauth"
        self._session = requests.Session()
        self.pace = mount(self._session, settings, clock)
        self.several = SideBySide(max(1, settings.at_once - _PROJECTS), self.pace)
        self._session.hooks["response"].append(partial(_raise_for, connection=settings.name))
        self._api = gitlab.Gitlab(
            url=settings.url.rstrip("/"),
            private_token=None if oauth else settings.token.reveal(),
            oauth_token=settings.token.reveal() if oauth else None,
            ssl_verify=settings.ca_bundle or True,
            session=self._session,
        )

    def get(self, path: str, query: Query | None = None) -> requests.Response:
        with guarded(self.connection, writing=False):
            return self._api.http_request("get", path, dict(query or {}), **_NO_RETRIES)

    def post(self, path: str, body: Body) -> requests.Response:
        """Sent once."""
        with guarded(self.connection, writing=True):
            return self._api.http_request("post", path, post_data=dict(body), **_NO_RETRIES)

    def put(self, path: str, body: Body) -> requests.Response:
        """Sent once."""
        with guarded(self.connection, writing=True):
            return self._api.http_request("put", path, post_data=dict(body), **_NO_RETRIES)

    def delete(self, path: str) -> None:
        """Sent once."""
        with guarded(self.connection, writing=True):
            self._api.http_request("delete", path, **_NO_RETRIES)

    def page(self, path: str, query: Query) -> Page:
        """One page of a list."""
        response = self.get(path, query)
        rows = self.decode(response, list[msgspec.Raw])
        following = _following(response, len(rows), query)
        full = len(rows) >= int(query.get("per_page", 20))
        return Page(tuple(bytes(row) for row in rows), following, "cursor" in (following or {}), full)

    def rows(self, path: str, query: Query) -> Iterator[bytes]:
        """All elements of a list, page after page."""
        following: Query | None = query
        while following is not None:
            asked, page = following, self.page(path, following)
            yield from page.rows
            following = page.following
            if following == asked:
                raise TransientError("服务器的分页链接指回本页,列表未读完。稍后自动重试。", connection=self.connection)

    def decode(self, response: requests.Response, kind: type[T]) -> T:
        """The body as ``kind``. Where something else than the API answered: AccessError, or UnknownOutcomeError after
        a write."""
        try:
            return msgspec.json.decode(response.content, type=kind)
        except (msgspec.DecodeError, UnicodeError) as error:
            meaning = AccessError if response.request.method in _READING else UnknownOutcomeError
            raise meaning(_FOREIGN, connection=self.connection, status=response.status_code) from error

    def me(self) -> Me:
        """Our own account; asked for once, by one thread while the others wait."""
        with self._asking:
            if self._me is None:
                self._me = self.decode(self.get("/user"), Me)
            return self._me

    def version(self) -> str:
        """What the server calls its version; empty where it does not tell us. Asked for once. Raises TransientError."""
        if not self._version:
            try:
                self._version = self.decode(self.get("/version"), Version).version
            except (AccessError, MissingItemError):
                return ""
        return self._version

    def user_number(self, username: str) -> int:
        """The number that the API wants in place of a user name; asked for once.

        Raises RejectedActionError if nobody has that name."""
        if username not in self._users:
            found = self.decode(self.get("/users", {"username": username}), list[User])
            if not found:
                raise RejectedActionError(
                    f"GitLab 上没有用户 {username},不能指派给他。"
                    f"请在组织文件中核对此人在连接 {self.connection} 的账号。",
                    connection=self.connection,
                )
            self._users[username] = found[0].id
        return self._users[username]

    def project_number(self, path: str) -> int:
        """The number of a project by its path; asked for once. Raises MissingItemError."""
        if path not in self._projects:
            self._projects[path] = self.decode(self.get(project_path(path)), ProjectPart).id
        return self._projects[path]

    def visible(self, project: str) -> ProjectState:
        """What is to be seen of a project; asked anew each time. Raises AccessError if it is not there or we are not
        shown it."""
        try:
            return self.decode(self.get(project_path(project)), ProjectState)
        except MissingItemError as error:
            raise self.unseen(project, error) from error

    def foreign(self) -> AccessError:
        """Something else than the API answered."""
        return AccessError(_FOREIGN, connection=self.connection)

    def unseen(self, project: str, error: MissingItemError) -> AccessError:
        """Nothing of the project is to be seen: no single item is missing."""
        return AccessError(
            f"找不到项目 {project},或我们的账号看不到它。请核对 mapping.yaml 中的 project(项目可能改了名),"
            "并把账号加为项目成员(Reporter 以上)。",
            connection=self.connection,
            status=error.status,
            request_id=error.request_id,
        )

    def close(self) -> None:
        self._session.close()


def project_path(project: str) -> str:
    """``/projects/…`` for a full path or a number."""
    return f"/projects/{quote(project, safe='')}"


def issue_path(project: str, iid: str) -> str:
    return f"{project_path(project)}/issues/{quote(iid, safe='')}"


def instant(at: datetime) -> str:
    """For ``…_after`` and ``…_before``. Milliseconds, cut and never rounded up: the server takes "at or after"."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _raise_for(response: requests.Response, connection: str, **_: object) -> None:
    """Runs before the library looks at the answer: its own errors lose the headers (Retry-After, request id)."""
    if response.status_code == _METHOD_NOT_ALLOWED and response.request.method not in _READING:
        raise AccessError(
            "项目已改名或转走,GitLab 不接受写到旧路径。没有写入;请把 mapping.yaml 中的 project 改成现在的路径。",
            connection=connection,
            status=response.status_code,
            request_id=request_id(response),
        )
    raise_for_response(response, connection, writing=response.request.method not in _READING)


def _following(response: requests.Response, count: int, asked: Query) -> Query | None:
    link = response.links.get("next", {}).get("url")
    if link:
        return dict(parse_qsl(urlsplit(link).query))
    offset = "X-Page" in response.headers  # a cursor's last page may be full and has no link either
    stripped = offset and "Link" not in response.headers and count >= int(asked["per_page"])  # a proxy may drop it
    return {**asked, "page": int(asked.get("page", 1)) + 1} if stripped else None
