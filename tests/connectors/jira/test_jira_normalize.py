"""What a Jira issue becomes: fields, dates, people, links, history, our own traces."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.identity import Account, item_id
from collab_sync.model.mapping import FieldSources, ProjectMapping
from collab_sync.model.work_item import Link, WorkItem
from collab_sync.ports.tracker import Payload
from collab_sync_jira import connector
from collab_sync_jira.decode.form import Form, facts_of
from collab_sync_jira.normalize import normalize
from collab_sync_jira.payloads import FIELDS, Context, digest_of
from collab_sync_jira.site import JiraSite

Read = Callable[..., WorkItem]
ME = "bot-account"


def person(account: str, name: str) -> dict[str, object]:
    return {"accountId": account, "displayName": name, "avatarUrls": {"16x16": "https://avatar.example/1.png"}}


def document(*texts: str) -> dict[str, object]:
    content = [{"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in texts]
    return {"type": "doc", "version": 1, "content": content}


def status(name: str, category: str) -> dict[str, object]:
    return {"name": name, "statusCategory": {"key": category}}


def issue(**fields: object) -> dict[str, object]:
    base: dict[str, object] = {
        "summary": "样机试产",
        "status": status("处理中", "indeterminate"),
        "issuetype": {"name": "任务"},
        "created": "2025-09-15T09:30:00.000+0800",
        "updated": "2025-09-22T09:59:00.123+0800",
        "creator": person("u-lin", "林珊"),
        "reporter": person("u-lin", "林珊"),
    }
    return {"id": "10012", "key": "NPX-12", "fields": {**base, **fields}}


def change(at: str, *items: dict[str, object], by: str = "u-zhou") -> dict[str, object]:
    return {"id": at, "author": person(by, "周倩"), "created": at, "items": list(items)}


def test_字段各归其位(read: Read) -> None:
    """Identity, times in UTC, people as accounts, department from the component."""
    item = read(
        issue(
            assignee=person("u-zhang", "张悦"),
            duedate="2025-09-26",
            labels=["项目::X1", "紧急度::高"],
            components=[{"name": "研发部"}],
            priority={"name": "Highest"},
            parent={"id": "10001", "key": "NPX-1"},
            fixVersions=[{"name": "已发布", "released": True}, {"name": "试产", "released": False}],
        )
    )
    assert item.id == "jira-npx:10012"
    assert (item.source.key, item.source.iid, item.source.path, item.source.project) == ("NPX-12", "12", "NPX", "新品")
    assert item.source.url == "https://jira.example.cn/browse/NPX-12"
    assert item.created_at == datetime(2025, 9, 15, 1, 30, tzinfo=UTC)
    assert item.roles["R"] == (Account("jira-npx", "u-zhang", "张悦"),)
    assert item.reporter == Account("jira-npx", "u-lin", "林珊")
    assert (item.dept, item.program, item.urgency, item.native_priority) == ("研发部", "X1", "高", "最高")
    assert (item.raw_due, item.parent, item.milestone) == (date(2025, 9, 26), "NPX-1", "试产")
    assert (item.status, item.status_raw, item.type) == ("进行中", "处理中", "任务")


def test_默认优先级等于没有优先级(read: Read) -> None:
    """Medium is what Jira sets when nobody chose."""
    assert read(issue(priority={"name": "Medium"})).native_priority is None
    assert read(issue(priority={"name": "中"})).native_priority is None


@pytest.mark.parametrize(
    ("category", "meaning"),
    [("new", "未开始"), ("indeterminate", "进行中"), ("done", "已完成"), ("undefined", "未开始")],
)
def test_映射没有提到的状态按类别理解(read: Read, category: str, meaning: str) -> None:
    """A workflow with an odd status still reads sensibly."""
    assert read(issue(status=status("联调", category))).status == meaning


def test_映射写明的状态优先于类别(read: Read, mapping: ProjectMapping) -> None:
    own = mapping.model_copy(update={"status": {**mapping.status, "联调": "待验收"}})
    assert read(issue(status=status("联调", "indeterminate")), mapping=own).status == "待验收"


def test_描述中的协同信息与评论中的条目(read: Read) -> None:
    """The section and 【…】 entries are read from ADF; our own comments are never entries."""
    comments = {
        "total": 2,
        "comments": [
            {
                "id": "501",
                "author": person("u-zhang", "张悦"),
                "body": document("【进度更新】", "状态:遇到风险"),
                "created": "2025-09-20T10:00:00.000+0800",
                "updated": "2025-09-20T10:05:00.000+0800",
            },
            {
                "id": "502",
                "author": person(ME, "协同助手"),
                "body": document("【进度更新】", "状态:已完成"),
                "created": "2025-09-20T11:00:00.000+0800",
                "updated": "2025-09-20T11:00:00.000+0800",
            },
        ],
    }
    heading = {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "协同信息"}]}
    body = {"type": "doc", "version": 1, "content": [heading, *document("审批人:孙建国")["content"]]}  # type: ignore[misc]  # a list
    item = read(issue(description=body, comment=comments))
    assert [(entry.id, entry.kind, entry.data["状态"]) for entry in item.entries] == [("501", "进度更新", "遇到风险")]
    assert item.entries[0].edited_at == datetime(2025, 9, 20, 2, 5, tzinfo=UTC)
    assert item.fields["审批人"] == "孙建国"
    assert [(own.id, own.marker) for own in item.own_comments] == [("502", None)]


def test_全部评论优先于随搜索带来的一部分(read: Read) -> None:
    """The part ``comments`` is the whole list."""
    some = {"total": 3, "comments": []}
    whole = [
        {
            "id": "7",
            "author": person("u-1", "何平"),
            "body": document("【响应】"),
            "created": "2025-09-20T10:00:00.000+0800",
        }
    ]
    assert [entry.id for entry in read(issue(comment=some), comments=whole).entries] == ["7"]


def test_链接分清谁等谁(read: Read) -> None:
    """Under the type Blocks an inward issue is one that blocks us."""
    blocks = {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"}
    relates = {"name": "Relates", "inward": "relates to", "outward": "relates to"}
    item = read(
        issue(
            parent={"key": "NPX-1"},
            issuelinks=[
                {"type": blocks, "inwardIssue": {"key": "NPX-3"}},
                {"type": blocks, "outwardIssue": {"key": "NPX-4"}},
                {"type": relates, "outwardIssue": {"key": "OPS-9"}},
                {"type": relates},
            ],
        )
    )
    assert set(item.links) == {
        Link(kind="parent", target="NPX-1"),
        Link(kind="blocked_by", target="NPX-3"),
        Link(kind="blocks", target="NPX-4"),
        Link(kind="relates", target="OPS-9"),
    }


def test_历史按时间先后成为字段变化(read: Read) -> None:
    """Newest-first in, oldest-first out; dates ISO; long texts left out; unknown fields ignored."""
    histories = [
        change(
            "2025-09-20T10:00:00.000+0800",
            {
                "field": "duedate",
                "fieldId": "duedate",
                "from": "2025-09-24",
                "to": "2025-09-26",
                "toString": "26/九月/25",
            },
        ),
        change(
            "2025-09-18T10:00:00.000+0800",
            {"field": "status", "fieldId": "status", "fromString": "待办", "toString": "处理中"},
            {"field": "Rank", "fieldId": "customfield_10019", "toString": "Ranked higher"},
        ),
        change(
            "2025-09-17T10:00:00.000+0800",
            {"field": "assignee", "fieldId": "assignee", "from": None, "to": "u-zhang", "toString": "张悦"},
            {"field": "description", "fieldId": "description", "toString": "很长的描述"},
            {"field": "labels", "fieldId": "labels", "fromString": "", "toString": "甲 乙"},
        ),
    ]
    raw = issue()
    raw["changelog"] = {"total": 3, "histories": histories}
    item = read(raw)
    assert [(one.field, one.old, one.new) for one in item.changes] == [
        ("R", None, "张悦"),
        ("body", None, None),
        ("labels", None, "甲 乙"),
        ("status", "未开始", "进行中"),
        ("due", "2025-09-24", "2025-09-26"),
    ]
    assert item.changes[0].by == Account("jira-npx", "u-zhou", "周倩")
    assert item.started_at == datetime(2025, 9, 18, 2, 0, tzinfo=UTC)
    assert item.done_at is None


def test_完成时刻(read: Read) -> None:
    """Resolution date first, else the last change from open to done, else the category's change."""
    raw = issue(status=status("完成", "done"), statuscategorychangedate="2025-09-21T08:00:00.000+0800")
    assert read(raw).done_at == datetime(2025, 9, 21, 0, 0, tzinfo=UTC)
    moves = [("处理中", "完成", "18"), ("完成", "处理中", "19"), ("处理中", "完成", "20"), ("完成", "已结项", "21")]
    raw["changelog"] = {
        "histories": [
            change(
                f"2025-09-{day}T10:00:00.000+0800",
                {"field": "status", "fieldId": "status", "fromString": a, "toString": b},
            )
            for a, b, day in moves
        ]
    }
    assert read(raw).done_at == datetime(2025, 9, 20, 2, 0, tzinfo=UTC)
    raw["fields"]["resolutiondate"] = "2025-09-20T10:00:01.000+0800"  # type: ignore[index]  # built above
    assert read(raw).done_at == datetime(2025, 9, 20, 2, 0, 1, tzinfo=UTC)


