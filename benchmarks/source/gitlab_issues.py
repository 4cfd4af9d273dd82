"""Issues as GitLab lists them: 3.3 to 4 KB each; notes for those that have any."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import TypeAlias

from benchmarks.source import words

Json: TypeAlias = dict[str, object]

HOME = "https://gitlab.example.test"
PROJECT = "rd/x1-firmware"
FIRST = 5_000_001
"""Id of the first issue; its number inside the project is 1, and both go up one by one."""
KINDS = 200
"""Different issues; then they begin anew under other ids."""
NOTED = 10
"""Where notes are wanted every tenth issue has some: GitLab gives them issue by issue."""
_ID, _IID, _AT = b"@ID@", b"@IID@", b"@AT@"
_BEGAN = datetime(2021, 1, 4, 1, 2, 3, 4000, tzinfo=UTC)
_LABELS = ("部门::研发部", "紧急度::高", "重要度::中", "进度::进行中", "样机", "量产", "类型::问题", "项目::X1")


def page(numbers: Sequence[int], *, noted: bool) -> bytes:
    """A page of the list with these issues (0, 1, …)."""
    return b"[" + b",".join(_issue(number, noted=noted) for number in numbers) + b"]"


def notes(iid: int) -> bytes:
    """The notes of one issue."""
    dice = Random(iid)
    found = [_note(dice, number) for number in range(3)]
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def me() -> Json:
    return {"id": 99, "username": "collab", "name": "协同助手", "bot": True}


def _issue(number: int, *, noted: bool) -> bytes:
    kind = _kind(number % KINDS, noted and number % NOTED == 0)
    kind = kind.replace(_ID, str(FIRST + number).encode()).replace(_IID, str(number + 1).encode())
    return kind.replace(_AT, (_BEGAN + timedelta(minutes=number)).isoformat(timespec="milliseconds")[:23].encode())


def created_since(text: str) -> int:
    """The first issue that is not older than this instant."""
    return math.ceil((datetime.fromisoformat(text) - _BEGAN) / timedelta(minutes=1))


@cache
def _kind(number: int, noted: bool) -> bytes:
    dice = Random(number)
    due = f"2026-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
    here = f"{HOME}/api/v4/projects/7/issues/@IID@"
    found: Json = {
        "id": "@ID@",
        "iid": "@IID@",
        "project_id": 7,
        "title": words.title(dice),
        "description": _description(dice),
        "state": "opened",
        "created_at": "@AT@Z",
        "updated_at": "@AT@Z",
        "closed_at": None,
        "closed_by": None,
        "weight": None,
        "epic": None,
        "iteration": None,
        "health_status": None,
        "labels": dice.sample(_LABELS, 4),
        "milestone": _milestone(),
        "assignees": [_user(dice.randrange(12)), _user(dice.randrange(12))],
        "author": _user(dice.randrange(12)),
        "type": "ISSUE",
        "assignee": _user(dice.randrange(12)),
        "user_notes_count": 3 if noted else 0,
        "merge_requests_count": 0,
        "upvotes": 0,
        "downvotes": 0,
        "due_date": due,
        "confidential": False,
        "discussion_locked": None,
        "issue_type": "issue",
        "web_url": f"{HOME}/{PROJECT}/-/issues/@IID@",
        "time_stats": {"time_estimate": 0, "total_time_spent": 0, "human_time_estimate": None},
        "task_completion_status": {"count": 0, "completed_count": 0},
        "blocking_issues_count": 0,
        "has_tasks": True,
        "_links": {"self": here, "notes": f"{here}/notes", "award_emoji": f"{here}/award_emoji", "project": here},
        "references": {"short": "#@IID@", "relative": "#@IID@", "full": f"{PROJECT}#@IID@"},
        "severity": "UNKNOWN",
        "moved_to_id": None,
        "imported": False,
        "service_desk_reply_to": None,
    }
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return text.replace('"@ID@"', "@ID@").replace('"iid":"@IID@"', '"iid":@IID@').encode()


def _description(dice: Random) -> str:
    section = words.section(dice)
    lines = [*(words.paragraph(dice) for _ in range(4)), "", *(["## 协同信息", ""] if section else [])]
    return "\n".join([*lines, *(f"- {line}" for line in section)])


def _milestone() -> Json:
    said: Json = {"id": 3, "iid": 1, "project_id": 7, "title": "V1.2", "description": "样机量产", "state": "active"}
    return {**said, "due_date": "2026-03-31", "web_url": f"{HOME}/{PROJECT}/-/milestones/1"}


def _note(dice: Random, number: int) -> Json:
    at = f"2025-11-{number + 4:02}T11:00:00.000Z"
    body = "\n".join(words.comment(dice)) if number else "changed due date to January 5, 2026"
    said: Json = {"id": dice.randint(1, 10**9), "type": None, "body": body, "author": _user(dice.randrange(12))}
    return {**said, "created_at": at, "updated_at": at, "system": number == 0, "noteable_type": "Issue"}


def _user(number: int) -> Json:
    said: Json = {"id": number + 1, "username": f"user{number:02}", "name": words.PEOPLE[number], "state": "active"}
    return {**said, "locked": False, "avatar_url": f"{HOME}/uploads/{number:040x}/avatar.png", "web_url": f"{HOME}/u"}
