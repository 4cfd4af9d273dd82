"""Secrets go in by every road and come out by none: not in what a command prints, not in logs, not in what the daemon
answers, not in the database. A tracker that sends back what it was sent (a debug page, a proxy) is the worst of them.
"""

from __future__ import annotations

import base64
import io
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import structlog
from click.testing import CliRunner
from tests.cli.conftest import TOKEN

from collab_sync.cli.compose import desks, load_ruling, open_runtime
from collab_sync.cli.main import cli
from collab_sync.cli.session.invocation import secrets_in
from collab_sync.cli.terminal.sentences import exit_code_of, tokens_in
from collab_sync.config import load_settings
from collab_sync.daemon.hooks.reception import Reception
from collab_sync.daemon.hooks.route import hook_routes
from collab_sync.daemon.http.app import app
from collab_sync.daemon.http.door import Door
from collab_sync.daemon.http.health import health_routes
from collab_sync.daemon.loop import Daemon
from collab_sync.daemon.witness import Witness
from collab_sync.log import configure_logging

if TYPE_CHECKING:
    from tests.cli.conftest import Office

JIRA_TOKEN = "Xk29vQpLm84tRzWb7"  # of no known shape, so that no pattern masks it
OLD_TOKEN, OTHER = "Yn71aKcHs35uEgDf2", "Zr58oIxMb09wTqVj6"
PAIR = base64.b64encode(f"bot@collab.example:{JIRA_TOKEN}".encode()).decode()
HOOKS = ("hook-Mq4hNd8sWf2kLp6x", "hook-Bv7cRt3yGj9eUz1a")
SECRETS = (JIRA_TOKEN, TOKEN, OLD_TOKEN, PAIR, *HOOKS, "proxy-P4ssw0rt-77")
COMMANDS: Sequence[tuple[str, ...]] = (
    ("doctor",),
    ("plan",),
    ("run", "--once"),
    ("status",),
    ("outbox", "list"),
    ("outbox", "list", "--state", "dead", "--state", "unknown", "--state", "pending"),
    ("explain", "NPX-1"),
    ("webhooks", "ensure"),
    ("rules", "check"),
    ("undo", "--list"),
    ("page", "list"),
    ("outbox", "retry", "--all"),
)
JSON = frozenset({"doctor", "plan", "status", "list", "ensure", "--list"})


@pytest.fixture
def secretive(office: Office, tmp_path: Path) -> Office:
    """Tokens from the environment and from a file (a new one in the first line), secrets of hooks likewise."""
    office.control("POST", "seed", {"users": [{"name": "协同助手", "bot": True, "jira": {
        "accountId": "u-bot", "email": "bot@collab.example", "token": JIRA_TOKEN, "admin": True}}]})  # fmt: skip
    (tmp_path / "gitlab-token").write_text(f"{TOKEN}\n", encoding="utf-8")
    (tmp_path / "hooks").write_text("\n".join(HOOKS), encoding="utf-8")
    office.change(
        "collab-sync.yaml",
        "connections:",
        'http: {listen: "127.0.0.1:0", public_url: "https://collab.example"}\nconnections:',
    )
    office.env = {
        "COLLAB_JIRA_TOKEN": JIRA_TOKEN,
        "COLLAB_GITLAB_TOKEN": None,
        "COLLAB_GITLAB_TOKEN_FILE": str(tmp_path / "gitlab-token"),
        "COLLAB_GITLAB_WEBHOOK_SECRET_FILE": str(tmp_path / "hooks"),
        "COLLAB_JIRA_WEBHOOK_SECRET": HOOKS[0],
    }
    return office


def echo(office: Office, match: dict[str, str], status: int) -> None:
    """Each tracker answers with everything that it could know of us."""
    url = f"https://bot:{JIRA_TOKEN}@jira.example/"
    known = {"jira": f"{JIRA_TOKEN} Basic {PAIR} {PAIR} {url}", "gitlab": f"{TOKEN} https://bot:{TOKEN}@x/"}
    for tracker, told in known.items():
        words = f"{told} {' '.join(HOOKS)}"
        body = json.dumps({"errorMessages": [words], "message": words, "errors": {"x": words}, "error": words})
        headers = {"Content-Type": "application/json", "X-Request-Id": words}
        effect = {"status": status, "body": body, "headers": headers}
        path = f"^/{tracker}/.*({match.get('path', '')})"
        office.control("POST", "faults", {"match": {**match, "path": path}, "effect": effect})


def printed(office: Office, *arguments: str) -> str:
    """Everything that a command writes, also where it fails: stdout, stderr and its logs."""
    runner = CliRunner(env=office.env)
    with runner.isolation(env=office.env) as (out, err, _):
        exit_code_of(
            lambda: cli.main(["--settings", str(office.settings), "--verbose", *arguments], standalone_mode=False)
        )
        return out.getvalue().decode() + err.getvalue().decode()


