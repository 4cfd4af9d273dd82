"""Nothing that looks like a token, and no token we know, leaves the process through the log."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from collab_sync.log import MASK, configure_logging, masked

TOKEN = "很长的令牌-9f8e7d6c5b4a"
STYLES: tuple[Literal["text", "json"], ...] = ("text", "json")


class Ding:
    """Something whose text gives the token away."""

    def __str__(self) -> str:
        return f"连接<{TOKEN}>"


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Logging is process-wide; every test puts it back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def started(style: Literal["text", "json"], **options: bool) -> io.StringIO:
    stream = io.StringIO()
    configure_logging(style, secrets=[TOKEN, ""], stream=stream, **options)
    return stream


@pytest.mark.parametrize("style", STYLES)
def test_令牌无论从哪条路进日志都看不见(style: Literal["text", "json"]) -> None:
    """Event, value, nested value, object, standard logging with arguments, exception and its cause."""
    stream = started(style)
    log = structlog.get_logger("collab_sync")
    log.info("开始 {}".format(TOKEN))  # noqa: G001, UP032 - what a careless caller does
    log.info("请求", url=f"https://x/?a={TOKEN}")
    log.info("请求", headers={"Authorization": TOKEN, "深": [{"更深": TOKEN}]}, parts=(TOKEN, 1))
    log.info("对象", thing=Ding(), things=[Ding()])
    log.bind(token=TOKEN).warning("绑定")
    logging.getLogger("urllib3.connectionpool").warning("retry %s", TOKEN)
    try:
        try:
            raise ValueError(f"原因 {TOKEN}")
        except ValueError as cause:
            raise RuntimeError(f"结果 {TOKEN}") from cause
    except RuntimeError as error:
        log.exception("出错")
        log.error("出错", exc_info=error)
        logging.getLogger("第三方").exception("出错")
    written = stream.getvalue()
    assert "出错" in written
    assert "RuntimeError" in written
    assert MASK in written
    assert TOKEN not in written
    assert TOKEN.encode("unicode_escape").decode() not in written


@pytest.mark.parametrize("style", STYLES)
def test_堆栈里没有局部变量(style: Literal["text", "json"]) -> None:
    """A local variable may hold what somebody wrote, or a secret nobody registered."""
    stream = started(style)

    def 内部() -> None:
        text = "只有这里才有的值" + "甲"
        raise RuntimeError(str(len(text)))

    try:
        内部()
    except RuntimeError:
        structlog.get_logger("collab_sync").exception("出错")
    assert "只有这里才有的值甲" not in stream.getvalue()
    assert "内部" in stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "glpat-abcdefgh12345678",
        "ATATT3xFfGF0abcdefgh",
        "Authorization: Bearer abcdefgh12345678",
        "Basic dXNlcjpwYXNzd29yZA==",
        "https://x/api?private_token=abcdefgh&x=1",
        "https://人:密码密码@gitlab.example/",
    ],
)
def test_看起来像令牌的也遮住(text: str) -> None:
    """Also secrets nobody registered: known shapes of tokens, headers, credentials in addresses."""
    assert MASK in str(masked(text))
    for secret in ("abcdefgh", "dXNlcjpwYXNzd29yZA", "密码密码"):
        assert secret not in str(masked(text))


def test_每行都是一个可读的_json_对象() -> None:
    """One event per line, also with a traceback; Chinese stays readable."""
    stream = started("json")
    log = structlog.get_logger("collab_sync")
    log.info("写回", 数量=3, 完成=True, 空=None)
    try:
        raise ValueError("坏")
    except ValueError:
        log.exception("出错")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert first["event"] == "写回"
    assert (first["数量"], first["完成"], first["空"]) == (3, True, None)
    assert first["level"] == "info"
    assert second["exception"][0]["exc_type"] == "ValueError"
    assert "写回" in stream.getvalue()


def test_安静时只剩警告和错误() -> None:
    stream = started("text", quiet=True)
    log = structlog.get_logger("collab_sync")
    log.info("平常的事")
    log.warning("要紧的事")
    assert "平常的事" not in stream.getvalue()
    assert "要紧的事" in stream.getvalue()


def test_话多的库平时不说细节() -> None:
    """Debug output of HTTP libraries holds whole requests, so it stays off even when we are verbose."""
    stream = started("text", verbose=True)
    logging.getLogger("urllib3").debug("GET /secret")
    structlog.get_logger("collab_sync").debug("我们自己的细节")
    assert "GET /secret" not in stream.getvalue()
    assert "我们自己的细节" in stream.getvalue()
