"""Puts our adapter under the ``requests.Session`` of a client library."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from http.cookiejar import Cookie
from urllib.parse import urlsplit

import requests
from requests.cookies import RequestsCookieJar

from collab_sync.errors import ConfigurationError
from collab_sync.model.connection import ConnectionSettings
from collab_sync.ports.clock import Clock
from collab_sync_http.adapter import RetryPolicy, TrackerAdapter
from collab_sync_http.pace import Pace


class SharedCookies(RequestsCookieJar):
    """Cookies of a session that several threads use: every request goes through all of them, and the library's own jar
    breaks that off with an error when an answer brings a new one meanwhile."""

    def __iter__(self) -> Iterator[Cookie]:  # type: ignore[override]  # as the stubs have it for the library's own jar
        with self._cookies_lock:
            return iter(list(super().__iter__()))


def mount(
    session: requests.Session, settings: ConnectionSettings, clock: Clock, policy: RetryPolicy | None = None
) -> Pace:
    """Every request of ``session`` goes through a ``TrackerAdapter`` for the connection from now on; returns its pace.
    Several threads may send through it at once.

    Sets proxies and the certificate bundle of ``settings``; credentials stay what the client library made them. Raises
    ConfigurationError for a bundle that cannot be read, for credentials inside the address and for no token."""
    _check(settings)
    pace = Pace()
    adapter = TrackerAdapter(settings, clock, policy, pace)
    session.adapters.clear()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.cookies = SharedCookies()
    session.max_redirects = 0
    session.proxies.update(settings.proxies)
    if settings.ca_bundle:
        session.verify = settings.ca_bundle
    return pace


def _check(settings: ConnectionSettings) -> None:
    if not settings.token:
        # Without one requests would look for a password in ~/.netrc.
        raise ConfigurationError(
            f"连接 {settings.name} 没有令牌。",
            hint="设置它的 API 令牌、个人(项目、群组)访问令牌或 OAuth 访问令牌。",
        )
    if "@" in urlsplit(settings.url).netloc:
        raise ConfigurationError(
            f"连接 {settings.name} 的 url 里写了账号或口令。", hint="从 url 中删去;账号写 user,令牌放进环境变量。"
        )
    if settings.ca_bundle:
        _check_bundle(settings)


def _check_bundle(settings: ConnectionSettings) -> None:
    try:
        ssl.create_default_context(cafile=settings.ca_bundle)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"连接 {settings.name} 的 ca_bundle 用不了:{settings.ca_bundle}({type(error).__name__})。",
            hint="写一个存在的、PEM 格式的根证书文件。",
        ) from None