def leaks(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


ROADS: Sequence[tuple[str, dict[str, str], int]] = (
    ("读被拒", {"method": "GET"}, 401),
    ("读出错", {"method": "GET", "path": "issue|search"}, 400),
    ("写被拒", {"method": "POST", "path": "comment|notes"}, 400),
    ("写不明", {"method": "POST|PUT", "path": "issue|notes"}, 502),
    ("没有权限", {"method": "POST|PUT", "path": "issue|notes|webhook|hooks"}, 403),
    ("限流", {"method": "POST|PUT"}, 429),
)


@pytest.mark.parametrize(("match", "status"), [road[1:] for road in ROADS], ids=[road[0] for road in ROADS])
def test_对方把我们的令牌原样送回来_哪个命令也不说_库里也没有(
    secretive: Office, match: dict[str, str], status: int
) -> None:
    secretive.overdue()
    echo(secretive, match, status)
    shown: dict[str, str] = {}
    for command in COMMANDS:
        shown[" ".join(command)] = printed(secretive, *command)
        if JSON & set(command):
            shown[" ".join((*command, "json"))] = printed(secretive, *command, "--format", "json")
    assert {command: leaks(text) for command, text in shown.items() if leaks(text)} == {}
    assert "•••" in "".join(shown.values()), "the words of the tracker did come through, masked"
    assert "Traceback" not in "".join(shown.values())
    for path in secretive.folder.glob("collab-sync.sqlite*"):
        assert [secret for secret in SECRETS if secret.encode() in path.read_bytes()] == []


SETTINGS = (
    ("地址里有口令", "url: \"{url}/gitlab\"", "url: \"http://bot:proxy-P4ssw0rt-77@gitlab.example\""),
    ("令牌写进了设置", "kind: gitlab,", "kind: gitlab, token: proxy-P4ssw0rt-77,"),
    ("代理的地址里有口令", "kind: gitlab,", "kind: gitlab, proxies: {http: \"http://me:proxy-P4ssw0rt-77@127.0.0.1:9\"},"),
    ("对外的地址里有口令", "https://collab.example", "https://me:proxy-P4ssw0rt-77@collab.example"),
    ("写成了别的形状", "kind: gitlab,", "kind: gitlab, page_size: proxy-P4ssw0rt-77,"),
    ("时钟的地址里有口令", 'clock: "sandbox:{url}"', 'clock: "sandbox:http://me:proxy-P4ssw0rt-77@127.0.0.1:9"'),
)  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [one[1:] for one in SETTINGS], ids=[one[0] for one in SETTINGS])
def test_设置里写错了地方的口令也不说(secretive: Office, old: str, new: str) -> None:
    secretive.change("collab-sync.yaml", old.format(url=secretive.url), new)
    for command in COMMANDS:
        assert leaks(printed(secretive, *command)) == [], command


def test_换令牌的时候_新旧两行都遮住(secretive: Office, tmp_path: Path) -> None:
    (tmp_path / "gitlab-token").write_text(f"{OTHER}\n{OLD_TOKEN}\n", encoding="utf-8")
    assert {OTHER, OLD_TOKEN} <= set(tokens_in({name: value for name, value in secretive.env.items() if value}))


# --- the daemon ------------------------------------------------------------------------------------------------------
@pytest.fixture
def log() -> Iterator[io.StringIO]:
    yield io.StringIO()
    structlog.reset_defaults()


class Careless:
    """Somebody's defect: an exception that says what it was given."""

    def __call__(self) -> Any:
        raise ValueError(f"cannot use {JIRA_TOKEN} and {PAIR} and https://me:{TOKEN}@x/")


@pytest.mark.parametrize("style", ["text", "json"])
def test_守护进程的日志_回答和指标里都没有(secretive: Office, log: io.StringIO, style: Any) -> None:
    """Echoing trackers, calls that carry secrets, a defect with a traceback; everything down to debug."""
    secretive.overdue()
    echo(secretive, {"method": "POST", "path": "comment|notes"}, 400)
    environment = {name: value for name, value in secretive.env.items() if value}
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    configure_logging(
        style, secrets=secrets_in(load_settings(secretive.settings), environment), verbose=True, stream=log
    )
    try:
        shown = _lived(secretive, environment)
    finally:
        root.handlers = handlers
        root.setLevel(level)
    assert leaks(log.getvalue()) == []
    assert "ValueError" in log.getvalue()
    assert [leaks(text) for text in shown if leaks(text)] == []
    assert any("collab_sync_hook_calls_total" in text for text in shown)


def _lived(office: Office, environment: dict[str, str]) -> list[str]:
    """Some beats, some calls, and whatever can be had over HTTP."""
    settings = load_settings(office.settings)
    with ExitStack() as stack:
        runtime = stack.enter_context(open_runtime(settings, environment))
        witness = Witness()
        daemon = Daemon(runtime, settings.rules, lambda: load_ruling(settings.rules, settings), witness, witness.hints)
        told = Reception(desks(settings, environment), runtime.clock, witness.hints, runtime.projects, witness.tally)
        door = stack.enter_context(closing(Door()))
        door.open("127.0.0.1:0", app([*health_routes(witness, runtime.clock), *hook_routes(told)]))
        daemon.beat()
        shown = []
        for connection in ("jira", "gitlab", "nobody", JIRA_TOKEN):
            headers = {
                "X-Gitlab-Token": HOOKS[0],
                "X-Hub-Signature": f"sha256={TOKEN}",
                "Authorization": f"Basic {PAIR}",
            }
            body = json.dumps({"token": TOKEN, "object_kind": HOOKS[1]})
            url = f"http://{door.address}/hooks/{connection}"
            shown.append(requests.post(url, body, params={"key": JIRA_TOKEN}, headers=headers, timeout=10).text)
        daemon.load = Careless()
        office.write("rules/neu.yaml", "rules: []\n")
        daemon._safely()
        daemon.beat()
        return shown + [requests.get(f"http://{door.address}/{one}", timeout=10).text for one in ("metrics", "readyz")]
