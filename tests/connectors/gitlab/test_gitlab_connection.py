"""One GitLab site: who we are, what doctor says, what never leaves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import gitlab
import pytest
import requests
import responses

from collab_sync.errors import AccessError, TransientError
from collab_sync.model.identity import Account
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.tracker import Connection, Diagnosis

API = "https://gitlab.example.com/api/v4"
Connect = Callable[..., Connection]
BOT = {"id": 6, "username": "project_1_bot", "name": "协同助手", "bot": True}
IN_STEP = {"Date": "Wed, 24 Sep 2025 01:00:30 GMT"}


def by_subject(found: tuple[Diagnosis, ...]) -> dict[str, tuple[str, str]]:
    return {line.subject: (line.state, line.message) for line in found}


def project(level: int | None, **fields: object) -> dict[str, object]:
    access = {"access_level": level} if level is not None else None
    return {"id": 1, "path_with_namespace": "rd/x1-firmware", "permissions": {"project_access": access}, **fields}


def test_列出连接器时不加载客户端库() -> None:
    """Start-up stays quick: the libraries come with the first connection."""
    code = "import sys, collab_sync_gitlab; print([name for name in ('gitlab', 'requests') if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_建立连接不发请求而身份只问一次(connect: Connect, web: Any) -> None:
    """Our own account by user name, as mentions need it."""
    connection = connect()
    assert len(web.calls) == 0
    web.add(responses.GET, f"{API}/user", json=BOT)
    assert connection.whoami() == connection.whoami() == Account("gl", "project_1_bot", "协同助手")
    assert len(web.calls) == 1


def test_令牌只在请求头里(connect: Connect, web: Any) -> None:
    """Neither in addresses nor in what people see of the settings."""
    web.add(responses.GET, f"{API}/user", json=BOT)
    connect().whoami()
    request = web.calls[0].request
    assert request.headers["PRIVATE-TOKEN"].startswith("glpat-")
    assert "glpat" not in request.url


def test_地址带子路径和结尾斜杠也行(connect: Connect, web: Any) -> None:
    """Self-managed sites live below a path."""
    web.add(responses.GET, "https://intra.example/gitlab/api/v4/user", json=BOT)
    assert connect(url="https://intra.example/gitlab/").whoami().id == "project_1_bot"


def test_登录页不会当成空回答(connect: Connect, web: Any) -> None:
    """A proxy answers 200 with a page."""
    web.add(responses.GET, f"{API}/user", body="<html>登录</html>", content_type="text/html")
    with pytest.raises(AccessError, match="网页"):
        connect().whoami()


def test_不是这个接口的回答说清楚(connect: Connect, web: Any) -> None:
    """Some other JSON service lives at the address."""
    web.add(responses.GET, f"{API}/user", json={"hello": "world"})
    with pytest.raises(AccessError, match="url"):
        connect().whoami()


def test_断线的读取按稍后再来处理(connect: Connect, web: Any) -> None:
    """After the adapter's own patience."""
    web.add(responses.GET, f"{API}/user", body=requests.ConnectionError("断了"))
    with pytest.raises(TransientError):
        connect().whoami()


def test_客户端库自己的重试关着(connect: Connect, web: Any) -> None:
    """python-gitlab would sleep through any Retry-After, ten times; this fails if its parameters are renamed."""
    web.add(responses.GET, f"{API}/user", status=429, headers={"Retry-After": "7200"}, body="Retry later")
    with pytest.raises(TransientError):
        connect().whoami()
    assert [call.request.url for call in web.calls] == [f"{API}/user"]
    assert {"obey_rate_limit", "retry_transient_errors", "max_retries"} <= set(
        gitlab.Gitlab.http_request.__code__.co_varnames
    )


@pytest.mark.parametrize(("level", "state"), [(10, "error"), (0, "error"), (20, "ok"), (30, "ok"), (None, "warning")])
def test_诊断说明每个项目能不能写(connect: Connect, web: Any, firmware: ProjectMapping, level: int, state: str) -> None:
    """Reporter is needed for labels and for confidential issues."""
    web.add(responses.GET, f"{API}/user", json=BOT, headers=IN_STEP)
    web.add(responses.GET, f"{API}/version", json={"version": "14.2.3"})
    web.add(responses.GET, f"{API}/projects/rd%2Fx1-firmware", json=project(level))
    found = by_subject(connect().diagnose([firmware]))
    assert found["项目 rd/x1-firmware"][0] == state
    assert found["账号"][0] == found["时钟"][0] == found["版本"][0] == "ok"
    assert "14.2.3" in found["版本"][1]
    assert "互斥" in found["版本"][1]


