"""What an HTTP answer or a network failure means, as the errors of ``collab_sync.errors``.

The one question behind the table is what may be done next: try again (nothing happened), ask ``find`` (it may have
happened), bury the action, or stop using the connection. Messages carry the tracker's own words, never headers, never
a body as a whole, never a credential.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError, ReadTimeoutError

from collab_sync.errors import (
    AccessError,
    MissingItemError,
    RejectedActionError,
    TransientError,
    UnknownOutcomeError,
)
from collab_sync_http import retry_after
from collab_sync_http.redaction import redact
from collab_sync_http.trust import certificates, credentials
from collab_sync_http.trust.credentials import with_words


class RedirectedError(AccessError):
    """The server leads elsewhere. We never follow: credentials would go along. ``path``: that part of the
    address to which it leads; the others may hold secrets."""

    path: str = ""


_LONGEST_WORDS = 500
_SERVER_ERRORS = range(500, 600)
_WRONG_URL = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)
_FAILED_OVER_IT = frozenset({413, 500, 502, 504})
"""503 is left out: it says that the server takes no questions at all."""
_REQUEST_IDS = ("X-Request-Id", "X-AREQUESTID", "Atl-TraceId", "X-Trace-Id")


def raise_for_response(response: requests.Response, connection: str, *, writing: bool) -> None:
    """Returns if ``response`` is a success with JSON (or nothing) in it; raises the TrackerError it means otherwise."""
    status = response.status_code
    if status not in _SERVER_ERRORS and credentials.disowned(response.headers):
        raise credentials.refused(response, connection, words_of(response), request_id(response))
    if status < 300:
        _refuse_page(response, connection)
        return
    words = words_of(response)
    found = {"connection": connection, "request_id": request_id(response)}
    if status in _SERVER_ERRORS or status in (408, 425, 429) or _locked(status, words):
        raise _transient(response, connection, words, writing=writing)
    if status == 401:
        raise credentials.refused(response, connection, words, request_id(response))
    if status == 403:
        raise AccessError(with_words("我们的账号没有这项权限。doctor 会列出缺哪些。", words), status=status, **found)
    if status == 404:
        raise MissingItemError(with_words("找不到,或我们的账号看不到。", words), status=status, **found)
    if writing:
        raise RejectedActionError(with_words("服务器拒绝了这次写入。", words), status=status, **found)
    raise AccessError(
        with_words("服务器拒绝了这次查询。请核对映射中的项目与字段,以及账号的浏览权限。", words), status=status, **found
    )


@contextmanager
def guarded(connection: str, writing: bool) -> Iterator[None]:
    """Turns the exceptions of requests into TrackerErrors. A write that may have left us is of unknown outcome."""
    try:
        yield
    except requests.exceptions.SSLError as error:
        raise AccessError(certificates.words(error), connection=connection) from error
    except _WRONG_URL as error:
        raise AccessError("连接的 url 写法有误,应为 https://主机[/路径]。", connection=connection) from error
    except requests.exceptions.RequestException as error:
        if writing and not never_left(error):
            raise UnknownOutcomeError(
                f"请求已发出,没有等到回答:{_reason(error)}。重试之前会先查明是否已写入。", connection=connection
            ) from error
        raise TransientError(
            f"连不上服务器或中途断开:{_reason(error)}。稍后自动重试;若持续,请检查网络与 url。", connection=connection
        ) from error


def words_of(response: requests.Response) -> str:
    """What the tracker itself says about the failure: its message fields, or a short plain text; never a page."""
    kind = response.headers.get("Content-Type", "").lower()
    try:
        said = _sayings(json.loads(response.content))
    except (ValueError, RecursionError):
        text = response.content[: 4 * _LONGEST_WORDS].decode("utf-8", "replace").strip()
        said = [] if "html" in kind or text.startswith("<") or len(text) > 200 else [text]
    text = redact("; ".join(dict.fromkeys(word for word in said if word)))
    return text if len(text) <= _LONGEST_WORDS else text[:_LONGEST_WORDS] + "…"


def request_id(response: requests.Response) -> str:
    """The id under which the server's administrators find this request; empty if it has none."""
    return next((response.headers[name][:80] for name in _REQUEST_IDS if name in response.headers), "")


def never_left(error: requests.exceptions.RequestException) -> bool:
    """Whether the failure shows that no byte of the request reached the server."""
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def too_much(error: TransientError) -> bool:
    """Whether the same question about less may be answered: the server failed over it, or did not answer in time."""
    if error.status:
        return error.status in _FAILED_OVER_IT
    cause = error.__cause__
    if isinstance(cause, requests.ReadTimeout):
        return True
    return isinstance(cause, requests.ConnectionError) and any(
        isinstance(part, ReadTimeoutError) for part in cause.args
    )


def _transient(
    response: requests.Response, connection: str, words: str, *, writing: bool
) -> TransientError | UnknownOutcomeError:
    status = response.status_code
    if writing and (status in _SERVER_ERRORS or status == 408):
        return UnknownOutcomeError(
            with_words("服务器出错,是否已写入不明。重试之前会先查明。", words),
            connection=connection,
            status=status,
            request_id=request_id(response),
        )
    lead = "请求过多,服务器要我们等一等。" if status == 429 else "服务器暂时不能回答,稍后自动重试。"
    return TransientError(
        with_words(lead, words),
        retry_after=retry_after.of(response.headers),
        connection=connection,
        status=status,
        request_id=request_id(response),
    )


def _refuse_page(response: requests.Response, connection: str) -> None:
    """A login or maintenance page with status 200 must not pass for an empty answer."""
    kind = response.headers.get("Content-Type", "").lower()
    if response.content and ("html" in kind or response.content[:64].lstrip().startswith(b"<")):
        raise AccessError(
            "应得 JSON,却得到一个网页(多半是登录页或代理页)。请检查 url 是否直达服务器、令牌是否有效。",
            connection=connection,
            status=response.status_code,
            request_id=request_id(response),
        )


def _sayings(body: object) -> list[str]:
    """Jira: errorMessages and errors; GitLab: message (text, list, or fields), error, error_description."""
    match body:
        case dict():
            names = ("errorMessages", "errorMessage", "errors", "message", "error", "error_description")
            return [text for name in names if name in body for text in _texts(body[name])]
        case str():
            return [body.strip()]
    return []


def _texts(value: object, depth: int = 3) -> list[str]:
    match value:
        case str():
            return [value.strip()]
        case list() if depth:
            return [text for item in value[:20] for text in _texts(item, depth - 1)]
        case dict() if depth:
            pairs = [(str(name), text) for name, item in list(value.items())[:20] for text in _texts(item, depth - 1)]
            return [text if name == "message" else f"{name}: {text}" for name, text in pairs]
    return []


def _locked(status: int, words: str) -> bool:
    return status == 409 and "resource lock" in words.lower()


def _reason(error: BaseException) -> str:
    """A short technical cause; URLs with queries and object addresses stay out."""
    cause = error.args[0] if error.args else error
    inner = getattr(cause, "reason", None) or cause
    return redact(f"{type(inner).__name__}")
