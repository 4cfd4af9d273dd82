"""Registering GitLab's web hooks: what is made, what is mended, what only people can do."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports import Connection, HookFinding, HookVerifier, Subscription
from collab_sync.sandbox.house import open_house
from collab_sync.sandbox.server import SandboxServer
from collab_sync_gitlab import connector
from collab_sync_gitlab.hooks.keeper import EVENTS

FIXTURES = Path(__file__).parents[1] / "fixtures" / "gitlab" / "real-ce-14.2.3"
FIRMWARE, SITE = "rd/x1-firmware", "growth/x1-launch-site"
PLAIN = Secret("gitlab-hook-secret-1")
SIGNING = Secret("whsec_" + base64.b64encode(bytes(range(32))).decode())
API = "https://gitlab.example.com/api/v4/projects/rd%2Fx1-firmware/hooks"
URL = "https://collab.example/hooks/gl"


def wanted(secret: Secret = PLAIN, *, renew: bool = False, projects: tuple[str, ...] = (FIRMWARE,)) -> Subscription:
    mappings = [ProjectMapping(name=f"gl-{path}", connection="gl", project=path) for path in projects]
    return Subscription(url=URL, secret=secret, variable="COLLAB_GL_WEBHOOK_SECRET", projects=mappings, renew=renew)


class Server:
    """A sandbox with a Maintainer's token for us and 李明 who writes issues."""

    def __init__(self, house: SandboxServer) -> None:
        self.url = house.url
        users = [
            {"name": "协同助手", "bot": True, "gitlab": {"username": "collab", "token": "bot", "access": "maintainer"}},
            {"name": "李明", "gitlab": {"username": "li.ming", "token": "li", "access": "developer"}},
        ]
        self._send("PUT", "clock", {"now": "2025-09-15T09:00:00+08:00"})
        self._send("POST", "seed", {"users": users, "gitlab": {"projects": [{"path": FIRMWARE}, {"path": SITE}]}})

    def version(self, version: str) -> None:
        self._send("POST", "seed", {"gitlab": {"settings": {"version": version}}})

    def connection(self, token: str = "bot") -> Connection:
        settings = ConnectionSettings(name="gl", kind="gitlab", url=f"{self.url}/gitlab", token=Secret(token))
        return connector.connect(settings, _StandingClock())

    def hooks(self, method: str = "GET", path: str = "", **body: Any) -> Any:
        url = f"{self.url}/gitlab/api/v4/projects/rd%2Fx1-firmware/hooks{path}"
        answer = requests.request(method, url, json=body or None, headers={"PRIVATE-TOKEN": "bot"}, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def calls(self) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = self._send("POST", "gitlab/acts", {"act": "calls"})["calls"]
        return calls

    def write(self, path: str, body: dict[str, Any]) -> None:
        url = f"{self.url}/gitlab/api/v4/projects/rd%2Fx1-firmware/{path}"
        requests.post(url, json=body, headers={"PRIVATE-TOKEN": "li"}, timeout=10).raise_for_status()

    def _send(self, method: str, path: str, body: Any) -> Any:
        answer = requests.request(method, f"{self.url}/__sandbox/{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None


class _StandingClock:
    def now(self) -> datetime:
        return datetime(2025, 9, 15, 1, 0, tzinfo=UTC)

    def sleep(self, seconds: float) -> None:
        """Waiting is for real servers."""


@pytest.fixture
def server() -> Iterator[Server]:
    with open_house() as house:
        yield Server(house)


@pytest.fixture
def ensure(server: Server) -> Iterator[Callable[..., tuple[HookFinding, ...]]]:
    """``ensure(wanted(), dry_run=True, token="li")``."""
    made: list[Connection] = []

    def look(what: Subscription, *, dry_run: bool = False, token: str = "bot") -> tuple[HookFinding, ...]:
        made.append(server.connection(token))
        keeper = made[-1].hooks
        assert keeper is not None
        return keeper.ensure(what, dry_run=dry_run)

    yield look
    for connection in made:
        connection.close()


def states(found: tuple[HookFinding, ...]) -> list[str]:
    return [one.state for one in found]


def proven(call: dict[str, Any], secret: Secret) -> frozenset[str] | None:
    """What our own verifier makes of a call that the sandbox would send."""
    verifier: HookVerifier = connector.hooks
    headers = {name.lower(): value for name, value in call["headers"].items()}
    found = verifier.verify(headers, call["body"].encode(), [secret], _StandingClock().now())
    return found.projects if found else None


# --- making and mending ------------------------------------------------------------------------------------------
def test_每个项目登记一个_再来一次什么也不做(server: Server, ensure: Any) -> None:
    both = wanted(projects=(FIRMWARE, SITE))
    assert states(ensure(both, dry_run=True)) == ["make", "make"]
    assert server.hooks() == []
    assert states(ensure(both)) == ["make", "make"]
    assert states(ensure(both)) == ["well", "well"]
    (hook,) = server.hooks()
    assert {name: hook[name] for name in EVENTS} == dict.fromkeys(EVENTS, True)
    assert (hook["url"], hook["push_events"], hook["enable_ssl_verification"]) == (URL, False, True)


def test_登记之后它说的话_我们自己认得(server: Server, ensure: Any) -> None:
    ensure(wanted())
    server.write("issues", {"title": "样机联调"})
    server.write("issues/1/notes", {"body": "进度"})
    server.write("issues", {"title": "机密的", "confidential": True})
    calls = server.calls()
    assert [json.loads(call["body"])["event_type"] for call in calls] == ["issue", "note", "confidential_issue"]
    assert {proven(call, PLAIN) for call in calls} == {frozenset({FIRMWARE, "1"})}
    assert {proven(call, Secret("gitlab-hook-secret-2")) for call in calls} == {None}


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        ("issues", {"title": "样机联调"}, "webhook_issue_open_0"),
        ("issues/1/notes", {"body": "进度"}, "webhook_note_create_0"),
    ],
)
def test_沙盒的调用与真实的同形(server: Server, ensure: Any, path: str, body: dict[str, Any], name: str) -> None:
    """Every name in it stands in the call of a real GitLab CE 14.2.3, with a value of the same kind."""
    server.write("issues", {"title": "先有一个"})
    ensure(wanted())
    server.write(path, body)
    real = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    (call,) = server.calls()
    assert call["headers"]["X-Gitlab-Event"] == real["headers"]["X-Gitlab-Event"]
    _same_shape(json.loads(call["body"]), real["body"])


