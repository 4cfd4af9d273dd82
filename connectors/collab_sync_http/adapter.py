"""The one HTTP adapter under every client library.

Client libraries retry what must not be retried and wait for ever where they should not; their own retries are
switched off and this adapter sits below them. It promises:

- connect and read time-outs on every request;
- nothing leaves for another site than the configured one, and a redirect is an error (credentials would follow it);
- reads (GET, HEAD) are tried again after lost connections, 408, 425, 429 and 5xx, with jittered back-off, ``attempts``
  times; a server that does not answer in time is not asked again within the request;
- a write is sent once; only 429, the answer that says that nothing happened, lets it be sent again;
- what a refusal says is handed on without our own credentials, should they be in it;
- all waits of a request together take at most ``patience`` seconds: the process serves other connections as well. What
  asks for more is handed back at once and remembered (``pace``): until then such requests fail without being sent.

Giving up means handing back the last response (``errors.raise_for_response`` reads it) or the last exception; a request
that was not sent raises TransientError with the rest of the wait.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ReadTimeoutError

from collab_sync.errors import AccessError, TransientError
from collab_sync.model.connection import ConnectionSettings
from collab_sync.ports.clock import Clock
from collab_sync_http import limits, retry_after
from collab_sync_http.errors import RedirectedError, never_left
from collab_sync_http.limits import EVERYTHING, Errand
from collab_sync_http.pace import Hold, Pace, answered
from collab_sync_http.redaction import secrets_of, silenced

_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_TOO_MANY = 429
_UNAVAILABLE = 503
_POOL = 8
_LOST = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Seconds throughout; ``attempts`` counts the first one. ``jitter`` gives numbers in [0, 1)."""

    attempts: int = 4
    base: float = 0.25
    patience: float = 2.0
    # spreads load, protects nothing
    jitter: Callable[[], float] = random.random

    def back_off(self, attempt: int) -> float:
        """Wait after the ``attempt``-th failure (1, 2, …): doubling, between half and the whole of it."""
        return float(self.base * 2.0 ** (attempt - 1)) * (0.5 + self.jitter() / 2)


