"""Our credential goes to our site in its header, and nowhere else: no other host, log, exception, repr or database."""

from __future__ import annotations

import io
import logging
import ssl
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
import trustme
from tests.connectors.http.conftest import BASIC, TOKEN, Kind, LeapingClock, label_on, project_of
from tests.connectors.http.local import Answer, Local

from collab_sync.errors import AccessError, ConfigurationError, TrackerError, TransientError
from collab_sync.log import configure_logging
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.pipeline.pull import pull_project
from collab_sync.ports.tracker import Connection
from collab_sync.store.sqlite import open_store
from collab_sync.testing.items import reader_of, writer_of
from collab_sync_gitlab.client import Client

Connect = Callable[..., Connection]

NOW = datetime(2025, 9, 22, 1, 0, tzinfo=UTC)

PAGE = b"<!doctype html><title>login</title>"
ANSWERS = {
    "成功": Answer(),
    "401": Answer(401, b'{"error":"invalid_token","error_description":"Token was revoked."}'),
    "403": Answer(403, b'{"message":"403 Forbidden"}'),
    "404": Answer(404, b'{"errorMessages":["no issue"]}'),
    "429": Answer(429, b"Retry later", kind="text/plain"),
    "500": Answer(500, b"oops", kind="text/plain"),
    "503": Answer(503, PAGE, {"Retry-After": "1"}, kind="text/html"),
    "网页": Answer(200, PAGE, kind="text/html"),
    "坏的 JSON": Answer(200, b'{"id": '),
    "断线": Answer(drop=True),
    "换方案": Answer(302, b"", {"Location": "https://127.0.0.1:9/x"}),
    "换主机": Answer(301, b"", {"Location": "http://127.0.0.2:9/x"}),
    "带口令的转向": Answer(307, b"", {"Location": f"http://u:{TOKEN}@127.0.0.2:9/x?private_token={TOKEN}"}),
}


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """What all loggers say at their most talkative, ours with the real processors but without knowing the token."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    configure_logging("text", verbose=True, stream=stream)
    chatty = [logging.getLogger(name) for name in ("urllib3", "requests", "jira", "gitlab", "requests_oauthlib")]
    levels = [one.level for one in chatty]
    plain = logging.StreamHandler(stream)
    root.addHandler(plain)
    for one in chatty:
        one.setLevel(logging.DEBUG)
    yield stream
    root.handlers, root.level = handlers, level
    for one, before in zip(chatty, levels, strict=True):
        one.setLevel(before)
    structlog.reset_defaults()


def told(error: BaseException) -> str:
    """All that an exception and its causes can show."""
    lines = traceback.format_exception(error)
    return "".join([*lines, repr(error), str(vars(error)), repr(error.__cause__), repr(error.__context__)])


def driven(connection: Connection, kind: Kind) -> list[str]:
    """Reads and writes in every way; what their errors show."""
    project = project_of(kind)
    ways: list[Callable[[], object]] = [
        connection.whoami,
        lambda: list(reader_of(connection, project).pull(None)),
        lambda: list(reader_of(connection, project).census()),
        lambda: writer_of(connection, project).perform(label_on(kind)),
        lambda: connection.diagnose([project]),
    ]
    shown = []
    for way in ways:
        try:
            shown.append(repr(way()))
        except TrackerError as error:
            structlog.get_logger("collab_sync").error("出错", exc_info=error)
            shown.append(told(error))
    return shown


def leaks(*texts: str) -> list[str]:
    return [text for text in texts if TOKEN in text or BASIC in text]


@pytest.mark.parametrize("way", ANSWERS)
def test_哪条路都不泄露凭据(
    connected: Connect, kind: Kind, way: str, everything_logged: io.StringIO, tmp_path: Path
) -> None:
    """Every answer, every credential: logs at DEBUG, exceptions with causes, reprs, doctor's lines, the database."""
    with Local(ANSWERS[way]) as server, closing(open_store(tmp_path / "镜像.sqlite")) as store:
        connection = connected(kind, server.url)
        shown = driven(connection, kind)
        report = pull_project(reader_of(connection, project_of(kind)), project_of(kind), store, NOW)
        sent = [dict(one.headers) for one in server.seen]
    name, value = kind.header
    assert sent
    assert all(headers[name] == value for headers in sent)
    assert not leaks(*[one.target for one in server.seen])
    log = everything_logged.getvalue()
    assert "127.0.0.1" in log
    assert not leaks(*shown, log, repr(connection), repr(vars(connection)), repr(report))
    assert not [path.name for path in tmp_path.iterdir() if TOKEN.encode() in path.read_bytes()]


def test_证书不对时凭据没有离开(connected: Connect, kind: Kind, everything_logged: io.StringIO) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    with Local(tls=tls) as server:
        shown = driven(connected(kind, server.url), kind)
        assert server.seen == []
    assert not leaks(*shown, everything_logged.getvalue())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_转向别处的读和写都不跟随(connected: Connect, kind: Kind, status: int) -> None:
    """Another port is another site. The other one never hears of us."""
    with Local() as other, Local(Answer(status, b"", {"Location": f"{other.url}/api/v4/user"})) as server:
        connection = connected(kind, server.url)
        with pytest.raises(AccessError, match="凭据不跟随"):
            connection.whoami()
        with pytest.raises(AccessError, match="凭据不跟随"):
            writer_of(connection, project_of(kind)).perform(label_on(kind))
        assert other.seen == []
        assert [one.method for one in server.seen] == ["GET", "PUT"]


def test_分页链接指向别处时仍向我们的站点要下一页() -> None:
    """GitLab behind a proxy names its inner address."""
    with Local() as other:
        link = {"Link": f'<{other.url}/api/v4/x?page=2>; rel="next"'}
        with Local(Answer(200, b"[]", link)) as server:
            settings = ConnectionSettings(name="站点", kind="gitlab", url=server.url, token=Secret(TOKEN))
            client = Client(settings, LeapingClock())
            with closing(client), pytest.raises(TransientError, match="指回本页"):
                list(client.rows("/x", {"per_page": 1}))
            assert other.seen == []
            assert [one.target for one in server.seen] == ["/api/v4/x?per_page=1", "/api/v4/x?page=2"]


def test_netrc_里的口令不代替我们的(
    connected: Connect, kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """requests reads ~/.netrc for requests without authentication; ours never are."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login mallory password wrong\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    name, value = kind.header
    with Local() as server:
        connected(kind, server.url).whoami()
        assert server.seen[0].headers[name] == value
        assert set(server.seen[0].headers) & {"authorization", "private-token"} == {name}


def test_没有令牌_或地址里写着口令_连接不上来(connected: Connect, kind: Kind) -> None:
    """Without a token requests would look elsewhere for one; an address is shown to people."""
    with pytest.raises(ConfigurationError, match="没有令牌"):
        connected(kind, "https://tracker.example.cn", token=Secret(""))
    with pytest.raises(ConfigurationError, match="口令") as caught:
        connected(kind, f"https://bot:{TOKEN}@tracker.example.cn")
    assert not leaks(told(caught.value))


def test_设置显示时没有令牌_也没有代理的口令(kind: Kind) -> None:
    settings = ConnectionSettings(
        name="站点",
        url="https://tracker.example.cn",
        token=Secret(TOKEN),
        proxies={"https": f"http://me:{TOKEN}@proxy:3128"},
        **kind.settings,
    )
    assert not leaks(repr(settings), str(settings))
