"""Recorded answers become work items without loss."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from collab_sync.carriers.assemble import assemble
from collab_sync.carriers.raw import RawItem
from collab_sync.model.identity import Account
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.marker import Marker, dumps
from collab_sync.model.work_item import Change, WorkItem
from collab_sync.ports.tracker import Payload
from collab_sync_gitlab import connector, history, normalize
from collab_sync_gitlab.payloads import NotePart, User

FIXTURES = Path(__file__).parents[1] / "fixtures" / "gitlab"
GOLDEN = FIXTURES / "normalized.json"
RENEW = "RENEW_GITLAB_GOLDEN"
PLACE = normalize.Place("gl", "gl-firmware", "rd/x1-firmware")
ME = b'{"id":6,"username":"project_1_bot","name":"\xe5\x8d\x8f\xe5\x90\x8c\xe5\x8a\xa9\xe6\x89\x8b"}'


def record(name: str) -> object:
    return json.loads((FIXTURES / "real-ce-14.2.3" / f"{name}.json").read_text(encoding="utf-8"))["body"]


def encoded(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def raw(issue: object, notes: object = None, links: object = None) -> RawItem:
    return normalize.raw_item(payload(issue, notes, links), PLACE)


def payload(issue: object, notes: object = None, links: object = None) -> Payload:
    parts = [("me", ME), ("issue", encoded(issue))]
    parts += [("notes", encoded(notes))] if notes is not None else []
    parts += [("links", encoded(links))] if links is not None else []
    return normalize.payload(PLACE, 1, parts)


def recorded_items() -> Iterator[RawItem]:
    """Sixteen issues of a public project, then those of our own server with history, links and comments."""
    for line in (FIXTURES / "devlake_issues.jsonl").read_text(encoding="utf-8").splitlines():
        yield raw(json.loads(line)["body"])
    notes = [*msgspec.convert(record("note_list"), list[object]), record("project_bot_note"), record("note_create")]
    yield raw(record("qa_state_now2"), notes, record("issue_links_list"))
    yield raw(record("issue_get"), record("note_list"))
    yield raw(record("issue_confidential"))
    yield raw(record("issue_moved_source"))
    for issue in msgspec.convert(record("list_offset_page1"), list[object])[:5]:
        yield raw(issue)


def test_录下的回答归一化结果与审定的一致() -> None:
    """Set RENEW_GITLAB_GOLDEN=1 to write the file anew; read the difference before committing it."""
    built = msgspec.to_builtins(list(recorded_items()), order="deterministic")
    text = json.dumps(built, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get(RENEW):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_归一化不丢录下的事实() -> None:
    """Every field that means something in the recorded bodies is found again, whatever the golden file says."""
    lines = (FIXTURES / "devlake_issues.jsonl").read_text(encoding="utf-8").splitlines()
    for body in (json.loads(line)["body"] for line in lines):
        item = raw(body)
        assert (item.title, item.status, item.source.key) == (body["title"], body["state"], body["references"]["full"])
        assert item.labels == set(body["labels"])
        assert item.native.get("duedate", (None,))[0] == body["due_date"]
        assert [one.id for one in item.native.get("assignees", ()) if isinstance(one, Account)] == [
            user["username"] for user in body["assignees"]
        ]
        assert (item.done_at is not None) == (body["state"] == "closed")
        assert item.native.get("milestone", (None,))[0] == (body["milestone"] or {}).get("title")


def test_无关的变化不改摘要有关的改() -> None:
    """Votes, avatars, time statistics and the order of fields are noise; a title is not."""
    issue = dict(msgspec.convert(record("issue_get"), dict[str, object]))
    known = payload(issue).digest
    noise = {**dict(reversed(issue.items())), "upvotes": 9, "time_stats": {}, "subscribed": False, "_links": {}}
    assert payload(noise).digest == known
    assert payload({**issue, "title": "别的"}).digest != known
    assert payload(issue, []).digest != known


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("changed due date to September 30, 2025", ("due", None, "2025-09-30")),
        ("changed due date to September  3, 2025", ("due", None, "2025-09-03")),
        ("changed start date to May 1, 2025 and changed due date to May 9, 2025", ("due", None, "2025-05-09")),
        ("removed due date", ("due", None, None)),
        ("changed the description", ("body", None, None)),
        ("assigned to @liming", ("R", None, "liming")),
        ("assigned to @liming and @wang.lei", ("R", None, "liming、wang.lei")),
        ("assigned to @a, @b, and @c", ("R", None, "a、b、c")),
        ("assigned to @liming and unassigned @zhaohang", ("R", "zhaohang", "liming")),
        ("unassigned @zhaohang", ("R", "zhaohang", None)),
        ("changed title from **甲{-旧-}** to **甲{+新+}**", ("title", "甲旧", "甲新")),
        ("closed", ("status", "opened", "closed")),
        ("closed via merge request !2", ("status", "opened", "closed")),
        ("reopened", ("status", "closed", "opened")),
    ],
)
def test_系统记录读成变更(body: str, told: tuple[str, str | None, str | None]) -> None:
    """The sentences that GitLab leaves for what people do to an issue."""
    [change] = changes((body, True))
    assert (change.field, change.old, change.new) == told
    assert change.by == Account("gl", "liming")


@pytest.mark.parametrize(
    "body",
    ["mentioned in issue #2", "changed milestone to %1", "changed due date to Smarch 1, 2025", "changed weight to 3",
     "changed due date to February 30, 2025", "added #2 as child task", "made the issue confidential"],
)  # fmt: skip
def test_看不懂的系统记录不猜(body: str) -> None:
    """Nothing is better than something wrong."""
    assert changes((body, True)) == ()


def test_变更的旧值来自前一条记录() -> None:
    """A system note names the new value only."""
    told = changes(
        ("changed due date to September 20, 2025", True),
        ("changed due date to September 30, 2025", True),
        ("removed due date", True),
    )
    assert [(change.old, change.new) for change in told] == [
        (None, "2025-09-20"),
        ("2025-09-20", "2025-09-30"),
        ("2025-09-30", None),
    ]


def test_人写的同样句子不是变更() -> None:
    """Only the server writes history."""
    assert changes(("closed", False), ("changed due date to September 30, 2025", False)) == ()


def changes(*bodies: tuple[str, bool]) -> tuple[Change, ...]:
    at = datetime(2025, 9, 20, 10, tzinfo=UTC)
    notes = [
        NotePart(id=number, created_at=at, body=body, system=system, author=User(2, "liming"))
        for number, (body, system) in enumerate(bodies)
    ]
    return history.changes(notes, lambda user: Account("gl", user.username))


def firmware() -> ProjectMapping:
    return connector.default_mapping(ProjectMapping(name="gl-firmware", connection="gl", project="rd/x1-firmware"))


def item(**fields: object) -> WorkItem:
    issue = {**msgspec.convert(record("issue_get"), dict[str, object]), **fields}
    return assemble(raw(issue), firmware())


def test_缺省映射把标签与原生字段读进模型() -> None:
    """What mapping.yaml need not say."""
    read = item(
        labels=["部门::研发部", "紧急度::高", "项目::X1", "类型::风险", "协办::市场部", "进度::进行中"],
        due_date="2025-09-30",
    )
    assert (read.dept, read.urgency, read.importance, read.program) == ("研发部", "高", "中", "X1")
    assert (read.type, read.status, read.related_depts) == ("风险", "进行中", ("市场部",))
    assert str(read.raw_due) == "2025-09-30"
    assert read.roles["R"] == (Account("gl", "dev91958", "开发 一号"),)
    assert read.native_priority is None


def test_关闭的议题没有进度标签时算已完成() -> None:
    """Its day of completion is the day it was closed."""
    read = item(state="closed", closed_at="2025-09-20T10:00:00.000Z", labels=[])
    assert read.status == "已完成"
    assert read.done_at is not None
    assert item(state="closed", closed_at="2025-09-20T10:00:00.000Z", labels=["进度::已取消"]).status == "已取消"


def test_标记只在自建议题里算数() -> None:
    """Somebody may copy our description with everything that is hidden in it."""
    marker = dumps(Marker(key="启动会:NPX-1"))
    body = f"## 协同信息\n\n完成标准:100\\%&#8203;达标\n\n<!-- collab-sync {marker} -->"
    ours = item(description=body, author={"id": 6, "username": "project_1_bot"})
    assert ours.marker == marker
    assert ours.fields["完成标准"] == "100%达标"
    assert item(description=body).marker is None
    theirs = raw(record("issue_get"), [{**msgspec.convert(record("note_create"), dict[str, object]), "body": body}])
    assert [(comment.own, comment.marker) for comment in theirs.comments] == [(False, None)]
    assert raw({**msgspec.convert(record("issue_get"), dict[str, object]), "description": body}).marker is None


@pytest.mark.parametrize("damage", [{"labels": 7}, {"title": None}, {"author": "张三"}, {"assignees": [{"id": 1}]}])
def test_字段形状怪异也不报错(damage: dict[str, object]) -> None:
    """What cannot be read is unknown; the item stays."""
    odd = item(**damage)
    assert odd.source.key == "rd/x1-firmware#1"
    assert "due" in odd.unreadable


def test_翻页时重复出现的评论只算一条() -> None:
    """A comment deleted while notes are paged shifts the rest."""
    note = record("note_create")
    assert len(raw(record("issue_get"), [note, note]).comments) == 1


def test_坏掉的评论不带走别的评论() -> None:
    """One note of an unknown shape is left out alone."""
    good = record("note_create")
    assert len(raw(record("issue_get"), [good, {"id": "坏"}, None]).comments) == 1
    assert raw(record("issue_get"), "不是列表").comments == ()
