"""The office edits while the daemon runs: what is in force, what is said of an edit that cannot be used."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import requests
from tests.cli.process import PATIENCE, Process

if TYPE_CHECKING:
    from tests.cli.conftest import Office

RULES = "rules/escalation/rules.yaml"
BROKEN = "磁盘上的规则有错,仍按上一版执行"


class Watched:
    """A daemon that beats every five seconds and answers over HTTP."""

    def __init__(self, office: Office) -> None:
        text = office.settings.read_text(encoding="utf-8")
        office.write("collab-sync.yaml", text + 'poll_seconds: 5\nhttp: {listen: "127.0.0.1:0"}\n')
        self.process = Process(office)
        self.address = self.process.until("listening").split("address=")[1].strip()

    def ready(self) -> tuple[int, bool]:
        answer = requests.get(f"http://{self.address}/readyz", timeout=PATIENCE)
        return answer.status_code, any(BROKEN in reason for reason in answer.json()["reasons"])

    def figure(self, name: str) -> float:
        text = requests.get(f"http://{self.address}/metrics", timeout=PATIENCE).text
        return float(next(line.split()[1] for line in text.splitlines() if line.startswith(f"collab_sync_{name} ")))


@pytest.fixture
def watched(office: Office) -> Iterator[Watched]:
    office.overdue()
    found = Watched(office)
    try:
        found.process.until("heartbeat")
        yield found
    finally:
        found.process.close()


@pytest.mark.parametrize("edit", ["写坏", "文件夹没了"])
def test_不能用的改动_照上一版执行_说一次_改好就过去(office: Office, watched: Watched, edit: str) -> None:
    """Each edit is complained of once; the version in force stays what it was."""
    version = office.json("status")["rules_version"]
    folder, away = office.folder / "rules", office.folder / "移走"
    if edit == "写坏":
        whole = (office.folder / RULES).read_text(encoding="utf-8")
        office.write(RULES, whole.replace("clock:", "clok:"))
    else:
        folder.rename(away)
    watched.process.until("last good version stays in force")
    told = office("status")
    assert (told.exit_code, BROKEN in told.stdout) == (1, True)
    assert office.json("status")["rules_version"] == version
    if edit == "写坏":
        office.write(RULES, whole.replace("逾期提醒", "过期提醒"))
    else:
        shutil.copytree(away, folder)
        office.change(RULES, "逾期提醒", "过期提醒")
    watched.process.until("rules reloaded")
    office.at("2025-09-18T11:00:00+08:00")
    watched.process.until("heartbeat")
    assert sum("last good version" in line for line in watched.process.log) == 1
    assert BROKEN not in office("status").stdout
    assert office.json("status")["rules_version"] != version


def test_不就绪和指标一直说到改好为止(office: Office, watched: Watched) -> None:
    """The beat that meets the broken file still reads and judges: what came in meanwhile is spoken of."""
    assert (watched.ready(), watched.figure("rules_broken")) == ((200, False), 0)
    office.change(RULES, "clock:", "clok:")
    watched.process.until("last good version stays in force")
    office.at("2025-09-18T11:00:00+08:00")
    watched.process.until("heartbeat")
    assert watched.ready() == (503, True)
    assert (watched.figure("rules_broken"), watched.figure("rules_reload_errors_total")) == (1, 1)
    office.change(RULES, "clok:", "clock:")
    watched.process.until("rules reloaded")
    office.at("2025-09-18T12:00:00+08:00")
    watched.process.until("heartbeat")
    assert watched.ready() == (200, False)
    assert (watched.figure("rules_broken"), watched.figure("rules_reload_errors_total")) == (0, 1)


def test_映射_组织和日历改了也在下一轮生效(office: Office, watched: Watched) -> None:
    """A calendar by which people are at home today: nothing more is judged; a mapping without a project: not read."""
    office.change("rules/calendars/short.yaml", "key: short\n", "key: short\nweek: [周六]\n")
    office.change("rules/mapping.yaml", "  - {name: jira-npx, connection: jira, project: NPX}\n", "")
    office.change("rules/organisation/office.yaml", "lead: 李明", "lead: 林珊")
    watched.process.until("rules reloaded")
    before = str(office.dump()).count("已过截止日")
    office.tasks()
    office.at("2025-09-18T11:00:00+08:00")
    watched.process.until("heartbeat")
    shown = office("status").stdout
    assert ("jira-npx" in shown, "gl-firmware" in shown) == (False, True)
    assert str(office.dump()).count("已过截止日") == before


def test_SIGHUP_换了令牌_下一轮就用新的(office: Office) -> None:
    """The token of a file is read anew; the one that was refused is forgotten."""
    token = office.folder / "令牌"
    token.write_text("t-nobody-0815\n", encoding="utf-8")
    office.env["COLLAB_GITLAB_TOKEN_FILE"] = str(token)
    right, office.env["COLLAB_GITLAB_TOKEN"] = office.env["COLLAB_GITLAB_TOKEN"], None
    process = Process(office)
    try:
        process.until("pull failed")
        assert right is not None
        token.write_text(right, encoding="utf-8")
        process.send(signal.SIGHUP)
        process.until("reloaded")
        process.until("heartbeat")
        assert not any("t-nobody-0815" in line or right in line for line in process.log)
    finally:
        process.close()