def test_重新打开后没有完成时刻(read: Read) -> None:
    """A resolution that somebody forgot to clear does not make an open item done."""
    assert read(issue(resolutiondate="2025-09-20T10:00:00.000+0800")).done_at is None


def test_自定义字段按名字取用(read: Read, mapping: ProjectMapping) -> None:
    """Users, lists of users, options, numbers and documents; one id per name is enough."""
    own = mapping.model_copy(update={"fields": {**mapping.fields, "fields.预算": FieldSources(sources=("cf:预算",))}})
    names = {
        "customfield_1": "审批人",
        "customfield_2": "协助人",
        "customfield_3": "预算",
        "customfield_4": "Start date",
    }
    item = read(
        issue(
            customfield_1=person("u-sun", "孙建国"),
            customfield_2=[person("u-a", "高洁"), person("u-b", "何平")],
            customfield_3=80000.0,
            customfield_4="2025-09-16",
            customfield_5="没有问到的字段",
        ),
        mapping=own,
        context=Context(me=ME, names=names),
    )
    assert item.roles["A"] == (Account("jira-npx", "u-sun", "孙建国"),)
    assert [account.id for account in item.roles["C"] if isinstance(account, Account)] == ["u-a", "u-b"]
    assert item.fields["预算"] == "80000"
    assert item.start == date(2025, 9, 16)