def _same_shape(made: Any, real: Any) -> None:
    assert made is None or real is None or type(made) is type(real)
    if isinstance(made, dict) and real is not None:
        assert set(made) <= set(real)
        for name in made:
            _same_shape(made[name], real[name])


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"note_events": False}, "评论事件"),
        ({"confidential_issues_events": False}, "议题事件"),
        ({"enable_ssl_verification": False}, "不核对证书"),
    ],
)
def test_改坏了就改回来_别人的不动(server: Server, ensure: Any, change: dict[str, object], word: str) -> None:
    ensure(wanted())
    other = server.hooks("POST", url="https://elsewhere.example/", push_events=True)
    mine = server.hooks()[0]["id"]
    server.hooks("PUT", f"/{mine}", url=URL, **change)
    (found,) = ensure(wanted(), dry_run=True)
    assert (found.state, word in found.message) == ("mend", True)
    assert states(ensure(wanted(), dry_run=True)) == ["mend"]
    assert states(ensure(wanted())) == ["mend"]
    assert states(ensure(wanted())) == ["well"]
    assert [hook for hook in server.hooks() if hook["id"] != mine] == [other]


def test_换了密钥就重写一遍(server: Server, ensure: Any) -> None:
    """No server tells which secret it holds."""
    ensure(wanted())
    new = Secret("gitlab-hook-secret-2")
    assert states(ensure(wanted(new))) == ["well"]
    assert states(ensure(wanted(new, renew=True))) == ["mend"]
    server.write("issues", {"title": "样机联调"})
    (call,) = server.calls()
    assert proven(call, new) is not None


# --- signing -----------------------------------------------------------------------------------------------------
def test_19以上可以签名_密钥本身不再出门(server: Server, ensure: Any) -> None:
    server.version("19.0.1")
    assert states(ensure(wanted(SIGNING))) == ["make"]
    assert states(ensure(wanted(SIGNING))) == ["well"]
    server.write("issues", {"title": "样机联调"})
    (call,) = server.calls()
    assert SIGNING.reveal() not in json.dumps(call)
    assert proven(call, SIGNING) == frozenset({FIRMWARE, "1"})


