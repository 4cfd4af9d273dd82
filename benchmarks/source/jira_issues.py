"""Issues as Jira Cloud answers a search: 10 to 11 KB each, some sixty fields, comments and five entries of history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from random import Random
from typing import TypeAlias

from benchmarks.source import words

Json: TypeAlias = dict[str, object]

HOME = "https://nordpark.atlassian.net"
FIRST = 10_001
"""Id of the first issue; ids and the numbers of keys go up one by one."""
KINDS = 200
"""Different issues; then they begin anew under other ids."""
_ID, _NUMBER = b"@ID@", b"@NUMBER@"
_STATUSES = (("待办", "new", 2), ("处理中", "indeterminate", 4), ("完成", "done", 3))
_CUSTOM = {10015: "Start date", 10020: "Sprint", 10031: "审批人", 10032: "客户", 10016: "Story point estimate"}
_EMPTY = range(10_040, 10_068)


def page(numbers: Sequence[int], frame: Json) -> bytes:
    """The answer to a search that found these issues (0, 1, …); ``frame``: what stands beside them."""
    rows = b",".join(issue(number) for number in numbers)
    beside = json.dumps(frame)[1:-1].encode()
    return b'{"issues":[' + rows + b"]" + (b"," + beside if beside else b"") + b"}"


def issue(number: int) -> bytes:
    """One of them, as JSON."""
    identity, key = str(FIRST + number).encode(), str(number + 1).encode()
    return _kind(number % KINDS).replace(_ID, identity).replace(_NUMBER, key)


def fields() -> list[Json]:
    """What ``/field`` says."""
    custom = {**_CUSTOM, **{number: f"备用字段 {number}" for number in _EMPTY}}
    native: list[Json] = [{"id": name, "name": name, "custom": False} for name in ("summary", "status", "assignee")]
    return native + [{"id": f"customfield_{id_}", "name": name, "custom": True} for id_, name in custom.items()]


def me() -> Json:
    return {"accountId": "557058:collab", "displayName": "协同助手", "emailAddress": "bot@example.test"}


def workflow() -> list[Json]:
    """What ``/project/NPX/statuses`` says."""
    return [{"id": "1", "name": "任务", "subtask": False, "statuses": [_status(*one) for one in _STATUSES]}]


def comments() -> Json:
    """What ``/issue/‹id›/comment`` says of whichever issue."""
    return _comments(Random(1))


@cache
def _kind(number: int) -> bytes:
    dice = Random(number)
    shown = {"expand": "operations,versionedRepresentations", "id": "@ID@", "self": f"{HOME}/rest/api/3/issue/@ID@"}
    found = {**shown, "key": "NPX-@NUMBER@", "fields": _fields(dice), "changelog": _changelog(dice)}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def _fields(dice: Random) -> Json:
    status, people = _status(*dice.choice(_STATUSES)), [_user(dice.randrange(12)) for _ in range(3)]
    day = f"{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
    return {
        "statuscategorychangedate": f"2025-{day}T10:00:00.000+0800",
        "issuetype": _named("10002", "任务", iconUrl=f"{HOME}/images/10318.svg", subtask=False, hierarchyLevel=0),
        "timespent": None,
        "project": _named("10000", "样机量产", key="NPX", projectTypeKey="software", avatarUrls=_avatars("project")),
        "fixVersions": [_named("10100", "V1.2", released=False, archived=False)] if dice.random() < 0.4 else [],
        "customfield_10031": _user(dice.randrange(12)) if dice.random() < 0.3 else None,
        "customfield_10032": {"self": f"{HOME}/option/1", "value": "华东大区", "id": "1"},
        "customfield_10015": f"2025-{day}",
        "customfield_10016": 3.0,
        "customfield_10019": f"0|i{dice.getrandbits(40):08x}:",
        "customfield_10020": [{"id": 7, "name": "冲刺 7", "state": "active", "boardId": 1, "goal": "样机"}],
        **dict.fromkeys((f"customfield_{number}" for number in _EMPTY), None),
        "aggregatetimespent": None,
        "resolution": _named("10000", "完成") if status["name"] == "完成" else None,
        "resolutiondate": f"2025-{day}T10:00:00.000+0800" if status["name"] == "完成" else None,
        "workratio": -1,
        "lastViewed": None,
        "watches": {"self": f"{HOME}/rest/api/3/issue/NPX-@NUMBER@/watchers", "watchCount": 2, "isWatching": False},
        "created": f"2025-{day}T09:00:00.000+0800",
        "updated": f"2025-{day}T18:30:00.000+0800",
        "priority": _named("3", dice.choice(("Medium", "High")), iconUrl=f"{HOME}/images/medium.svg"),
        "labels": dice.sample(["部门::研发部", "紧急度::高", "重要度::中", "样机", "量产", "优先级::高"], 3),
        "timeestimate": None,
        "versions": [],
        "issuelinks": [_link(dice)] if dice.random() < 0.25 else [],
        "assignee": people[0],
        "status": status,
        "components": [_named("10010", dice.choice(("研发部", "采购部", "品质部")))],
        "timeoriginalestimate": None,
        "description": _doc(_description(dice)),
        "security": None,
        "summary": words.title(dice),
        "creator": people[1],
        "subtasks": [],
        "reporter": people[1],
        "aggregateprogress": {"progress": 0, "total": 0},
        "environment": None,
        "duedate": f"2026-{day}",
        "progress": {"progress": 0, "total": 0},
        "votes": {"self": f"{HOME}/rest/api/3/issue/NPX-@NUMBER@/votes", "votes": 0, "hasVoted": False},
        "comment": _comments(dice),
    }


def _description(dice: Random) -> list[Json]:
    section = words.section(dice)
    heading: list[Json] = (
        [{"type": "heading", "attrs": {"level": 2}, "content": [_text("协同信息")]}] if section else []
    )
    return [_paragraph(words.paragraph(dice)), _paragraph(words.paragraph(dice)), *heading, *map(_paragraph, section)]


def _comments(dice: Random) -> Json:
    here = f"{HOME}/rest/api/3/issue/@ID@/comment"
    found = [_comment(dice, f"{here}/1", "2025-11-03T14:00:00.000+0800") for _ in range(dice.randint(1, 2))]
    return {"comments": found, "self": here, "maxResults": len(found), "total": len(found), "startAt": 0}


def _comment(dice: Random, here: str, at: str) -> Json:
    by = _user(dice.randrange(12))
    body = _doc([_paragraph(line) for line in words.comment(dice)])
    said: Json = {"self": here, "id": str(dice.randint(10_000, 99_999)), "author": by, "body": body}
    return {**said, "updateAuthor": by, "created": at, "updated": at, "jsdPublic": True}


def _changelog(dice: Random) -> Json:
    steps = [("status", "待办", "处理中"), ("duedate", "2026-01-05", "2026-01-12"), ("assignee", "吴敏", "何平")]
    steps += [("labels", "样机", "样机 量产"), ("priority", "Medium", "High")]
    histories = [
        {
            "id": str(dice.randint(20_000, 900_000)),
            "author": _user(dice.randrange(12)),
            "created": f"2025-11-{number + 4:02}T11:00:00.000+0800",
            "items": [_changed(*step)],
        }
        for number, step in reversed(list(enumerate(steps)))
    ]
    return {"startAt": 0, "maxResults": len(histories), "total": len(histories), "histories": histories}


def _changed(field: str, old: str, new: str) -> Json:
    ends: Json = {"from": old, "fromString": old, "to": new, "toString": new}
    return {"field": field, "fieldtype": "jira", "fieldId": field, **ends}


def _link(dice: Random) -> Json:
    other = {"id": "10001", "key": f"NPX-{dice.randint(1, 400)}", "fields": {"summary": words.title(dice)}}
    return {"id": "1", "type": {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"}, "inwardIssue": other}


def _status(name: str, category: str, number: int) -> Json:
    said = {"self": f"{HOME}/rest/api/3/statuscategory/{number}", "id": number, "key": category, "name": name}
    return _named(str(number), name, description="", statusCategory=said)


def _named(identity: str, name: str, **more: object) -> Json:
    return {"self": f"{HOME}/rest/api/3/thing/{identity}", "id": identity, "name": name, **more}


def _user(number: int) -> Json:
    identity = f"557058:{number:08x}-7c1e-4d0a"
    said: Json = {"self": f"{HOME}/rest/api/3/user?accountId={identity}", "accountId": identity}
    said |= {"avatarUrls": _avatars(f"{number:032x}"), "displayName": words.PEOPLE[number], "active": True}
    return {**said, "timeZone": "Asia/Shanghai", "accountType": "atlassian"}


def _avatars(of: str) -> Json:
    return {f"{size}x{size}": f"https://avatar.example.test/{of}/{size}" for size in (48, 24)}


def _doc(content: list[Json]) -> Json:
    return {"type": "doc", "version": 1, "content": content}


def _paragraph(text: str) -> Json:
    return {"type": "paragraph", "content": [_text(text)]}


def _text(text: str) -> Json:
    return {"type": "text", "text": text}
