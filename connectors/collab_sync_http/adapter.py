"""The one HTTP adapter under every client library.

Client libraries retry what must not be retried and wait for ever where they should not; their own retries are
switched off and this adapter sits below them. It promises:

- connect and read time-outs on every request;
- nothing leaves for another site than the configured one, and a redirect is an error (credentials would follow it);
- reads (GET, HEAD) are tried again after network failures, 408, 425, 429 and 5xx, with jittered back-off,
  ``attempts`` times and within ``deadline`` seconds of the connection's clock;
- a write is sent once; only 429, the answer that says that nothing happened, lets it be sent again;
- ``Retry-After`` is the least that is waited; what asks for more than ``longest_wait`` is handed back at once.

Giving up means handing back the last response (``errors.raise_for_response`` reads it) or the last exception.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from collab_sync.errors import AccessError
from collab_sync.model.connection import ConnectionSettings
from collab_sync.ports.clock import Clock
from collab_sync_http import retry_after

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS"})
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_TOO_MANY = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Seconds throughout; ``attempts`` counts the first one. ``jitter`` gives numbers in [0, 1)."""

    attempts: int = 4
    base: float = 0.5
    longest_wait: float = 20.0
    deadline: float = 60.0
    # spreads load, protects nothing
    jitter: Callable[[], float] = random.random

    def back_off(self, attempt: int) -> float:
        """Wait after the ``attempt``-th failure (1, 2, …): doubling, between half and the whole of it."""
        return float(self.base * 2.0 ** (attempt - 1)) * (0.5 + self.jitter() / 2)


class TrackerAdapter(HTTPAdapter):
    """See the module's docstring. One adapter belongs to one connection; its pool blocks instead of growing."""

    def __init__(self, settings: ConnectionSettings, clock: Clock, policy: RetryPolicy | None = None) -> None:
        self._settings = settings
        self._clock = clock
        self._policy = policy or RetryPolicy()
        self._site = _site(settings.url)
        super().__init__(pool_connections=4, pool_maxsize=8, max_retries=0, pool_block=True)

    def send(  # noqa: PLR0913, PLR0917  # the signature is that of requests
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: str | tuple[str, str] | None = None,
        proxies: dict[str, str] | None = None,
    ) -> requests.Response:
        """Sends under the promises of this module. Raises AccessError for another site and for redirects."""
        self._refuse_other_sites(request)
        limits = timeout or (self._settings.connect_timeout, self._settings.read_timeout)
        trusted = self._settings.ca_bundle or verify

        def once() -> requests.Response:
            response = super(TrackerAdapter, self).send(request, stream, limits, trusted, cert, proxies)
            if not stream:
                _ = response.content  # a connection lost inside the body counts like one lost before it
            return response

        return self._refuse_redirect(self._patiently(once, request.method or "GET"))

    def _patiently(self, once: Callable[[], requests.Response], method: str) -> requests.Response:
        began = self._clock.now()
        for attempt in range(1, self._policy.attempts):
            wait = self._policy.back_off(attempt)
            try:
                response = once()
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
                if method not in _IDEMPOTENT or isinstance(error, requests.exceptions.SSLError):
                    raise
                if not self._may_wait(wait, began):
                    raise
            else:
                if not _worth_another_try(method, response.status_code):
                    return response
                asked = retry_after.of(response.headers, self._clock.now()) or timedelta(0)
                wait = max(wait, asked.total_seconds())
                if not self._may_wait(wait, began):
                    return response
                response.close()
            self._clock.sleep(wait)
        return once()

    def _may_wait(self, wait: float, began: datetime) -> bool:
        spent = (self._clock.now() - began).total_seconds()
        return wait <= self._policy.longest_wait and spent + wait <= self._policy.deadline

    def _refuse_other_sites(self, request: requests.PreparedRequest) -> None:
        if _site(request.url or "") != self._site:
            raise AccessError(
                f"请求指向 {_shown(request.url)},不是配置的站点 {_shown(self._settings.url)};为保护凭据未发送。"
                "请检查连接的 url,或服务器返回的分页链接(反向代理的外部地址设置)。",
                connection=self._settings.name,
            )

    def _refuse_redirect(self, response: requests.Response) -> requests.Response:
        if response.is_redirect:
            raise AccessError(
                f"服务器要把请求转到 {_shown(response.headers.get('Location'))};为保护凭据不跟随。"
                "请把连接的 url 或项目路径改成它现在的地址(项目改名、http 与 https 之别最为常见)。",
                connection=self._settings.name,
                status=response.status_code,
            )
        return response


def _worth_another_try(method: str, status: int) -> bool:
    return status in _TRANSIENT if method in _IDEMPOTENT else status == _TOO_MANY


def _site(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), port


def _shown(url: str | None) -> str:
    """Scheme, host and path only: queries and user info may hold credentials."""
    parts = urlsplit(url or "")
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}" if host else parts.path or "(无地址)"