def test_从口令改为签名_看得出还没有签名的密钥(server: Server, ensure: Any) -> None:
    server.version("19.0.1")
    ensure(wanted())
    (found,) = ensure(wanted(SIGNING))
    assert (found.state, "没有密钥" in found.message) == ("mend", True)
    assert states(ensure(wanted(SIGNING))) == ["well"]


@pytest.mark.parametrize(("version", "secret"), [("14.2.3", SIGNING), ("19.0.1", Secret("whsec_不是base64的密钥"))])
def test_签名的密钥用不了就不登记_说换成什么(server: Server, ensure: Any, version: str, secret: Secret) -> None:
    server.version(version)
    (found,) = ensure(wanted(secret))
    assert (found.state, "COLLAB_GL_WEBHOOK_SECRET" in found.remedy) == ("manual", True)
    assert server.hooks() == []


# --- what we may not or cannot -----------------------------------------------------------------------------------
def test_不是Maintainer_说清请谁填什么_不含密钥(ensure: Any) -> None:
    (found,) = ensure(wanted(), token="li")
    assert found.state == "manual"
    assert URL in found.remedy
    assert "COLLAB_GL_WEBHOOK_SECRET" in found.remedy
    assert PLAIN.reveal() not in str(found)


def test_一个项目找不到_不耽误别的(server: Server, ensure: Any) -> None:
    assert states(ensure(wanted(projects=("rd/nowhere", FIRMWARE)))) == ["error", "make"]
    assert len(server.hooks()) == 1


def hook(**fields: object) -> dict[str, object]:
    return {"id": 3, "url": URL, **dict.fromkeys(EVENTS, True), "enable_ssl_verification": True, **fields}


PAUSED = hook(alert_status="temporarily_disabled", disabled_until="2025-09-24T02:00:00.000Z")


def kept(connect: Callable[..., Connection], *, dry_run: bool = False) -> HookFinding:
    keeper = connect().hooks
    assert keeper is not None
    (found,) = keeper.ensure(wanted(), dry_run=dry_run)
    return found


def test_被停用的_试投一次让它恢复(connect: Callable[..., Connection], web: responses.RequestsMock) -> None:
    web.add(responses.GET, API, json=[PAUSED])
    assert kept(connect, dry_run=True).state == "mend"
    trial = web.add(responses.POST, f"{API}/3/test/issues_events", status=201, json={"message": "201 Created"})
    found = kept(connect)
    assert (found.state, "2025-09-24 02:00" in found.message) == ("mend", True)
    assert trial.call_count == 1


@pytest.mark.parametrize("status", [404, 422])
def test_试投不成_说清请谁做什么(connect: Callable[..., Connection], web: responses.RequestsMock, status: int) -> None:
    web.add(responses.GET, API, json=[hook(alert_status="disabled")])
    web.add(responses.POST, f"{API}/3/test/issues_events", status=status, json={"message": "Hook execution failed"})
    found = kept(connect)
    assert (found.state, "不会自己恢复" in found.message, "Test" in found.remedy) == ("manual", True, True)


def test_旧服务器不说停用与否_也不说有没有密钥(connect: Callable[..., Connection], web: responses.RequestsMock) -> None:
    web.add(responses.GET, API, json=[hook()])
    assert kept(connect).state == "well"


# --- switched off by the server, left behind by us ----------------------------------------------------------------
OLD, OLDER, STRANGER = (
    "https://old.example/hooks/gl",
    "https://older.example/hooks/gl",
    "https://other.example/hooks/gl",
)
NEWER = "17.11.0"


@pytest.fixture
def modern(server: Server) -> Server:
    """A server that switches hooks off as its documentation says."""
    server.version(NEWER)
    return server


def answers(here: Server, status: int, times: int = 0) -> None:
    act = {"act": "hook_answers", "project": FIRMWARE, "url": URL, "status": status, "times": times}
    here._send("POST", "gitlab/acts", act)


def urls(here: Server) -> list[str]:
    return [hook["url"] for hook in here.hooks()]


