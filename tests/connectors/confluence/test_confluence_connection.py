"""The connection: its settings, who we are, what doctor says, and that nothing but pages is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from tests.connectors.confluence.conftest import SPACE, Standing, weekly

from collab_sync.discovery import find_connectors
from collab_sync.errors import ConfigurationError, TransientError
from collab_sync.model.connection import Secret
from collab_sync.model.identity import Account
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.tracker import Connection, Diagnosis, PagePublisher
from collab_sync_confluence import connector

if TYPE_CHECKING:
    from tests.connectors.confluence.conftest import Site

Connect = Callable[..., Connection]


def said(found: tuple[Diagnosis, ...], state: str) -> list[str]:
    return [f"{one.subject}:{one.message}" for one in found if one.state == state]


def test_按入口点找得到() -> None:
    assert find_connectors()["confluence"] is connector


def test_没有事项_只有页面(connect: Connect) -> None:
    connection = connect()
    assert (connection.reader(SPACE), connection.writer(SPACE)) == (None, None)
    assert connection.pages(SPACE) is not None
    assert connector.default_mapping(SPACE) == SPACE


def test_我们是谁(connect: Connect) -> None:
    assert connect().whoami() == Account("wiki", "712020:bot", "协同助手")


def test_地址写不写_wiki_都可以(site: Site, publisher: Callable[..., PagePublisher]) -> None:
    for url in (site.url, f"{site.url}/", f"{site.url}/wiki", f"{site.url}/wiki/"):
        assert publisher(url=url).publish(weekly()).url.startswith(f"{site.url}/wiki/spaces/COLLAB/pages/")
    shown = publisher(web_url="https://wiki.example.cn/wiki").publish(weekly()).url
    assert shown.startswith("https://wiki.example.cn/wiki/spaces/")


def test_OAuth_令牌单独使用(connect: Connect) -> None:
    connection = connect(user="", auth="oauth", token=Secret("oauth-token"))
    assert connection.whoami().id == "712020:app"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"edition": "datacenter"}, "目前只支持 cloud"),
        ({"user": ""}, "没有写 user"),
        ({"token": Secret("")}, "没有令牌"),
    ],
)
def test_不能用的设置当场说明(site: Site, changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        connector.connect(site.settings(**changed), Standing())


def test_doctor_一切正常(connect: Connect) -> None:
    found = connect().diagnose([SPACE])
    assert said(found, "error") == []
    assert said(found, "warning") == ["服务器:Confluence 的写入尚未在真实站点上验证。"]
    assert "空间 COLLAB:“协同空间”看得到,可以新建页面。" in said(found, "ok")


def test_doctor_缺权限_空间写错_令牌无效_各有说法(connect: Connect) -> None:
    reader = connect(user="reader@example.cn", token=Secret("r-token")).diagnose([SPACE])
    assert said(reader, "error") == ["空间 COLLAB:缺少权限:新建页面。"]
    wrong = ProjectMapping(name="别处", connection="wiki", project="NOWHERE")
    [error] = said(connect().diagnose([wrong]), "error")
    assert "看不到空间 NOWHERE" in error
    refused = said(connect(token=Secret("wrong")).diagnose([SPACE]), "error")
    assert all("凭据无效" in one for one in refused)
    assert refused


def test_doctor_认不是_Confluence_的地址(site: Site, connect: Connect) -> None:
    site.fault("GET", "", {"html200": True})
    assert any("网页" in one for one in said(connect().diagnose([SPACE]), "error"))


def test_读不通时什么也没写(site: Site, pages: PagePublisher) -> None:
    site.fault("GET", "/spaces", {"status": 503})
    with pytest.raises(TransientError):
        pages.publish(weekly())
    assert site.writes() == []
