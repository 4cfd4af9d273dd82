"""One Confluence site: its address, our credential, its requests. What is asked for is the edition's business."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar
from urllib.parse import urlsplit

import msgspec
import requests
from requests.auth import AuthBase, HTTPBasicAuth

from collab_sync.errors import AccessError, ConfigurationError, UnknownOutcomeError
from collab_sync.model.connection import ConnectionSettings
from collab_sync.ports.clock import Clock
from collab_sync_http.errors import guarded, raise_for_response
from collab_sync_http.session import mount

T = TypeVar("T")
WikiEdition: TypeAlias = Literal["cloud", "datacenter"]

_GATEWAY = "api.atlassian.com"
"""Where Confluence Cloud takes OAuth tokens, under ``/ex/confluence/‹cloud id›``."""


@dataclass(frozen=True, slots=True)
class Png:
    """An image to be sent."""

    name: str
    data: bytes


class Site:
    """Requests to one site; paths are below its API's root (Cloud: ``/wiki/``). Raises the TrackerErrors of
    ``collab_sync_http.errors``; makes no request when built. Writes are sent once."""

    def __init__(self, settings: ConnectionSettings, clock: Clock) -> None:
        self.edition: WikiEdition = edition_of(settings)
        _check(settings, self.edition)
        self.name = settings.name
        self._root = f"{_context(settings.url, self.edition)}/"
        self.web = _context(settings.web_url or settings.url, self.edition)
        """Where people open the site, up to what pages say of their own addresses."""
        self._timeouts = (settings.connect_timeout, settings.read_timeout)
        self._session = requests.Session()
        self._session.auth = _credential(settings)
        self._session.headers["Accept"] = "application/json"
        self.pace = mount(self._session, settings, clock)

    def get(self, path: str, kind: type[T], query: Mapping[str, str] | None = None) -> T:
        """What the site answers, as ``kind``. Raises AccessError where something else than its API answers."""
        return self.decode(self.ask(path, query), kind)

    def ask(self, path: str, query: Mapping[str, str] | None = None) -> requests.Response:
        """The answer itself, for its headers."""
        request = requests.Request("GET", self._root + path, params=dict(query or {}))
        return self._exchange(request, writing=False)

    def post(self, path: str, body: object, kind: type[T]) -> T:
        return self._sent("POST", path, body, kind)

    def put(self, path: str, body: object, kind: type[T]) -> T:
        return self._sent("PUT", path, body, kind)

    def upload(self, path: str, png: Png, kind: type[T]) -> T:
        """Sends an image as a form. A minor change: nobody is told of it."""
        request = requests.Request(
            "POST",
            self._root + path,
            files={"file": (png.name, png.data, "image/png")},
            data={"minorEdit": "true", "comment": "collab-sync"},
            headers={"X-Atlassian-Token": "nocheck"},
        )
        return self.decode(self._exchange(request, writing=True), kind)

    def delete(self, path: str) -> None:
        self._exchange(requests.Request("DELETE", self._root + path), writing=True)

    def decode(self, response: requests.Response, kind: type[T]) -> T:
        """The body as ``kind``. After a write an answer that cannot be read leaves its outcome unknown."""
        try:
            return msgspec.json.decode(response.content, type=kind)
        except (msgspec.DecodeError, UnicodeError) as error:
            meaning = AccessError if response.request.method == "GET" else UnknownOutcomeError
            raise meaning(
                f"服务器的回答不是 Confluence API 的样子。请检查 url 与 edition(现在按 {self.edition} 读写),"
                "以及中间有没有代理改写。",
                connection=self.name,
                status=response.status_code,
            ) from error

    def close(self) -> None:
        self._session.close()

    def _sent(self, method: str, path: str, body: object, kind: type[T]) -> T:
        data = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        headers = {"Content-Type": "application/json"}
        request = requests.Request(method, self._root + path, data=data, headers=headers)
        return self.decode(self._exchange(request, writing=True), kind)

    def _exchange(self, request: requests.Request, *, writing: bool) -> requests.Response:
        with guarded(self.name, writing):
            prepared = self._session.prepare_request(request)
            around = self._session.merge_environment_settings(prepared.url or "", {}, None, None, None)
            response = self._session.send(prepared, timeout=self._timeouts, allow_redirects=False, **around)
        raise_for_response(response, self.name, writing=writing)
        return response


def edition_of(settings: ConnectionSettings) -> WikiEdition:
    """The edition configured, or told by the address and the kind of credential: only Data Center's personal access
    tokens come without a user. Raises ConfigurationError for an edition that is not Confluence's."""
    match settings.edition:
        case "cloud" | "datacenter":
            return settings.edition
        case "auto":
            host = (urlsplit(settings.url).hostname or "").lower()
            atlassian = host.endswith(".atlassian.net") or host == _GATEWAY
            return "cloud" if atlassian or settings.user or settings.auth == "oauth" else "datacenter"
    raise ConfigurationError(
        f"连接 {settings.name}:edition 写作 {settings.edition},Confluence 只有 cloud 与 datacenter。",
        hint="删去 edition(自动识别),或写 cloud / datacenter。",
    )


class _Bearer(AuthBase):
    """As an authentication of its own, so that requests never looks into ``~/.netrc``."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _credential(settings: ConnectionSettings) -> AuthBase:
    """An API token goes with its user; personal access tokens and OAuth tokens go alone."""
    token = settings.token.reveal()
    if settings.user and settings.auth != "oauth":
        return HTTPBasicAuth(settings.user.encode(), token.encode())
    return _Bearer(token)


def _context(url: str, edition: WikiEdition) -> str:
    """Where the site begins: on Cloud always at ``/wiki``, which people may write or not."""
    bare = url.rstrip("/")
    return bare if edition == "datacenter" else f"{bare.removesuffix('/wiki').rstrip('/')}/wiki"


def _check(settings: ConnectionSettings, edition: WikiEdition) -> None:
    if edition == "cloud" and not settings.user and settings.auth != "oauth":
        raise ConfigurationError(
            f"连接 {settings.name} 没有写 user。",
            hint="user 写账号邮箱(配 API token);令牌若是 OAuth 访问令牌,写 auth: oauth;"
            "若是 Data Center 的 Personal Access Token,写 edition: datacenter。",
        )
    if not urlsplit(settings.url).hostname:
        raise ConfigurationError(f"连接 {settings.name} 的 url 写法有误。", hint="例如 https://example.atlassian.net")