@pytest.mark.parametrize(("failures", "alert", "told"), [(4, "temporarily_disabled", "到 2025-09-15 01:01 UTC"),
                                                         (40, "disabled", "不会自己恢复")])  # fmt: skip
def test_被停用的_看得出_修得好_修好之前什么也不来(
    modern: Server, ensure: Any, failures: int, alert: str, told: str
) -> None:
    ensure(wanted())
    answers(modern, 502, failures)
    assert modern.hooks()[0]["alert_status"] == alert
    modern.write("issues", {"title": "样机联调"})
    assert modern.calls() == []
    (found,) = ensure(wanted(), dry_run=True)
    assert (found.state, told in found.message) == ("mend", True)
    answers(modern, 200)
    assert states(ensure(wanted())) == ["mend"]
    assert states(ensure(wanted())) == ["well"]
    modern.calls()
    modern.write("issues", {"title": "又一个"})
    assert len(modern.calls()) == 1


def test_还是访问不到_试投不成_请人先修(modern: Server, ensure: Any) -> None:
    ensure(wanted())
    answers(modern, 502, 4)
    (found,) = ensure(wanted())
    assert (found.state, "试投没有成功" in found.message) == ("manual", True)
    assert states(ensure(wanted(), dry_run=True)) == ["mend"]


@pytest.mark.parametrize("failures", [1, 3])
def test_偶尔失败几次不算停用(modern: Server, ensure: Any, failures: int) -> None:
    ensure(wanted())
    answers(modern, 502, failures)
    assert states(ensure(wanted())) == ["well"]


def test_歇过了就又投(modern: Server, ensure: Any) -> None:
    ensure(wanted())
    answers(modern, 502, 4)
    modern._send("PUT", "clock", {"now": "2025-09-15T09:02:00+08:00"})
    assert modern.hooks()[0]["alert_status"] == "executable"
    modern.write("issues", {"title": "样机联调"})
    assert len(modern.calls()) == 1


# --- former addresses ------------------------------------------------------------------------------------------------
def left_behind(*urls: str) -> Subscription:
    return replace(wanted(), former=frozenset(urls))


def test_旧地址的改到新地址_订阅和密钥一起_别人的不动(server: Server, ensure: Any) -> None:
    server.hooks("POST", url=OLD, push_events=True)
    server.hooks("POST", url=STRANGER, push_events=True)
    (dry,) = ensure(left_behind(OLD), dry_run=True)
    assert (dry.state, "还指着旧地址" in dry.message) == ("mend", True)
    assert urls(server) == [OLD, STRANGER]
    assert states(ensure(left_behind(OLD))) == ["mend"]
    assert urls(server) == [URL, STRANGER]
    assert states(ensure(left_behind(OLD))) == ["well"]
    server.write("issues", {"title": "样机联调"})
    assert [call["headers"]["X-Gitlab-Token"] for call in server.calls()] == [wanted().secret.reveal()]


def test_新地址已经有了_旧的删去(server: Server, ensure: Any) -> None:
    ensure(wanted())
    for url in (OLD, STRANGER, OLDER):
        server.hooks("POST", url=url, push_events=True)
    (dry,) = ensure(left_behind(OLD, OLDER), dry_run=True)
    assert (dry.state, "删去旧地址的登记 2 个" in dry.message) == ("mend", True)
    assert len(urls(server)) == 4
    assert states(ensure(left_behind(OLD, OLDER))) == ["mend"]
    assert urls(server) == [URL, STRANGER]
    assert states(ensure(left_behind(OLD, OLDER))) == ["well"]


def test_几个旧地址_留一个改好_其余删去(server: Server, ensure: Any) -> None:
    for url in (OLD, OLDER):
        server.hooks("POST", url=url, push_events=True)
    ensure(left_behind(OLD, OLDER))
    assert urls(server) == [URL]


def test_没有说是我们的_一个也不动(server: Server, ensure: Any) -> None:
    server.hooks("POST", url=OLD, push_events=True)
    assert states(ensure(wanted())) == ["make"]
    assert urls(server) == [OLD, URL]


def test_现在的地址不会被当成旧的删去(server: Server, ensure: Any) -> None:
    ensure(wanted())
    assert states(ensure(left_behind(URL))) == ["well"]
    assert urls(server) == [URL]
