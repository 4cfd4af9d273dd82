"""One Jira site: its edition, its requests, its searches page by page.

The ``jira`` library gives session and authentication; its private names (``_session``, ``_get_url``) are used in this
module only. Its retries are off, its issue objects are never built; bytes go out of here as they came.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import RLock
from typing import Any, Literal, TypeAlias, TypeVar
from urllib.parse import quote, urlsplit

import msgspec
import requests
from jira import JIRA
from jira.exceptions import JIRAError

from collab_sync.errors import (
    AccessError,
    ConfigurationError,
    MissingItemError,
    TransientError,
    UnknownOutcomeError,
)
from collab_sync.model.connection import ConnectionSettings
from collab_sync.ports.clock import Clock
from collab_sync_http.errors import RedirectedError, guarded, raise_for_response
from collab_sync_http.session import mount

JiraEdition: TypeAlias = Literal["cloud", "datacenter"]
Query: TypeAlias = Sequence[tuple[str, str]]
T = TypeVar("T")

_FORBIDDEN = 403
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]')
_GATEWAY = "api.atlassian.com"
"""Where Jira Cloud takes OAuth tokens, under ``/ex/jira/‹cloud id›``."""


_ADMIN = "{server}/rest/webhooks/1.0/{path}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search is to bring of each issue. ``size``: issues a page at most (the server may send fewer)."""

    fields: tuple[str, ...]
    size: int
    expand: str = ""
    properties: str = ""

    def at_most(self, size: int) -> Wanted:
        return replace(self, size=size)

    def lean(self) -> Wanted:
        """One issue without what people can make as long as they like: texts, comments, history, custom fields."""
        kept = tuple(name for name in self.fields if name not in HEAVY and not name.startswith("customfield_"))
        return replace(self, fields=kept, size=1, expand="")


HEAVY = frozenset({"description", "comment"})
"""Fields without a bound."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page: raw issues, and the token of the next page (empty on the last one). ``lean``: without their texts."""

    issues: tuple[bytes, ...]
    token: str
    lean: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """Something to attach."""

    name: str
    data: bytes
    mime: str = "image/png"


class _Page(msgspec.Struct, rename="camel"):
    issues: list[msgspec.Raw] = []
    next_page_token: str | None = None
    is_last: bool | None = None


class _Count(msgspec.Struct):
    count: int = 0


class _Server(msgspec.Struct, rename="camel"):
    base_url: str = ""


class JiraSite:
    """Requests to one site, for all threads that ask it something. Every method raises the TrackerErrors of
    ``collab_sync_http.errors``."""

    def __init__(self, settings: ConnectionSettings, clock: Clock) -> None:
        self.name = settings.name
        self.edition: JiraEdition = edition_of(settings)
        self.page_size = max(1, settings.page_size)
        self._client = _client(settings, self.cloud)
        self._web = (settings.web_url or settings.url).rstrip("/")
        self._web_known = bool(settings.web_url) or _host(settings) != _GATEWAY
        self._learning = False
        self._lock = RLock()
        self.pace = mount(self._client._session, settings, clock)
        self._client._session.hooks["response"].append(_keep)

    @property
    def cloud(self) -> bool:
        return self.edition == "cloud"

    def browse(self, key: str) -> str:
        """The address at which people see the issue."""
        return self.address(f"browse/{quote(key, safe='-')}")

    def address(self, path: str) -> str:
        """The address at which people open a page of the site; ``path`` is quoted already."""
        return f"{self._web}/{path}"

    def get(self, path: str, query: Query = ()) -> bytes:
        return self.exchange("GET", path, query=query).content

    def ask(self, path: str, body: object, query: Query = ()) -> bytes:
        """A POST that only reads (bulk look-ups)."""
        with self.pace.purpose("delta"):
            return self.exchange("POST", path, body=body, query=query).content

    def post(self, path: str, body: object) -> bytes:
        return self.exchange("POST", path, body=body, writing=True).content

    def put(self, path: str, body: object) -> bytes:
        return self.exchange("PUT", path, body=body, writing=True).content

    def delete(self, path: str, query: Query = ()) -> None:
        self.exchange("DELETE", path, query=query, writing=True)

    def attach(self, issue: str, file: File) -> bytes:
        """Uploads a file to an issue by id. The library's own header lets forms through Jira's guard."""
        form = {"file": (file.name, file.data, file.mime)}
        path = f"issue/{segment(issue)}/attachments"
        return self._sent("POST", path, True, files=form, headers={"Content-Type": None}).content

    def administer(self, method: str, path: str, body: object = None) -> bytes:
        """One request to the interface of administrators for web hooks; a site has it beside its REST root."""
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        return self._sent(method, path, method != "GET", base=_ADMIN, data=data).content

    def leads(self, path: str) -> str:
        """The path to which the site redirects this one; empty if it does not. Nothing is fetched from there."""
        try:
            self.get(path)
        except RedirectedError as redirected:
            return redirected.path
        return ""

    def exchange(
        self, method: str, path: str, *, body: object = None, query: Query = (), writing: bool = False
    ) -> requests.Response:
        """One request and its answer; ``path`` is below the REST root, its segments already quoted."""
        if not self._web_known:
            self._learn_web()
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        return self._sent(method, path, writing, params=list(query), data=data)

    def _sent(
        self, method: str, path: str, writing: bool, *, base: str = JIRA.JIRA_BASE_URL, **form: Any
    ) -> requests.Response:
        with guarded(self.name, writing):
            try:
                response = self._client._session.request(method, self._client._get_url(path, base), **form)
            except _Refused as refused:
                response = refused.response
            except JIRAError:
                raise AccessError("Jira 没有给出可读的回答。请检查 url。", connection=self.name) from None
        try:
            raise_for_response(response, self.name, writing=writing)
        except AccessError as error:
            if error.status == _FORBIDDEN:
                self._hidden(method, path, error)
            raise
        return response

    def decode(self, content: bytes, kind: type[T], *, writing: bool = False) -> T:
        """An answer as ``kind``; raises as ``readable`` does."""
        with self.readable(writing=writing):
            return msgspec.json.decode(content, type=kind)

    @contextmanager
    def readable(self, *, writing: bool = False) -> Iterator[None]:
        """Where something else than Jira's API answered: AccessError, or UnknownOutcomeError after a write."""
        try:
            yield
        except (msgspec.DecodeError, UnicodeError) as error:
            meaning = UnknownOutcomeError if writing else AccessError
            raise meaning(
                "服务器的回答不是 Jira API 的样子。请检查 url 是否指向 Jira,以及中间有没有代理改写。",
                connection=self.name,
            ) from error

    def page(self, jql: str, token: str, wanted: Wanted) -> Found:
        """One page of the issues that ``jql`` (with its order) finds; ``token`` (Cloud) is that of the page before."""
        if not self.cloud:
            # its search knows no properties
            page = self.decode(self.get("search", [("jql", jql), *_query(replace(wanted, properties=""))]), _Page)
            return Found(tuple(bytes(issue) for issue in page.issues), "")
        query = [("jql", jql), *_query(wanted)] + ([("nextPageToken", token)] if token else [])
        page = self.decode(self.get("search/jql", query), _Page)
        if page.is_last is False and not page.next_page_token:
            raise TransientError("Jira 说还有下一页,却没有给出下一页的标记;本次读取不算完整。", connection=self.name)
        return Found(tuple(bytes(issue) for issue in page.issues), page.next_page_token or "")

    def count(self, where: str) -> int:
        """About how many issues a Cloud site says that ``where`` matches."""
        return self.decode(self.ask("search/approximate-count", {"jql": where}), _Count).count

    def close(self) -> None:
        self._client._session.close()

    def _learn_web(self) -> None:
        """Behind Atlassian's gateway the address does not say where people see the site. Asked before anything else,
        so that a write never depends on it; other threads wait for the answer."""
        with self._lock:
            if self._web_known or self._learning:
                return
            self._learning = True
            try:
                server = self.decode(self.get("serverInfo"), _Server)
            finally:
                self._learning = False
            self._web = server.base_url.rstrip("/") or self._web
            self._web_known = True

    def _hidden(self, method: str, path: str, error: AccessError) -> None:
        """Of an issue that is there and not for us Data Center says 403, whatever was asked of it; then it is missing
        and no permission is. Raises MissingItemError with that status; returns if we are shown the issue."""
        kind, *parts = path.split("/")
        if kind != "issue" or not parts:
            return
        if method != "GET" or len(parts) > 1:
            self.get(f"issue/{parts[0]}", [("fields", "project")])
            return
        raise MissingItemError(
            "议题还在,但不给我们的账号看。", connection=self.name, status=error.status, request_id=error.request_id
        ) from error


