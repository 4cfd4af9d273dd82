"""Labels and attachments of the sandbox's Confluence, in both editions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.confluence import ConfluenceTracker
from collab_sync.sandbox.server import SandboxServer, SandboxWorld

START = datetime(2025, 10, 10, 10, 0, tzinfo=UTC)
Ask = Callable[..., requests.Response]
NOCHECK = {"X-Atlassian-Token": "nocheck"}


@pytest.fixture(params=["cloud", "datacenter"])
def edition(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(edition: str) -> Iterator[SandboxServer]:
    clock = SandboxClock(lambda: START)
    clock.set(START)
    people = [("林珊", "lin", "write"), ("只写字的", "text", "text"), ("读者", "rd", "view")]
    users = [
        {"name": name, "confluence": {"accountId": id_, "username": id_, "email": id_, "token": id_,
                                      "spaces": {"KB": level}}}
        for name, id_, level in people
    ]  # fmt: skip
    seed: Any = {"users": users, "confluence": {"edition": edition, "spaces": [{"key": "KB", "name": "知识库"}]}}
    with SandboxServer(SandboxWorld(clock, (ConfluenceTracker(clock),))) as running:
        assert requests.post(f"{running.url}/__sandbox/seed", json=seed, timeout=5).ok
        yield running


@pytest.fixture
def ask(server: SandboxServer, edition: str) -> Ask:
    root = f"{server.url}/confluence{'/wiki' if edition == 'cloud' else ''}/"

    def ask_(method: str, path: str, who: str = "lin", **more: Any) -> requests.Response:
        return requests.request(method, root + path, auth=(who, who), timeout=5, **more)

    return ask_


@pytest.fixture
def home(server: SandboxServer) -> str:
    """The home page of the space."""
    dumped = requests.get(f"{server.url}/__sandbox/dump?full=1", timeout=5).json()
    return str(dumped["confluence"]["spaces"]["KB"]["home"])


def file(name: str = "a.png", data: bytes = b"\x89PNG\r\n\x1a\n--x") -> dict[str, object]:
    return {"file": (name, data, "image/png")}


def test_标签只增不减_成小写(ask: Ask, home: str, edition: str) -> None:
    where = f"rest/api/content/{home}/label"
    assert ask("POST", where, json=[{"prefix": "global", "name": "周报"}, {"prefix": "global", "name": "X1"}]).ok
    assert ask("POST", where, json={"prefix": "global", "name": "x1"}).ok
    listed = f"api/v2/pages/{home}/labels" if edition == "cloud" else where
    assert [one["name"] for one in ask("GET", listed).json()["results"]] == ["x1", "周报"]


@pytest.mark.parametrize("name", ["", "有 空格", "a:b", "a,b", "x" * 256, "a?", "[a]", "a\n"])
def test_不合格的标签不收(ask: Ask, home: str, name: str) -> None:
    assert ask("POST", f"rest/api/content/{home}/label", json=[{"prefix": "global", "name": name}]).status_code == 400
    assert ask("POST", f"rest/api/content/{home}/label", data=b"{").status_code == 400


def test_附件一名一份_带着字节(ask: Ask, home: str, edition: str, server: SandboxServer) -> None:
    where = f"rest/api/content/{home}/child/attachment"
    [made] = ask("POST", where, files=file("图 一.png"), headers=NOCHECK).json()["results"]
    assert (made["title"], made["extensions"]["fileSize"]) == ("图 一.png", 11)
    again = ask("POST", where, files=file("图 一.png"), headers=NOCHECK)
    assert (again.status_code, "same file name" in again.text) == (400, True)
    listed = f"api/v2/pages/{home}/attachments?mediaType=image/png" if edition == "cloud" else where
    [found] = ask("GET", listed).json()["results"]
    assert found["id"] == made["id"]
    assert ask("GET", f"{listed.partition('?')[0]}?mediaType=text/plain").json()["results"] == []
    gone = f"api/v2/attachments/{made['id']}" if edition == "cloud" else f"rest/api/content/{made['id']}"
    assert ask("DELETE", gone).status_code == 204
    assert ask("DELETE", gone).status_code == 404
    assert ask("GET", listed).json()["results"] == []


def test_附件要有防伪头_有文件_有权限(ask: Ask, home: str) -> None:
    where = f"rest/api/content/{home}/child/attachment"
    assert ask("POST", where, files=file()).status_code == 403
    assert ask("POST", where, headers=NOCHECK, files={"other": b"x"}).status_code == 400
    assert ask("POST", where, "text", headers=NOCHECK, files=file()).status_code == 403
    assert ask("POST", where, "rd", headers=NOCHECK, files=file()).status_code == 403
    assert ask("POST", f"rest/api/content/{home}/label", "text", json=[{"name": "甲"}]).ok


def test_附件列表分页(ask: Ask, home: str, edition: str) -> None:
    where = f"rest/api/content/{home}/child/attachment"
    for number in range(3):
        assert ask("POST", where, files=file(f"{number}.png"), headers=NOCHECK).ok
    listed = f"api/v2/pages/{home}/attachments" if edition == "cloud" else where
    first = ask("GET", f"{listed}?limit=2").json()
    assert len(first["results"]) == 2
    rest = {"cloud": "?limit=2&cursor=2", "datacenter": "?limit=2&start=2"}[edition]
    assert first["_links"]["next"].endswith(rest.rpartition("&")[2])
    last = ask("GET", listed + rest).json()
    assert ([one["title"] for one in last["results"]], "next" in last["_links"]) == (["2.png"], False)


def test_人贴标签_附文件_再来一次就拿掉(server: SandboxServer, home: str) -> None:
    def act(**wanted: str) -> Any:
        given = {"space": "KB", "title": "知识库", "as": "林珊", **wanted}
        assert requests.post(f"{server.url}/__sandbox/confluence/acts", json=given, timeout=5).ok
        page = requests.get(f"{server.url}/__sandbox/dump", timeout=5).json()["confluence"]["KB"]["知识库"]
        return page["labels"], list(page["files"])

    assert act(act="label", label="甲") == (["甲"], [])
    assert act(act="attach", file="a.png") == (["甲"], ["a.png"])
    assert act(act="label", label="甲") == ([], ["a.png"])
    assert act(act="attach", file="a.png") == ([], [])
