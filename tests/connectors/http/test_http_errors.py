"""HTTP answers as errors that say what may be done next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from collab_sync.errors import (
    AccessError,
    MissingItemError,
    RejectedActionError,
    TrackerError,
    TransientError,
    UnknownOutcomeError,
)
from collab_sync_http import retry_after
from collab_sync_http.errors import guarded, raise_for_response, words_of
from collab_sync_http.redaction import redact

NOW = datetime(2025, 9, 22, 1, 0, tzinfo=UTC)


def answer(status: int, body: str = "", kind: str = "application/json", **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = body.encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    response.headers = CaseInsensitiveDict({"Content-Type": kind, **names})
    return response


@pytest.mark.parametrize(
    ("status", "writing", "error"),
    [
        (401, False, AccessError),
        (403, True, AccessError),
        (404, True, MissingItemError),
        (429, False, TransientError),
        (429, True, TransientError),
        (408, False, TransientError),
        (408, True, UnknownOutcomeError),
        (425, True, TransientError),
        (500, False, TransientError),
        (502, True, UnknownOutcomeError),
        (503, True, UnknownOutcomeError),
        (400, True, RejectedActionError),
        (409, True, RejectedActionError),
        (413, True, RejectedActionError),
        (415, True, RejectedActionError),
        (422, True, RejectedActionError),
        (400, False, AccessError),
        (410, False, AccessError),
    ],
)
def test_每种状态码说明下一步能做什么(status: int, writing: bool, error: type[TrackerError]) -> None:
    """The type of the error decides: later, ask first, bury, or stop the connection."""
    with pytest.raises(TrackerError) as caught:
        raise_for_response(answer(status), "jira-npx", writing=writing)
    assert type(caught.value) is error
    assert caught.value.status == status


def test_资源锁是暂时的() -> None:
    """GitLab's 409 "Resource lock" says: not now."""
    with pytest.raises(TransientError):
        raise_for_response(answer(409, '{"message":"409 Conflict: Resource lock"}'), "gl", writing=True)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"errorMessages":["字段不存在"],"errors":{}}', "字段不存在"),
        ('{"errorMessages":[],"errors":{"labels":"含有空格"}}', "labels: 含有空格"),
        ('{"errors":[{"message":"议题编号无效"}]}', "议题编号无效"),
        ('{"message":"404 Issue Not Found"}', "404 Issue Not Found"),
        ('{"message":{"title":["不能为空"]}}', "title: 不能为空"),
        ('{"error":"insufficient_scope","error_description":"范围不足"}', "insufficient_scope; 范围不足"),
        ("Retry later", "Retry later"),
        ("<html>请登录</html>", ""),
        ("[" * 100_000, ""),
    ],
)
def test_转述对方原话(body: str, words: str) -> None:
    """Three shapes of error bodies and a plain line; a page or a broken body is nobody's words."""
    assert words_of(answer(400, body)) == words


def test_状态_200_的登录页不是空结果() -> None:
    """An SSO page must not be taken for an answer, and its text stays out of the message."""
    with pytest.raises(AccessError, match="网页") as error:
        raise_for_response(answer(200, "<!doctype html><p>秘密", "text/html"), "jira-npx", writing=False)
    assert "秘密" not in str(error.value)


@pytest.mark.parametrize("response", [answer(204), answer(200, "[]"), answer(201, '{"id":"1"}')])
def test_成功的回答不出错(response: requests.Response) -> None:
    raise_for_response(response, "jira-npx", writing=True)


def test_错误不泄露令牌_带上请求编号() -> None:
    """Words of a proxy may echo the request."""
    body = '{"message":"bad header PRIVATE-TOKEN: glpat-abcdefgh12345678"}'
    with pytest.raises(RejectedActionError) as error:
        raise_for_response(answer(400, body, X_Request_Id="req-7"), "gl", writing=True)
    assert "glpat" not in str(error.value)
    assert error.value.request_id == "req-7"


def test_等待时间随错误带出_日期以服务器的钟为准() -> None:
    """A server whose clock is an hour ahead still asks for one minute."""
    headers = {"Date": "Mon, 22 Sep 2025 02:00:00 GMT", "Retry_After": "Mon, 22 Sep 2025 02:01:00 GMT"}
    with pytest.raises(TransientError) as error:
        raise_for_response(answer(429, **headers), "gl", writing=True)
    assert error.value.retry_after == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("1.5", timedelta(seconds=1.5)),
        ("Mon, 22 Sep 2025 01:00:30 GMT", timedelta(seconds=30)),
        ("Mon, 22 Sep 2025 09:00:30 +0800", timedelta(seconds=30)),
        ("Mon, 22 Sep 2025 00:00:00 GMT", timedelta(0)),
        ("-5", timedelta(0)),
        ("1e300", timedelta(days=7)),
        ("nan", None),
        ("很快", None),
        ("", None),
        (None, None),
    ],
)
def test_等待时间的各种写法(text: str | None, wait: timedelta | None) -> None:
    assert retry_after.parse(text, NOW) == wait