def test_录下的项目回答也能诊断(connect: Connect, web: Any, recorded: Any, firmware: ProjectMapping) -> None:
    """The shape of a running server."""
    web.add(responses.GET, f"{API}/user", **recorded("project_bot_user"))
    web.add(responses.GET, f"{API}/version", **recorded("version"))
    web.add(responses.GET, f"{API}/projects/rd%2Fx1-firmware", **recorded("project_by_path"))
    assert [line.state for line in connect().diagnose([firmware])] == ["ok", "ok", "ok"]


@pytest.mark.parametrize(
    ("fields", "word"), [({"archived": True}, "归档"), ({"issues_enabled": False}, "没有启用议题")]
)
def test_诊断指出写不进去的项目(
    connect: Connect, web: Any, firmware: ProjectMapping, fields: dict[str, object], word: str
) -> None:
    """With a remedy."""
    web.add(responses.GET, f"{API}/user", json=BOT)
    web.add(responses.GET, f"{API}/version", json={"version": "18.4.0"})
    web.add(responses.GET, f"{API}/projects/rd%2Fx1-firmware", json=project(30, **fields))
    worst = connect(edition="premium").diagnose([firmware])[-1]
    assert worst.state == "error"
    assert word in worst.message
    assert worst.remedy


def test_诊断指出时钟不准与个人令牌(connect: Connect, web: Any) -> None:
    """Both cost correctness: changes missed, a person's comments ignored."""
    late = {"Date": "Wed, 24 Sep 2025 00:40:00 GMT"}
    web.add(responses.GET, f"{API}/user", json={**BOT, "bot": False}, headers=late)
    web.add(responses.GET, f"{API}/version", json={"version": "18.4.0"})
    warned = [line for line in connect().diagnose([]) if line.state == "warning"]
    assert ["20 分钟" in line.message or "个人账号" in line.message for line in warned] == [True, True]
    assert all(line.remedy for line in warned)


def test_连不上时诊断一行说完(connect: Connect, web: Any, recorded: Any, firmware: ProjectMapping) -> None:
    """Nothing raises, nothing is asked in vain."""
    web.add(responses.GET, f"{API}/user", **recorded("err_401_bad_token"))
    [line] = connect().diagnose([firmware])
    assert line.state == "error"
    assert "401 Unauthorized" in line.message
    assert len(web.calls) == 1


SELF = f"{API}/personal_access_tokens/self"


def token_lines(connect: Connect, web: Any, **more: str) -> list[tuple[str, str]]:
    """What doctor says about the token."""
    web.add(responses.GET, f"{API}/user", json=BOT, headers=IN_STEP)
    web.add(responses.GET, f"{API}/version", json={"version": "17.3.0"})
    return [(one.state, one.message) for one in connect(**more).diagnose([]) if one.subject == "令牌"]


@pytest.mark.parametrize(
    ("ends", "state", "days"), [("2025-10-08", "warning", 14), ("2025-10-09", "ok", 15), ("2025-09-24", "warning", 0)]
)
def test_令牌快到期时提前两周说(connect: Connect, web: Any, ends: str, state: str, days: int) -> None:
    """Today is 2025-09-24."""
    web.replace(responses.GET, SELF, json={"scopes": ["api"], "expires_at": ends, "active": True})
    ((said, message),) = token_lines(connect, web)
    assert said == state
    assert ends in message
    assert f"{days} 天" in message


def test_令牌范围不够时说缺什么(connect: Connect, web: Any) -> None:
    web.replace(responses.GET, SELF, json={"scopes": ["read_api", "read_user"], "expires_at": None})
    ((state, message),) = token_lines(connect, web)
    assert state == "error"
    assert "read_api" in message


@pytest.mark.parametrize("answer", [{"status": 404}, {"status": 403}, {"json": {"scopes": ["api"]}}])
def test_服务器不说令牌的事时也不说(connect: Connect, web: Any, answer: dict[str, Any]) -> None:
    """Old servers have no such address; a token may have no end."""
    web.replace(responses.GET, SELF, **answer)
    assert token_lines(connect, web) == []


def test_OAuth_令牌作为_Bearer_发送_不问它的范围(connect: Connect, web: Any) -> None:
    assert token_lines(connect, web, auth="oauth") == []
    assert {call.request.headers["Authorization"] for call in web.calls} == {"Bearer glpat-NEVER-SHOW-THIS-1"}
    assert not [call for call in web.calls if "PRIVATE-TOKEN" in call.request.headers or call.request.url == SELF]
