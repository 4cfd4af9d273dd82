"""webhooks ensure, what doctor says of it, and a daemon that is told of a change before it would have looked."""

from __future__ import annotations

import hmac
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from tests.cli.conftest import Office

FIRMWARE = "rd/x1-firmware"
PATIENCE = 15.0
"""Seconds; shorter than the time between two beats that nobody hints at."""
SECRET, JIRA_SECRET = "hook-NIEMALS-ZEIGEN-1", "hook-NIEMALS-ZEIGEN-2"
HTTP = """\
http: {listen: "127.0.0.1:0", public_url: "https://collab.example"}
poll_seconds: 20
connections:"""


@pytest.fixture
def hooked(office: Office) -> Office:
    """The office with an address of its own and secrets for both trackers; we are a Maintainer on GitLab."""
    office.control(
        "POST", "gitlab/acts", {"act": "access", "project": FIRMWARE, "user": "collab-bot", "level": "maintainer"}
    )
    office.change("collab-sync.yaml", "connections:", HTTP)
    office.env |= {"COLLAB_GITLAB_WEBHOOK_SECRET": SECRET, "COLLAB_JIRA_WEBHOOK_SECRET": JIRA_SECRET}
    return office


def hooks(office: Office) -> Any:
    url = f"{office.url}/gitlab/api/v4/projects/rd%2Fx1-firmware/hooks"
    return requests.get(url, headers={"PRIVATE-TOKEN": str(office.env["COLLAB_GITLAB_TOKEN"])}, timeout=10).json()


def test_没有写明在哪里收_就说写什么(office: Office) -> None:
    result = office("webhooks", "ensure")
    assert result.exit_code == 2
    assert "listen 与 public_url" in result.stderr


def test_登记GitLab的_Jira的请管理员_再来一次只剩要人做的(hooked: Office) -> None:
    dry = hooked("webhooks", "ensure", "--dry-run")
    assert (dry.exit_code, "没有改动" in dry.stdout, hooks(hooked)) == (1, True, [])
    found = hooked.json("webhooks", "ensure")
    assert {one["connection"]: one["state"] for one in found} == {"jira": "manual", "gitlab": "make"}
    assert [one["url"] for one in hooks(hooked)] == ["https://collab.example/hooks/gitlab"]
    again = hooked("webhooks", "ensure")
    assert again.exit_code == 1
    assert "✓ gitlab" in again.stdout
    assert "https://collab.example/hooks/jira" in again.stdout
    assert "NIEMALS" not in again.output + dry.output + json.dumps(found)


def test_全都登记好了是0(hooked: Office) -> None:
    hooked.change("rules/mapping.yaml", "  - {name: jira-npx, connection: jira, project: NPX}\n", "")
    assert hooked("webhooks", "ensure").exit_code == 1
    assert hooked("webhooks", "ensure").exit_code == 0
    assert hooked("webhooks", "ensure", "--renew").exit_code == 1


def test_没有密钥的连接_说怎么给(hooked: Office) -> None:
    hooked.env["COLLAB_GITLAB_WEBHOOK_SECRET"] = None
    result = hooked("webhooks", "ensure")
    assert result.exit_code == 1
    assert "COLLAB_GITLAB_WEBHOOK_SECRET" in result.stdout
    assert hooks(hooked) == []


def test_太短的密钥不用(hooked: Office) -> None:
    hooked.env["COLLAB_GITLAB_WEBHOOK_SECRET"] = f"{SECRET}\n12345"
    result = hooked("webhooks", "ensure")
    assert (result.exit_code, "太短" in result.stderr) == (2, True)


def test_doctor说Webhook在不在_不在也只是提醒(hooked: Office) -> None:
    def said() -> dict[str, str]:
        found = hooked.json("doctor")
        return {one["where"]: one["state"] for one in found if "Webhook" in one["subject"]}

    assert said() == {"连接 jira": "warning", "连接 gitlab": "warning"}
    hooked("webhooks", "ensure")
    assert said() == {"连接 jira": "warning", "连接 gitlab": "ok"}


# --- the daemon --------------------------------------------------------------------------------------------------
class Process:
    """A daemon of its own; ``until`` waits for a line of its log."""

    def __init__(self, office: Office) -> None:
        command = [sys.executable, "-m", "collab_sync", "--settings", str(office.settings), "run"]
        environment = {**os.environ, **{name: value for name, value in office.env.items() if value}}
        self.process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        self._lines: Queue[str] = Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def until(self, words: str) -> str:
        while True:
            line = self._lines.get(timeout=PATIENCE)
            assert "NIEMALS" not in line
            if words in line:
                return line
            assert line, f"ended before {words!r}"

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)
        self._reader.join(timeout=PATIENCE)
        assert self.process.stderr is not None
        self.process.stderr.close()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._lines.put(line)
        self._lines.put("")


@pytest.fixture
def daemon(hooked: Office) -> Iterator[Process]:
    """A daemon whose next look would be 20 seconds away."""
    assert hooked("webhooks", "ensure").exit_code == 1
    hooked.overdue()
    process = Process(hooked)
    try:
        yield process
    finally:
        process.close()


def test_GitLab一有变化就叫一声_守护进程提前读(hooked: Office, daemon: Process) -> None:
    """From the tracker's own call to what we write: sandbox, hook, daemon, label and comment."""
    address = daemon.until("listening").rpartition("address=")[2].strip()
    daemon.until("planned=4")
    hooked.control("POST", "gitlab/acts", {"act": "calls"})
    issue = {"title": "补测", "due_date": "2025-09-17", "assignee_ids": [2]}
    hooked._post("/gitlab/api/v4/projects/rd%2Fx1-firmware/issues", issue, {"PRIVATE-TOKEN": "t-lin.shan"})
    calls = hooked.control("POST", "gitlab/acts", {"act": "calls"})["calls"]
    assert len(calls) == 1
    for call in [*calls, *calls]:
        url = call["url"].replace("https://collab.example", f"http://{address}")
        answer = requests.post(url, data=call["body"].encode(), headers=call["headers"], timeout=10)
        assert answer.status_code == 202
    daemon.until("planned=2")


def test_Jira一有变化也一样_伪造的不算(hooked: Office, daemon: Process) -> None:
    address = daemon.until("listening").rpartition("address=")[2].strip()
    daemon.until("planned=4")
    hooked.tasks()
    body = json.dumps({"webhookEvent": "jira:issue_created", "issue": {"key": "NPX-2"}}).encode()
    for secret, status in (("hook-ein-anderes-geheimnis", 404), (JIRA_SECRET, 202)):
        signature = hmac.new(secret.encode(), body, sha256).hexdigest()
        headers = {"X-Hub-Signature": f"sha256={signature}", "X-Atlassian-Webhook-Identifier": "7f83b165-1"}
        assert (
            requests.post(f"http://{address}/hooks/jira", data=body, headers=headers, timeout=10).status_code == status
        )
    daemon.until("planned=4")