@settings(max_examples=150)
@given(st.text(max_size=40))
def test_任何写法都不出错且不为负(text: str) -> None:
    wait = retry_after.parse(text, NOW)
    assert wait is None or timedelta(0) <= wait <= timedelta(days=7)


@pytest.mark.parametrize(
    ("text", "leaked"),
    [
        ("PRIVATE-TOKEN: abcdefghij", "abcdefghij"),
        ("{'Authorization': 'Basic bWU6c2VjcmV0'}", "bWU6c2VjcmV0"),
        ("Bearer abcdef123456", "abcdef123456"),
        ("https://bot:hunter2@gl.example.cn/x", "hunter2"),
        ("GET /x?private_token=abc123&page=2", "abc123"),
        ("Set-Cookie: JSESSIONID=99AA; Path=/", "99AA"),
        ("token ATATT3xFfGF0abcdefg", "ATATT3xFfGF0"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.x", "eyJhbGci"),
        ("口令是 特别长的口令", "特别长的口令"),
    ],
)
def test_凭据被遮住(text: str, leaked: str) -> None:
    masked = redact(text, ["特别长的口令"])
    assert leaked not in masked
    assert "•••" in masked


def test_普通文字不受影响() -> None:
    """Masking must not eat what people need to read."""
    text = "标签“部门::研发部”含空格;基本情况 basic 说明;见 https://gl.example.cn/rd/x1#4"
    assert redact(text, ["x1", ""]) == text


@pytest.mark.parametrize(
    ("raised", "writing", "error"),
    [
        (requests.ReadTimeout(), False, TransientError),
        (requests.ReadTimeout(), True, UnknownOutcomeError),
        (requests.ConnectTimeout(), True, TransientError),
        (requests.exceptions.SSLError(), True, AccessError),
        (requests.exceptions.InvalidURL(), False, AccessError),
        (requests.exceptions.ChunkedEncodingError(), True, UnknownOutcomeError),
    ],
)
def test_网络失败也说明下一步(raised: Exception, writing: bool, error: type[TrackerError]) -> None:
    with pytest.raises(TrackerError) as caught, guarded("gl", writing):
        raise raised
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("status", "body", "headers", "words"),
    [
        (401, '{"error":"invalid_token","error_description":"Token was revoked. Re-authorize."}', {}, "已被撤销"),
        (401, '{"error":"invalid_token","error_description":"Token is expired."}', {}, "已过期"),
        (401, "", {"WWW_Authenticate": 'Bearer error_description="The access token has expired"'}, "已过期"),
        (401, '{"message":"401 Unauthorized"}', {}, "无效或已过期"),
        (401, "", {"X_Seraph_LoginReason": "AUTHENTICATION_DENIED"}, "验证码"),
        (403, "", {"X_Seraph_LoginReason": "AUTHENTICATION_DENIED"}, "验证码"),
        (401, "", {"X_Seraph_LoginReason": "AUTHENTICATED_FAILED"}, "无效或已过期"),
    ],
)
def test_令牌过期或被撤销时照实说(status: int, body: str, headers: dict[str, str], words: str) -> None:
    """In the tracker's own terms where it has some."""
    with pytest.raises(AccessError, match=words) as caught:
        raise_for_response(answer(status, body, **headers), "gl", writing=False)
    assert caught.value.status == status


@pytest.mark.parametrize(("status", "body"), [(200, '{"issues":[]}'), (404, '{"errorMessages":["不存在"]}')])
@pytest.mark.parametrize("writing", [True, False])
def test_Jira_把我们当陌生人时_空结果和_404_都不可信(status: int, body: str, writing: bool) -> None:
    """A token that was not taken turns into anonymous access: an empty list, missing issues. None of it is true."""
    with pytest.raises(AccessError, match="凭据"):
        raise_for_response(answer(status, body, X_Seraph_LoginReason="AUTHENTICATED_FAILED"), "j", writing=writing)
    raise_for_response(answer(200, "{}", X_Seraph_LoginReason="OK"), "j", writing=writing)
