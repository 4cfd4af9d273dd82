"""The connection: its settings, who we are, what doctor says, and that nothing but pages is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from tests.connectors.confluence.conftest import SPACE, Standing, weekly

from collab_sync.discovery import find_connectors
from collab_sync.errors import ConfigurationError, TransientError
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.identity import Account
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.tracker import Connection, Diagnosis, PagePublisher
from collab_sync_confluence import connector
from collab_sync_confluence.site import edition_of

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


def test_我们是谁(site: Site, connect: Connect) -> None:
    """As pages name their authors."""
    known = {"cloud": "712020:bot", "datacenter": "bot"}[site.edition]
    assert connect().whoami() == Account("wiki", known, "协同助手")


@pytest.mark.parametrize("site", ["cloud"], indirect=True)
def test_地址写不写_wiki_都可以(site: Site, publisher: Callable[..., PagePublisher]) -> None:
    for url in (site.url, f"{site.url}/", f"{site.url}/wiki", f"{site.url}/wiki/"):
        assert publisher(url=url).publish(weekly()).url.startswith(f"{site.url}/wiki/spaces/COLLAB/pages/")
    shown = publisher(web_url="https://wiki.example.cn/wiki").publish(weekly()).url
    assert shown.startswith("https://wiki.example.cn/wiki/spaces/")


@pytest.mark.parametrize("site", ["datacenter"], indirect=True)
def test_Data_Center_的地址带着它的上下文路径(site: Site, publisher: Callable[..., PagePublisher]) -> None:
    for url in (site.url, f"{site.url}/"):
        shown = publisher(url=url).publish(weekly()).url
        assert shown.startswith(f"{site.url}/pages/viewpage.action?pageId=")
    shown = publisher(web_url="https://wiki.example.cn/wiki").publish(weekly()).url
    assert shown.startswith("https://wiki.example.cn/wiki/pages/")


@pytest.mark.parametrize(
    ("changed", "edition"),
    [
        ({"url": "https://example.atlassian.net", "user": "bot@example.cn"}, "cloud"),
        ({"url": "https://EXAMPLE.atlassian.net/wiki", "user": "", "auth": "oauth"}, "cloud"),
        ({"url": "https://api.atlassian.com/ex/confluence/1", "user": "", "auth": "oauth"}, "cloud"),
        ({"url": "https://wiki.example.cn", "user": "bot@example.cn"}, "cloud"),
        ({"url": "https://wiki.example.cn/confluence", "user": ""}, "datacenter"),
        ({"url": "https://wiki.example.cn", "user": "bot", "edition": "datacenter"}, "datacenter"),
        ({"url": "https://wiki.example.cn", "user": "bot", "edition": "cloud"}, "cloud"),
    ],
)
def test_版本认得出来(changed: dict[str, Any], edition: str) -> None:
    settings = ConnectionSettings(name="wiki", kind="confluence", token=Secret("t"), **changed)
    assert edition_of(settings) == edition


@pytest.mark.parametrize("site", ["datacenter"], indirect=True)
def test_版本写错了_说要检查_edition(site: Site, connect: Connect) -> None:
    found = said(connect(edition="cloud", user="bot").diagnose([SPACE]), "error")
    assert found
    assert all("找不到" in one or "edition" in one for one in found)


@pytest.mark.parametrize("site", ["cloud"], indirect=True)
def test_OAuth_令牌单独使用(connect: Connect) -> None:
    connection = connect(user="", auth="oauth", token=Secret("oauth-token"))
    assert connection.whoami().id == "712020:app"


@pytest.mark.parametrize("site", ["cloud"], indirect=True)
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"edition": "premium"}, "只有 cloud 与 datacenter"),
        ({"edition": "cloud", "user": ""}, "没有写 user"),
        ({"token": Secret("")}, "没有令牌"),
    ],
)
def test_不能用的设置当场说明(site: Site, changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        connector.connect(site.settings(**changed), Standing())


def test_doctor_一切正常(site: Site, connect: Connect) -> None:
    found = connect().diagnose([SPACE])
    called = {"cloud": "Confluence Cloud", "datacenter": "Confluence Data Center"}[site.edition]
    assert said(found, "error") == []
    assert said(found, "warning") == [f"服务器:{called} 的写入尚未在真实站点上验证。"]
    assert [one for one in said(found, "ok") if one.startswith("空间 COLLAB:“协同空间”看得到")]


@pytest.mark.parametrize("site", ["cloud"], indirect=True)
def test_doctor_缺新建页面的权限(site: Site, connect: Connect) -> None:
    reader = connect(**site.signed_in("reader")).diagnose([SPACE])
    assert said(reader, "error") == ["空间 COLLAB:缺少权限:新建页面。"]


def test_doctor_空间写错_令牌无效_各有说法(connect: Connect) -> None:
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
    site.fault("GET", "/spaces?", {"status": 503})
    with pytest.raises(TransientError):
        pages.publish(weekly())
    assert site.writes() == []
