"""Certificates are verified, a company's own authority can be named, requests go through a proxy if there is one."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from tests.connectors.http.conftest import TOKEN, Kind, label_on, project_of
from tests.connectors.http.local import Local

from collab_sync.errors import AccessError, ConfigurationError, TransientError
from collab_sync.ports.tracker import Connection
from collab_sync.testing.items import writer_of

Connect = Callable[..., Connection]

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def serving(authority: trustme.CA, host: str = "127.0.0.1", ends: datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    begins = datetime(2019, 1, 1, tzinfo=UTC) if ends else None
    authority.issue_cert(host, not_before=begins, not_after=ends).configure_cert(context)
    return context


def self_signed(authority: trustme.CA, folder: Path) -> ssl.SSLContext:
    """A server that shows the authority's own certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.cert_pem.write_to_path(str(folder / "own.pem"))
    authority.private_key_pem.write_to_path(str(folder / "own.pem"), append=True)
    context.load_cert_chain(folder / "own.pem")
    return context


def bundle(authority: trustme.CA, folder: Path, name: str = "公司根证书.pem") -> str:
    authority.cert_pem.write_to_path(str(folder / name))
    return str(folder / name)


@pytest.fixture(scope="module")
def company() -> trustme.CA:
    return trustme.CA()


def test_公司自己的根证书可以写进_ca_bundle(
    connected: Connect, kind: Kind, company: trustme.CA, tmp_path: Path
) -> None:
    with Local(tls=serving(company)) as server:
        connection = connected(kind, server.url, ca_bundle=bundle(company, tmp_path))
        assert connection.whoami().id == "bot"
        assert server.seen[0].headers[kind.header[0]] == kind.header[1]


def test_环境变量里的根证书不代替设置里的(
    connected: Connect, kind: Kind, company: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a setting the environment counts."""
    mine, theirs = bundle(company, tmp_path), bundle(trustme.CA(), tmp_path, "别家.pem")
    with Local(tls=serving(company)) as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", theirs)
        assert connected(kind, server.url, ca_bundle=mine).whoami().id == "bot"
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", mine)
        assert connected(kind, server.url).whoami().id == "bot"


@pytest.mark.parametrize("wrong", ["没有写", "别家的", "过期", "主机名不符", "自签"])
def test_证书不可信时说清原因_点名_ca_bundle(
    connected: Connect, kind: Kind, company: trustme.CA, tmp_path: Path, wrong: str
) -> None:
    """Reading and writing alike; the connection pauses, nothing was sent."""
    trusted = {"没有写": "", "别家的": bundle(trustme.CA(), tmp_path, "别家.pem")}
    context = {
        "过期": lambda: serving(company, ends=LONG_AGO),
        "主机名不符": lambda: serving(company, "tracker.example.cn"),
        "自签": lambda: self_signed(trustme.CA(), tmp_path),
    }.get(wrong, lambda: serving(company))()
    cause = {"过期": "已过期", "主机名不符": "不是发给", "自签": "自签"}.get(wrong, "不认识的机构")
    with Local(tls=context) as server:
        connection = connected(kind, server.url, ca_bundle=trusted.get(wrong, bundle(company, tmp_path)))
        for way in (connection.whoami, lambda: writer_of(connection, project_of(kind)).perform(label_on(kind))):
            with pytest.raises(AccessError, match="ca_bundle") as caught:
                way()
            assert cause in str(caught.value)
        assert server.seen == []


@pytest.mark.parametrize("content", [None, "不是证书"])
def test_ca_bundle_不存在或不是证书_连接时就说(
    connected: Connect, kind: Kind, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "根.pem"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="ca_bundle"):
        connected(kind, "https://tracker.example.cn", ca_bundle=str(path))


def test_http_请求走设置里的代理(connected: Connect, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the settings say goes before the environment, which requests would prefer."""
    with Local() as proxy, Local() as other:
        monkeypatch.setenv("http_proxy", other.url)
        connected(kind, "http://tracker.example.cn", proxies={"http": proxy.url}).whoami()
        assert proxy.seen[0].target.startswith("http://tracker.example.cn/")
        assert other.seen == []


def test_没有设置时走环境里的代理_no_proxy_除外(
    connected: Connect, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Local() as proxy, Local() as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        connected(kind, "http://tracker.example.cn").whoami()
        assert len(proxy.seen) == 1
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        connected(kind, server.url).whoami()
        assert (len(proxy.seen), len(server.seen)) == (1, 1)


def test_https_请求经代理打隧道_代理看不到凭据(
    connected: Connect, kind: Kind, company: trustme.CA, tmp_path: Path
) -> None:
    """The proxy learns the host and nothing else."""
    with Local() as proxy, Local(tls=serving(company)) as server:
        more = {"proxies": {"https": proxy.url}, "ca_bundle": bundle(company, tmp_path)}
        assert connected(kind, server.url, **more).whoami().id == "bot"
        assert [(one.method, one.target) for one in proxy.seen] == [("CONNECT", server.url.removeprefix("https://"))]
        assert TOKEN not in str(proxy.seen)
        assert not {"authorization", "private-token"} & set(proxy.seen[0].headers)
        assert len(server.seen) == 1


def test_代理不通时是稍后再来_写入肯定没有发生(connected: Connect, kind: Kind) -> None:
    with Local() as gone:
        url = gone.url
    connection = connected(kind, "https://tracker.example.cn", proxies={"https": url})
    with pytest.raises(TransientError):
        writer_of(connection, project_of(kind)).perform(label_on(kind))