class TrackerAdapter(HTTPAdapter):
    """See the module's docstring. One adapter belongs to one connection and to all threads that use it; its pool blocks
    instead of growing."""

    def __init__(
        self, settings: ConnectionSettings, clock: Clock, policy: RetryPolicy | None = None, pace: Pace | None = None
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._policy = policy or RetryPolicy()
        self._pace = pace or Pace()
        self._site = _site(settings.url)
        self._secrets = secrets_of(settings)
        most = max(_POOL, settings.at_once)
        super().__init__(pool_connections=4, pool_maxsize=most, max_retries=0, pool_block=True)

    def send(  # noqa: PLR0913, PLR0917  # the signature is that of requests
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: str | tuple[str, str] | None = None,
        proxies: dict[str, str] | None = None,
    ) -> requests.Response:
        """Sends under the promises of this module. Raises AccessError for another site and for redirects,
        TransientError for what may not leave now."""
        self._refuse_other_sites(request)
        within = timeout or (self._settings.connect_timeout, self._settings.read_timeout)
        # What the settings say goes before the environment, which requests would prefer.
        trusted = self._settings.ca_bundle or verify
        via = {**(proxies or {}), **self._settings.proxies}

        def once() -> requests.Response:
            response = super(TrackerAdapter, self).send(request, stream, within, trusted, cert, via)
            if not stream:
                _ = response.content  # a connection lost inside the body counts like one lost before it
            return response

        return self._refuse_redirect(silenced(self._patiently(once, Errand.of(request)), self._secrets))

    def _patiently(self, once: Callable[[], requests.Response], errand: Errand) -> requests.Response:
        patience = self._policy.patience
        for attempt in range(1, self._policy.attempts + 1):
            # others may have been refused meanwhile
            patience -= self._abide(errand, patience if attempt > 1 else 0.0)
            number, waited = self._leave(errand, patience)
            patience -= waited
            wait: float | None = self._policy.back_off(attempt)
            response, lost = self._tried(once, number)
            if response is not None:
                wait = self._wait_asked(response, errand, number, wait or 0.0)
            elif _hopeless(errand, lost):
                wait = None
            if wait is None or wait > patience or attempt == self._policy.attempts:
                break
            if response is not None:
                response.close()
            self._clock.sleep(wait)
            patience -= wait
        return self._given_up(response, lost, errand, number)

    def _abide(self, errand: Errand, patience: float) -> float:
        """Waits for what forbids the request, if that is short; returns how long that took."""
        hold = self._pace.hold(errand, self._clock.now())
        if hold is None:
            return 0.0
        seconds = hold.wait.total_seconds()
        if seconds > patience:
            raise self._later(_why(hold, errand), hold.wait)
        self._clock.sleep(seconds)
        return seconds

    def _leave(self, errand: Errand, patience: float) -> tuple[int, float]:
        """Takes one request off the budget, after a short wait if need be; its number, and how long that took."""
        leave = self._pace.leave(errand, self._clock.now(), timedelta(seconds=max(0.0, patience)))
        if not leave.number:
            raise self._later("这个连接的请求额度所剩不多,先留给更急的请求;", leave.wait)
        seconds = leave.wait.total_seconds()
        if seconds:
            self._clock.sleep(seconds)
        return leave.number, seconds

    def _tried(
        self, once: Callable[[], requests.Response], number: int
    ) -> tuple[requests.Response | None, requests.RequestException | None]:
        """An answer, or how it got lost. Raises what is neither (certificates, addresses)."""
        try:
            response = once()
        except requests.exceptions.SSLError:
            self._pace.count("lost")
            raise
        except _LOST as error:
            self._pace.count("lost")
            return None, error
        finally:
            self._pace.back(number)
        self._pace.count(answered(response.status_code))
        self._pace.reached()
        return response, None

    def _wait_asked(self, response: requests.Response, errand: Errand, number: int, back_off: float) -> float | None:
        """How long before this answer is asked for anew; None: it is the answer. Learns what it says about limits."""
        status = response.status_code
        if status not in _TRANSIENT and not limits.mentioned(response.headers):
            self._pace.served(errand, number)
            return None
        now = self._clock.now()
        told = limits.allowance(response.headers, now)
        if told:
            self._pace.learn(told, number)
        if status == _TOO_MANY:
            return max(back_off, self._cool_down(response, errand, number, now))
        self._pace.served(errand, number)
        asked = retry_after.of(response.headers, now) if status in _TRANSIENT else None
        if asked and status == _UNAVAILABLE and asked.total_seconds() > self._policy.patience:
            self._pace.refused(limits.Refusal(EVERYTHING, asked), now, number)
        if errand.writing or status not in _TRANSIENT:
            return None
        return max(back_off, asked.total_seconds() if asked else 0.0)

    def _cool_down(self, response: requests.Response, errand: Errand, number: int, now: datetime) -> float:
        wait = self._pace.refused(limits.refusal(response, errand, now), now, number).total_seconds()
        if retry_after.of(response.headers, now) is None:
            response.headers["Retry-After"] = f"{wait:.3f}"  # what we decided, for whoever reads the answer
        return wait

    def _given_up(
        self,
        response: requests.Response | None,
        lost: requests.RequestException | None,
        errand: Errand,
        number: int,
    ) -> requests.Response:
        if response is not None:
            return response
        assert lost is not None, "neither an answer nor the loss of one"
        if not errand.writing or _silent(lost) or never_left(lost):
            self._pace.lost(self._clock.now(), number)
        raise lost

    def _later(self, cause: str, wait: timedelta) -> TransientError:
        self._pace.count("held")
        seconds = max(1, math.ceil(wait.total_seconds()))
        return TransientError(
            f"{cause}没有发送,约 {seconds} 秒后可以再来,到时自动继续。",
            retry_after=wait,
            connection=self._settings.name,
        )

    def _refuse_other_sites(self, request: requests.PreparedRequest) -> None:
        if _site(request.url or "") != self._site:
            raise AccessError(
                f"请求指向 {_shown(request.url)},不是配置的站点 {_shown(self._settings.url)};为保护凭据未发送。"
                "请检查连接的 url,或服务器返回的分页链接(反向代理的外部地址设置)。",
                connection=self._settings.name,
            )

    def _refuse_redirect(self, response: requests.Response) -> requests.Response:
        if response.is_redirect:
            redirected = RedirectedError(
                f"服务器要把请求转到 {_shown(response.headers.get('Location'))};为保护凭据不跟随。"
                "请把连接的 url 或项目路径改成它现在的地址(项目改名、http 与 https 之别最为常见)。",
                connection=self._settings.name,
                status=response.status_code,
            )
            redirected.path = urlsplit(response.headers.get("Location", "")).path
            raise redirected
        return response


def _hopeless(errand: Errand, lost: requests.RequestException | None) -> bool:
    """Whether the request is not to be sent again at once: a write, or a server that does not answer in time."""
    return errand.writing or lost is None or _silent(lost)


def _silent(lost: requests.RequestException) -> bool:
    """Whether nothing came in time (inside a body, requests calls it a lost connection)."""
    return isinstance(lost, requests.Timeout) or bool(lost.args and isinstance(lost.args[0], ReadTimeoutError))


def _why(hold: Hold, errand: Errand) -> str:
    if hold.why == "unreachable":
        return "刚才连不上服务器,暂不再试(若持续,请检查网络、代理与 url);"
    whom = {EVERYTHING: "这个连接", errand.endpoint: f"这类请求({errand.endpoint})"}.get(hold.scope, "对这个议题的写入")
    return f"服务器限流,要{whom}等一等;"


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
