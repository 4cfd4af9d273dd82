"""Calls of both trackers from end to end, over HTTP: registered as the command does it, written and signed as the
trackers do, taken by the daemon's own door. They bring the next beat forward; whatever else becomes of them, lost,
late, twice, in any order, forged or in floods, what is written in the end is what polling alone would have written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
import requests

from collab_sync.cli.compose import desks, load_ruling, open_runtime
from collab_sync.config import Settings, load_settings
from collab_sync.daemon.hooks.reception import Reception
from collab_sync.daemon.hooks.route import hook_routes
from collab_sync.daemon.http.app import app
from collab_sync.daemon.http.door import Door
from collab_sync.daemon.loop import Daemon
from collab_sync.daemon.witness import Witness
from collab_sync.sandbox.house import open_house

if TYPE_CHECKING:
    from tests.cli.conftest import Office

Call: TypeAlias = dict[str, Any]
PUBLIC = "https://collab.example"
SECRETS = {
    "COLLAB_JIRA_WEBHOOK_SECRET": "hook-NIEMALS-ZEIGEN-2",
    "COLLAB_GITLAB_WEBHOOK_SECRET": "hook-NIEMALS-ZEIGEN-1",
}
PAIR = "bGluQHl1bmZhbi5leGFtcGxlOnQtbGlu"  # lin@yunfan.example:t-lin
WORDS = {
    "type": "doc",
    "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "在办"}]}],
}
_INSTANT = re.compile(r"\d{8}T\d{6}Z")
STEPS = ("2025-09-18T10:00", "2025-09-18T10:05", "2025-09-18T10:10")


def equipped(office: Office) -> Office:
    """An address of our own, secrets for both trackers, an account that administers Jira and maintains the project."""
    office.change(
        "collab-sync.yaml", "connections:", f'http: {{listen: "127.0.0.1:0", public_url: "{PUBLIC}"}}\nconnections:'
    )
    office.env |= SECRETS
    bot = {"accountId": "u-bot", "email": "bot@collab.example", "token": office.env["COLLAB_JIRA_TOKEN"], "admin": True}
    office.control("POST", "seed", {"users": [{"name": "协同助手", "bot": True, "jira": bot}]})
    act = {"act": "access", "project": "rd/x1-firmware", "user": "collab-bot", "level": "maintainer"}
    office.control("POST", "gitlab/acts", act)
    return office


@dataclass
class Running:
    """A daemon in this process; nothing happens in it by itself."""

    office: Office
    daemon: Daemon
    door: Door
    witness: Witness
    seconds: float = 0.0

    def waiting_calls(self) -> list[Call]:
        """What both trackers would have sent since the last time."""
        found = [self.office.control("POST", f"{name}/acts", {"act": "calls"})["calls"] for name in ("jira", "gitlab")]
        return [call for calls in found for call in calls]

    def deliver(self, call: Call, **headers: str) -> int:
        """The status that the tracker gets for its call."""
        url = call["url"].replace(PUBLIC, f"http://{self.door.address}")
        return requests.post(url, call["body"].encode(), headers={**call["headers"], **headers}, timeout=10).status_code

    def hurry(self) -> bool:
        """Whether a hint brings a beat before its time."""
        before = len(self.office.control("GET", "requests")["requests"])
        self.seconds += 10
        self.daemon.hurry(60)
        return len(self.office.control("GET", "requests")["requests"]) > before


def running(office: Office, stack: ExitStack) -> Running:
    settings: Settings = load_settings(office.settings)
    environment = {name: value for name, value in office.env.items() if value}
    runtime = stack.enter_context(open_runtime(settings, environment))
    witness = Witness()
    daemon = Daemon(runtime, settings.rules, lambda: load_ruling(settings.rules, settings), witness, witness.hints)
    told = Reception(desks(settings, environment), runtime.clock, witness.hints, runtime.projects, witness.tally)
    door = stack.enter_context(closing(Door()))
    door.open("127.0.0.1:0", app(hook_routes(told)))
    found = Running(office, daemon, door, witness)
    daemon.elapsed = lambda: found.seconds
    return found


def people(office: Office, step: int) -> None:
    """What people do at each step, on both trackers."""
    jira, gitlab = {"Authorization": f"Basic {PAIR}"}, {"PRIVATE-TOKEN": "t-lin.shan"}
    firmware = "/gitlab/api/v4/projects/rd%2Fx1-firmware/issues"
    if step == 0:
        office.tasks()
    elif step == 1:
        office._post("/jira/rest/api/3/issue/NPX-1/comment", {"body": WORDS}, jira)
        office._post(f"{firmware}/1/notes", {"body": "在办"}, gitlab)
        office._post(firmware, {"title": "补测", "due_date": "2025-09-16", "assignee_ids": [2]}, gitlab)
    else:
        done = {"state_event": "close"}
        url = f"{office.url}{firmware}/1"
        requests.put(url, json=done, headers=gitlab, timeout=10).raise_for_status()
        office.control("POST", "jira/acts", {"act": "delete", "issue": "NPX-1"})


@pytest.fixture
def hooked(office: Office) -> Iterator[Running]:
    with ExitStack() as stack:
        assert {one["state"] for one in equipped(office).json("webhooks", "ensure")} == {"make"}
        yield running(office, stack)


# --- registering -----------------------------------------------------------------------------------------------------
def test_两边都自己登记_再来一次什么也不做_doctor也说好(office: Office) -> None:
    equipped(office)
    assert {one["connection"]: one["state"] for one in office.json("webhooks", "ensure")} == {
        "jira": "make",
        "gitlab": "make",
    }
    assert office("webhooks", "ensure").exit_code == 0
    said = {one["where"]: one["state"] for one in office.json("doctor") if "Webhook" in one["subject"]}
    assert said == {"连接 jira": "ok", "连接 gitlab": "ok"}


def test_地址换了_自己以前的改到新地址_别人的不动(office: Office) -> None:
    equipped(office)
    office("webhooks", "ensure")
    stranger = "https://elsewhere.example/hooks/jira"
    every = {"name": "别人的", "url": stranger, "events": ["jira:issue_created"]}
    bot = requests.auth.HTTPBasicAuth("bot@collab.example", str(office.env["COLLAB_JIRA_TOKEN"]))
    url = f"{office.url}/jira/rest/webhooks/1.0/webhook"
    requests.post(url, json=every, auth=bot, timeout=10).raise_for_status()
    office.change("collab-sync.yaml", PUBLIC, "https://new.example")
    dry = office.json("webhooks", "ensure", "--dry-run")
    assert [(one["state"], "旧地址" in one["message"]) for one in dry] == [("mend", True), ("mend", True)]
    office("webhooks", "ensure")
    assert {one["url"] for one in requests.get(url, auth=bot, timeout=10).json()} == {
        stranger,
        "https://new.example/hooks/jira",
    }
    assert office("webhooks", "ensure").exit_code == 0


def test_没有登记过的数据库_用formerly说出旧地址(office: Office) -> None:
    equipped(office)
    office("webhooks", "ensure")
    office.database.unlink()
    office.change("collab-sync.yaml", PUBLIC, "https://new.example")
    assert {one["state"] for one in office.json("webhooks", "ensure", "--dry-run")} == {"make"}
    found = office.json("webhooks", "ensure", "--formerly", f"{PUBLIC}/")
    assert {one["state"] for one in found} == {"mend"}


# --- delivered -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("tracker", "project"), [("jira", "jira-npx"), ("gitlab", "gl-firmware")], ids=["jira", "gitlab"]
)
def test_一有变化就叫_收下_提前一轮_先读它_写下去(hooked: Running, tracker: str, project: str) -> None:
    office = hooked.office
    hooked.daemon.beat()
    office.at("2025-09-16T10:00:00+08:00")
    people(office, 0)
    hooked.waiting_calls()
    office.at("2025-09-18T10:00:00+08:00")
    assert not hooked.hurry()
    touch(office, tracker)
    calls = [call for call in hooked.waiting_calls() if call["url"].endswith(f"/hooks/{tracker}")]
    assert [hooked.deliver(call) for call in calls] == [202] * len(calls)
    assert hooked.witness.hints.take() == {project}
    hooked.witness.hints.offer([project])
    assert hooked.hurry()
    assert "已过截止日" in str(office.dump())
    assert dict(hooked.witness.tally.counts()) == {(tracker, "accepted"): len(calls)}


def touch(office: Office, tracker: str) -> None:
    """林珊 says something on one of the trackers."""
    if tracker == "jira":
        office._post("/jira/rest/api/3/issue/NPX-1/comment", {"body": WORDS}, {"Authorization": f"Basic {PAIR}"})
    else:
        path = "/gitlab/api/v4/projects/rd%2Fx1-firmware/issues/1/notes"
        office._post(path, {"body": "在办"}, {"PRIVATE-TOKEN": "t-lin.shan"})


# --- whatever becomes of them ----------------------------------------------------------------------------------------
Treatment: TypeAlias = Callable[[Running, list[Call]], None]


def nothing(_: Running, __: list[Call]) -> None:
    """All of them are lost."""


def as_sent(here: Running, calls: list[Call]) -> None:
    for call in calls:
        assert here.deliver(call) == 202


def reversed_(here: Running, calls: list[Call]) -> None:
    as_sent(here, calls[::-1])


def some_lost(here: Running, calls: list[Call]) -> None:
    as_sent(here, calls[::2])


def doubled(here: Running, calls: list[Call]) -> None:
    as_sent(here, [*calls, *calls[::-1], *calls])


def forged(here: Running, calls: list[Call]) -> None:
    """Somebody knows the address and not the secrets."""
    for call in calls:
        lies = {"X-Hub-Signature": "sha256=" + "0" * 64, "X-Gitlab-Token": "hook-ein-anderes-geheimnis"}
        assert here.deliver(call, **lies) == 404
        assert here.deliver({**call, "url": f"{PUBLIC}/hooks/nobody"}) == 404
    assert not here.witness.hints.waiting


def flooded(here: Running, calls: list[Call]) -> None:
    """Each of them many times over, under other numbers as well, between garbage and what is too long."""
    for number in range(20):
        for call in calls:
            new = dict.fromkeys(("X-Atlassian-Webhook-Identifier", "Idempotency-Key"), f"{here.seconds} {number}")
            assert here.deliver(call, **new) == 202
            assert here.deliver({**call, "body": "\x00" * 1000}) in (
                202,
                404,
            )  # GitLab's secret says nothing of the body
    assert here.deliver({**calls[0], "body": "x" * 1_100_000}) == 413


TREATMENTS: Mapping[str, Treatment] = {
    "都丢了": nothing,
    "照发": as_sent,
    "倒着来": reversed_,
    "丢一半": some_lost,
    "重复": doubled,
    "伪造": forged,
    "洪水": flooded,
}


def lived(office: Office, treatment: Treatment) -> tuple[Any, list[tuple[str, str]], int]:
    """Three steps of people, each with its calls and the beats that follow; what is there and what was written in the
    end, and how many beats came early."""
    early = 0
    with ExitStack() as stack:
        equipped(office)("webhooks", "ensure")
        here = running(office, stack)
        office.at("2025-09-16T10:00:00+08:00")
        here.daemon.beat()
        for step, time in enumerate(STEPS):
            office.at(f"{time}:00+08:00")
            people(office, step)
            treatment(here, here.waiting_calls())
            early += here.hurry()
            for second in (30, 31):  # what the first one writes, the second one has read
                office.at(f"{time}:{second}+08:00")
                here.daemon.beat()
            here.waiting_calls()  # of what we wrote ourselves
        with here.daemon.runtime.store.read() as tx:
            rows = tx.outbox(("pending", "sending", "unknown", "done", "dead"))
    return office.dump(), sorted((_INSTANT.sub("T", row.planned.key), row.state) for row in rows), early


@pytest.fixture(scope="module")
def polled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, list[tuple[str, str]], int]:
    """The same life without any call."""
    from tests.cli.conftest import Office

    with open_house() as house:
        return lived(Office(Path(tmp_path_factory.mktemp("polled")), house.url), nothing)


@pytest.mark.parametrize("name", TREATMENTS)
def test_不论叫声怎样_最后写下的都一样(office: Office, polled: Any, name: str) -> None:
    there, rows, early = lived(office, TREATMENTS[name])
    assert rows == polled[1]
    assert there == polled[0]
    assert early == (0 if name in ("都丢了", "伪造") else len(STEPS))


def test_这一生里真的写了些什么(polled: Any) -> None:
    assert len(polled[1]) >= 6
    assert {state for _, state in polled[1]} == {"done"}
    assert "延期" in str(polled[0])