def test_自己创建的议题带回标记(read: Read) -> None:
    """The marker counts on our own issues only: anybody may set a property."""
    raw = issue(creator=person(ME, "协同助手"))
    raw["properties"] = {"collab-sync": {"key": "周会/X1", "generation": 1}}
    marker = read(raw).marker
    assert marker is not None
    assert json.loads(marker) == {"key": "周会/X1", "generation": 1}
    raw["fields"]["creator"] = person("u-lin", "林珊")  # type: ignore[index]  # built above
    assert read(raw).marker is None


def test_一个字段读不懂只丢这一个(read: Read) -> None:
    """A plugin that changes the shape of a field must not stop the project; conditions see it as unknown."""
    item = read(issue(duedate={"奇怪": 1}, labels=["项目::X1"]))
    assert item.program == "X1"
    assert item.unreadable == frozenset({"due"})


def test_有安全级别的议题是保密的(read: Read) -> None:
    assert read(issue(security={"name": "仅领导小组"})).confidential
    assert not read(issue(security=None)).confidential


def test_数据中心的正文是_wiki_标记_人按用户名(read: Read) -> None:
    """REST v2: names instead of account ids, strings instead of documents."""
    boss = {"name": "sunjg", "key": "JIRAUSER1", "displayName": "孙建国"}
    item = read(issue(description="h2. 协同信息\n审批人:孙建国", assignee=boss))
    assert item.fields["审批人"] == "孙建国"
    assert item.roles["R"] == (Account("jira-npx", "sunjg", "孙建国"),)


def test_摘要只随读到的事实变化() -> None:
    """Avatars, addresses, order of keys and fields nobody reads do not count; a label does."""

    def digest(raw: dict[str, object]) -> bytes:
        return digest_of(facts_of(Payload(item_id("j", "1"), (("issue", msgspec.json.encode(raw)),), b"")))

    plain, noisy = issue(labels=["甲"]), issue(labels=["甲"])
    noisy["fields"] = dict(reversed(noisy["fields"].items()))  # type: ignore[attr-defined]  # built above
    noisy["fields"]["reporter"] = {**person("u-lin", "林珊"), "avatarUrls": {}, "self": "https://x"}  # type: ignore[index]
    noisy["fields"]["lastViewed"] = "2025-09-22"  # type: ignore[index]
    assert digest(plain) == digest(noisy)
    assert digest(plain) != digest(issue(labels=["乙"]))


@pytest.mark.parametrize(("shown", "total", "cut"), [(39, 39, False), (40, 40, True), (3, 5, True), (0, None, False)])
def test_搜索截断的历史看得出来(shown: int, total: int | None, cut: bool) -> None:
    """Enhanced search stops at forty entries and does not always say that there are more."""
    raw = issue()
    raw["changelog"] = {"histories": [change("2025-09-20T10:00:00.000+0800")] * shown, "total": total}
    assert Form(b"{}").read(msgspec.json.encode(raw)).gaps.history is cut


_trees = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@hypothesis_settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), _trees, max_size=8), _trees)
def test_任何内容都不会让一个议题读不出来(fields: dict[str, object], changelog: object) -> None:
    """Whatever stands in the fields, an item comes out."""
    mapping = connector.default_mapping(ProjectMapping(name="新品", connection="j", project="NPX"))
    settings = ConnectionSettings(name="j", kind="jira", url="https://jira.example.cn", user="b", token=Secret("x"))
    raw = {"id": "1", "key": "NPX-1", "fields": fields, "changelog": changelog}
    payload = Payload(item_id("j", "1"), (("issue", msgspec.json.encode(raw)),), b"")
    item = normalize(facts_of(payload), JiraSite(settings, _NoClock()), mapping)
    assert item.source.key == "NPX-1"


class _NoClock:
    def now(self) -> datetime:
        raise AssertionError("nothing here asks for the time")

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing here waits")


def test_真实议题的读法没有变(read: Read, fixtures: Path) -> None:
    """Recorded issues against what was reviewed by hand once.

    After a deliberate change: ``COLLAB_SYNC_REGENERATE=1 pytest tests/connectors/jira``, then read the difference."""
    golden = fixtures / "work-items.golden.json"
    issues = [json.loads(line) for line in (fixtures / "issues.jsonl").read_text("utf-8").splitlines()]
    items = [msgspec.to_builtins(read(raw, context=Context(me="nobody"))) for raw in issues]
    for item in items:
        item["labels"] = sorted(item.get("labels", ()))
    text = json.dumps(items, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("COLLAB_SYNC_REGENERATE"):
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")
