"""A small office over a sandbox: one Jira project, one GitLab project, one rule; and its command line."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import structlog
from click.testing import CliRunner, Result

from collab_sync.cli.main import cli
from collab_sync.sandbox.house import open_house

TOKEN = "glpat-NIEMALS-ZEIGEN-0815"  # not a real one
FIRMWARE = "rd/x1-firmware"

SETTINGS = """\
connections:
  - {{name: jira, kind: jira, url: "{url}/jira", user: bot@collab.example, edition: cloud}}
  - {{name: gitlab, kind: gitlab, url: "{url}/gitlab"}}
clock: "sandbox:{url}"
"""

RULES = {
    "mapping.yaml": """\
projects:
  - {name: jira-npx, connection: jira, project: NPX}
  - {name: gl-firmware, connection: gitlab, project: rd/x1-firmware}
""",
    "calendars/short.yaml": 'key: short\ntz: Asia/Shanghai\nhours: ["09:00", "18:00"]\nvalid_through: 2026-12-31\n',
    "organisation/office.yaml": """\
departments:
  - {key: rd, name: 研发部, lead: 李明}
  - {key: office, name: 协同办公室, lead: 林珊, liaison: 林珊, office: true}
people:
  - {key: 李明, dept: rd, identities: [{jira: u-li, gitlab: li.ming}]}
  - {key: 林珊, dept: office, identities: [{jira: u-lin, gitlab: lin.shan}]}
  - {key: bot, bot: true, identities: [{jira: u-bot, gitlab: collab-bot}]}
roles: {协同办公室: [林珊]}
rollout: {default: full}
home: gl-firmware
""",
    "escalation/rules.yaml": """\
rules:
  - id: overdue
    name: 逾期提醒
    seeds: [S0-59]
    for: work_item
    where: {type: 任务, open: true, due: present}
    when:
      clock: {start: due, unit: wd, stop: {open: false}}
    steps:
      - after: ">0wd"
        do:
          - label: {add: 延期}
          - comment: {mode: sticky, key: overdue, to: [R], text: "已过截止日 {{ s.due }}。"}
""",
}


class Office:
    """The folder of an office, its sandbox, its command line and what its people do."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.env: dict[str, str | None] = {"COLLAB_JIRA_TOKEN": TOKEN, "COLLAB_GITLAB_TOKEN": TOKEN}
        self.write("collab-sync.yaml", SETTINGS.format(url=url))
        for name, text in RULES.items():
            self.write(f"rules/{name}", text)
        self.control("POST", "seed", SEED)
        self.at("2025-09-15T09:00:00+08:00")

    @property
    def settings(self) -> Path:
        return self.folder / "collab-sync.yaml"

    @property
    def database(self) -> Path:
        return self.folder / "collab-sync.sqlite"

    def __call__(self, *arguments: str) -> Result:
        """The command line with these arguments and our settings; no secret may be in what it prints."""
        result = CliRunner().invoke(cli, ["--settings", str(self.settings), *arguments], env=self.env)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert TOKEN not in result.output
        assert "Traceback" not in result.output
        return result

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--format", "json").stdout)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Replaces a text that must be there in one of the office's files."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    # --- the world outside -------------------------------------------------------------------------------------
    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, f"{self.url}/__sandbox/{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def at(self, time: str) -> None:
        self.control("PUT", "clock", {"now": time})

    def dump(self) -> Any:
        return self.control("GET", "dump")

    def tasks(self) -> None:
        """Two tasks of 李明, due on Wednesday 2025-09-17."""
        pair = base64.b64encode(b"lin@yunfan.example:t-lin").decode()
        fields: dict[str, Any] = {"project": {"key": "NPX"}, "issuetype": {"name": "任务"}, "summary": "采购模具"}
        fields |= {"duedate": "2025-09-17", "assignee": {"accountId": "u-li"}}
        self._post("/jira/rest/api/3/issue", {"fields": fields}, {"Authorization": f"Basic {pair}"})
        issue = {"title": "固件 \x1b[31m编译", "due_date": "2025-09-17", "assignee_ids": [2]}
        self._post("/gitlab/api/v4/projects/rd%2Fx1-firmware/issues", issue, {"PRIVATE-TOKEN": "t-lin.shan"})

    def _post(self, path: str, body: Any, headers: dict[str, str]) -> None:
        requests.post(f"{self.url}{path}", json=body, headers=headers, timeout=10).raise_for_status()

    def overdue(self) -> None:
        """We know the empty projects; then two tasks came, and their day went by."""
        assert self("run", "--once").exit_code == 0
        self.at("2025-09-16T10:00:00+08:00")
        self.tasks()
        self.at("2025-09-18T10:00:00+08:00")


SEED = {
    "users": [
        {
            "name": "李明",
            "jira": {"accountId": "u-li", "email": "li@yunfan.example", "token": "t-li"},
            "gitlab": {"username": "li.ming", "token": "t-li.ming", "id": 2},
        },
        {
            "name": "林珊",
            "jira": {"accountId": "u-lin", "email": "lin@yunfan.example", "token": "t-lin"},
            "gitlab": {"username": "lin.shan", "token": "t-lin.shan", "id": 3},
        },
        {
            "name": "协同助手",
            "bot": True,
            "jira": {"accountId": "u-bot", "email": "bot@collab.example", "token": TOKEN},
            "gitlab": {"username": "collab-bot", "token": TOKEN, "id": 4},
        },
    ],
    "jira": {"projects": [{"key": "NPX", "types": ["任务", "风险"]}], "time_zone": "Asia/Shanghai"},
    "gitlab": {"projects": [{"path": FIRMWARE}]},
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_house() as house:
        yield Office(tmp_path, house.url)


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Commands set up logging for their process; the tests' own is put back."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()