class _Refused(Exception):  # noqa: N818 — an answer on its way out of the library, not an error of ours
    """An answer with an error status."""

    def __init__(self, response: requests.Response) -> None:
        self.response = response


def _keep(response: requests.Response, **_: object) -> None:
    """Runs before the library looks at the answer: it stumbles over error bodies that are not of Jira's shape, as
    gateways send them."""
    if not response.ok:
        raise _Refused(response)


def edition_of(settings: ConnectionSettings) -> JiraEdition:
    """The edition configured, or told by the address and the kind of credential: only Data Center's personal access
    tokens come without a user. Raises ConfigurationError for an edition that is not Jira's."""
    match settings.edition:
        case "cloud" | "datacenter":
            return settings.edition
        case "auto":
            host = _host(settings)
            atlassian = host.endswith(".atlassian.net") or host == _GATEWAY
            return "cloud" if atlassian or settings.user else "datacenter"
    raise ConfigurationError(
        f"连接 {settings.name}:edition 写作 {settings.edition},Jira 只有 cloud 与 datacenter。",
        hint="删去 edition(自动识别),或写 cloud / datacenter。",
    )


def quoted(text: str) -> str:
    """``text`` as a JQL string. Jira takes control characters and what is no character only as ``\\uXXXX``."""
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    return f"\\{found[0]}" if found[0] in '\\"' else f"\\u{ord(found[0]):04x}"


def segment(text: str) -> str:
    """``text`` as one segment of a path."""
    return quote(text, safe="")


def _query(wanted: Wanted) -> list[tuple[str, str]]:
    query = [("fields", ",".join(wanted.fields)), ("maxResults", str(wanted.size))]
    if wanted.expand:
        query.append(("expand", wanted.expand))
    if wanted.properties:
        query.append(("properties", wanted.properties))
    return query


def _host(settings: ConnectionSettings) -> str:
    return urlsplit(settings.url).hostname or ""


def _client(settings: ConnectionSettings, cloud: bool) -> JIRA:
    """An API token goes with its user (basic), everything else as a bearer token."""
    options: Mapping[str, str | bool] = {"rest_api_version": "3" if cloud else "2"}
    token = settings.token.reveal()
    basic = bool(settings.user) and settings.auth != "oauth"
    return JIRA(
        server=settings.url.rstrip("/"),
        options=dict(options),
        basic_auth=(settings.user, token) if basic else None,
        token_auth=None if basic else token,
        get_server_info=False,
        max_retries=0,
        timeout=(settings.connect_timeout, settings.read_timeout),
        logging=False,
    )
