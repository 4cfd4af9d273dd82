"""One Confluence Cloud site: its addresses, our credential, its requests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
import requests
from requests.auth import AuthBase, HTTPBasicAuth

from collab_sync.errors import AccessError, ConfigurationError, UnknownOutcomeError
from collab_sync.model.connection import ConnectionSettings
from collab_sync.ports.clock import Clock
from collab_sync_confluence.payloads import Me, Space, Spaces
from collab_sync_http.errors import guarded, raise_for_response
from collab_sync_http.session import mount

T = TypeVar("T")

V2 = "api/v2/"
_ME = "rest/api/user/current"


class Site:
    """Requests to one site. Paths are below ``/wiki/``. Raises the TrackerErrors of ``collab_sync_http.errors``; makes
    no request when built. Who we are and the ids of spaces are asked for once."""

    def __init__(self, settings: ConnectionSettings, clock: Clock) -> None:
        _check(settings)
        self.name = settings.name
        self._root = f"{_bare(settings.url)}/wiki/"
        self.web = f"{_bare(settings.web_url or settings.url)}/wiki"
        """Where people open the site."""
        self._timeouts = (settings.connect_timeout, settings.read_timeout)
        self._session = requests.Session()
        self._session.auth = _credential(settings)
        self._session.headers["Accept"] = "application/json"
        self.pace = mount(self._session, settings, clock)
        self._me: Me | None = None
        self._spaces: dict[str, Space] = {}

    def get(self, path: str, kind: type[T], query: Mapping[str, str] | None = None) -> T:
        """What the site answers, as ``kind``. Raises AccessError where something else than its API answers."""
        return self.decode(self.ask(path, query), kind)

    def ask(self, path: str, query: Mapping[str, str] | None = None) -> requests.Response:
        """The answer itself, for its headers."""
        return self._exchange("GET", path, query=query)

    def post(self, path: str, body: object, kind: type[T]) -> T:
        """Sent once."""
        return self.decode(self._exchange("POST", path, body), kind)

    def put(self, path: str, body: object, kind: type[T]) -> T:
        """Sent once."""
        return self.decode(self._exchange("PUT", path, body), kind)

    def me(self) -> Me:
        """Our own account."""
        if self._me is None:
            self._me = self.get(_ME, Me)
        return self._me

    def space(self, key: str) -> Space:
        """A space by its key. Raises AccessError where it is not to be seen."""
        if key not in self._spaces:
            found = self.get(f"{V2}spaces", Spaces, {"keys": key}).results
            space = next((one for one in found if one.key == key), None)
            if space is None:
                raise AccessError(
                    f"看不到空间 {key}。请核对 mapping.yaml 里的空间 key(区分大小写),以及我们的账号能否浏览它。",
                    connection=self.name,
                )
            self._spaces[key] = space
        return self._spaces[key]

    def decode(self, response: requests.Response, kind: type[T]) -> T:
        """The body as ``kind``. After a write an answer that cannot be read leaves its outcome unknown."""
        try:
            return msgspec.json.decode(response.content, type=kind)
        except (msgspec.DecodeError, UnicodeError) as error:
            meaning = AccessError if response.request.method == "GET" else UnknownOutcomeError
            raise meaning(
                "服务器的回答不是 Confluence API 的样子。请检查 url 是否指向 Confluence Cloud,以及中间有没有代理改写。",
                connection=self.name,
                status=response.status_code,
            ) from error

    def close(self) -> None:
        self._session.close()

    def _exchange(
        self, method: str, path: str, body: object = None, query: Mapping[str, str] | None = None
    ) -> requests.Response:
        writing = method != "GET"
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        headers = {"Content-Type": "application/json"} if writing else {}
        with guarded(self.name, writing):
            response = self._session.request(
                method,
                self._root + path,
                params=dict(query or {}),
                data=data,
                headers=headers,
                timeout=self._timeouts,
                allow_redirects=False,
            )
        raise_for_response(response, self.name, writing=writing)
        return response


class _Bearer(AuthBase):
    """As an authentication of its own, so that requests never looks into ``~/.netrc``."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _credential(settings: ConnectionSettings) -> AuthBase:
    """An API token goes with its user, an OAuth token alone."""
    token = settings.token.reveal()
    if settings.user and settings.auth != "oauth":
        return HTTPBasicAuth(settings.user.encode(), token.encode())
    return _Bearer(token)


def _bare(url: str) -> str:
    """The site's address without ``/wiki``, which people may write or not."""
    return url.rstrip("/").removesuffix("/wiki").rstrip("/")


def _check(settings: ConnectionSettings) -> None:
    if settings.edition not in ("auto", "cloud"):
        raise ConfigurationError(
            f"连接 {settings.name}:edition 写作 {settings.edition},而 Confluence 目前只支持 cloud。",
            hint="Confluence Data Center 还不支持;页面可以改写到 GitLab 项目的 wiki。",
        )
    if not settings.user and settings.auth != "oauth":
        raise ConfigurationError(
            f"连接 {settings.name} 没有写 user。",
            hint="user 写账号邮箱(配 API token);令牌若是 OAuth 访问令牌,写 auth: oauth。",
        )
    if not urlsplit(settings.url).hostname:
        raise ConfigurationError(f"连接 {settings.name} 的 url 写法有误。", hint="例如 https://example.atlassian.net")
