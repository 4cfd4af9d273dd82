"""What people do in these days, and when we look: each step is some acts, and then a tick at its time.

Between two steps there is more time than a recovery takes, so that people always answer to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.faults.deaths.office import BOT, CAST, FIRMWARE, HOME, JIRA
from tests.faults.deaths.trackers import Trackers
from tests.unit.calendar.calendar_samples import local

from collab_sync.sandbox.story.gitlab_acts import GitLabActs, description
from collab_sync.sandbox.story.jira_acts import JiraActs, document
from collab_sync.sandbox.story.stage import Stage

MEETING = "应急会议"


class People:
    """Their hands on both trackers."""

    def __init__(self, trackers: Trackers) -> None:
        stage = Stage(trackers.url)
        self.close = stage.close
        self._trackers = trackers
        self.jira = JiraActs(stage, CAST)
        self.gitlab = GitLabActs(stage, CAST)

    def move_in(self) -> None:
        """Accounts, projects, and what was there before us."""
        users = [
            {
                "name": actor.name,
                "bot": actor.bot,
                "jira": {"accountId": actor.account_id, "email": actor.email, "token": actor.token},
                "gitlab": {"username": actor.username, "token": actor.token, "access": "developer"},
            }
            for actor in (*CAST.values(), BOT)
        ]
        lab = {
            "projects": [{"path": FIRMWARE}, {"path": HOME}],
            "settings": {"version": "18.3.0", "edition": "premium"},
        }
        site = {"projects": [{"key": JIRA, "name": "新品"}], "edition": "cloud"}
        self._trackers.control("POST", "seed", {"users": users, "jira": site, "gitlab": lab})
        self.jira_task(1, "旧事", "已定")
        self.gitlab_task(f"{FIRMWARE}#1", "旧固件", "已定")

    def jira_task(self, number: int, title: str, criteria: str = "", **fields: Any) -> None:
        """A task of 李明 in Jira."""
        whole = {"issuetype": {"name": "任务"}, "summary": title, "description": document(_lines(criteria)), **fields}
        self.jira.put(f"{JIRA}-{number}", "李明", {"assignee": {"accountId": CAST["李明"].account_id}, **whole})

    def gitlab_task(self, key: str, title: str, criteria: str = "", **fields: Any) -> None:
        """A task of 李明 in GitLab."""
        text = description(_lines(criteria))
        body = {"key": key, "as": "李明", "title": title, "description": text, "assignee": "李明", **fields}
        self._trackers.control("POST", "gitlab/issues", body)

    def meeting(self) -> str:
        """Key of the meeting that we called, empty if we did not."""
        issues = self._trackers.control("GET", "dump?full=1")["jira"]["issues"].values()
        numbers = [issue["number"] for issue in issues if issue["summary"].startswith(MEETING)]
        return f"{JIRA}-{numbers[0]}" if numbers else ""


def _lines(criteria: str) -> tuple[str, ...]:
    return ("主责部门: 研发部", "审批人: 陈志远", *((f"完成标准: {criteria}",) if criteria else ()))


@dataclass(frozen=True)
class Step:
    """``acts`` happen at ``at``, just before the tick of that time."""

    at: datetime
    acts: Callable[[People], None]


def _nothing(_people: People) -> None:
    """Nobody does anything."""


def _work_begins(people: People) -> None:
    people.jira_task(2, "外壳开模", duedate="2025-09-22")
    people.gitlab_task(f"{FIRMWARE}#2", "蓝牙固件", due_date="2025-09-22")
    people.jira.put(f"{JIRA}-3", "李明", {
        "issuetype": {"name": "任务"},
        "summary": "谁有样机",
        "labels": ["类型::问题"],
        "description": document(_lines("")),
    })  # fmt: skip


def _somebody_completes(people: People) -> None:
    people.gitlab.field(f"{FIRMWARE}#2", "完成标准", "通过一百次配对", CAST["李明"])
    people.jira.comment(f"{JIRA}-3", ["【响应】", "内容:样机在实验室。"], CAST["李明"])


def _the_meeting_decides(people: People) -> None:
    lines = ["【决议】", "- 改签物流商;研发部;2025-09-26", "- 重排海报;市场部;2025-09-29", "- 没有期限的事"]
    if meeting := people.meeting():
        people.jira.comment(meeting, lines, CAST["陈志远"])


def _one_is_done(people: People) -> None:
    people.jira.status(f"{JIRA}-2", "已完成", CAST["李明"])
    people.gitlab.comment(f"{FIRMWARE}#2", ["还差一项测试"], CAST["李明"])


STEPS: Sequence[Step] = (
    Step(local("09-22 09:00"), _nothing),
    Step(local("09-22 10:00"), _work_begins),
    Step(local("09-22 17:30"), _nothing),
    Step(local("09-23 09:00"), _nothing),
    Step(local("09-23 10:00"), _somebody_completes),
    Step(local("09-24 09:00"), _nothing),
    Step(local("09-24 10:00"), _the_meeting_decides),
    Step(local("09-24 17:30"), _nothing),
    Step(local("09-25 09:00"), _one_is_done),
    Step(local("09-26 09:00"), _nothing),
)
