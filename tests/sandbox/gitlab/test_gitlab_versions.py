"""What depends on the version and the edition: a client meets all of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

Ask = Callable[..., requests.Response]
Configure = Callable[..., None]
ISSUES = "/projects/1/issues"


@pytest.fixture
def three(ask: Ask) -> None:
    """Issues 1 to 3."""
    for number in range(1, 4):
        ask("POST", ISSUES, json={"title": f"议题 {number}"})


def labels(answer: requests.Response) -> list[str]:
    assert answer.status_code in (200, 201), answer.text
    return list(answer.json()["labels"])


@pytest.mark.parametrize(
    ("version", "metadata", "own_token"),
    [("14.2.3", 404, 404), ("15.2.0", 200, 404), ("15.5.1", 200, 200), ("18.3.2-ee", 200, 200)],
)
def test_新的查询旧版本不认识(version: str, metadata: int, own_token: int, ask: Ask, configure: Configure) -> None:
    configure(version=version)
    told = ask("GET", "/metadata"), ask("GET", "/personal_access_tokens/self")
    assert [answer.status_code for answer in told] == [metadata, own_token]
    assert ask("GET", "/version").json()["version"] == version


def test_社区版报的版本和录下来的一样没有别的(ask: Ask) -> None:
    assert list(ask("GET", "/version").json()) == ["version", "revision"]


def test_付费版说自己是企业版(ask: Ask, configure: Configure) -> None:
    configure(version="18.3.0-ee", edition="premium")
    assert list(ask("GET", "/metadata").json()) == ["version", "revision", "kas", "enterprise"]
    assert ask("GET", "/version").json()["enterprise"] is True


def test_付费版同前缀的标签后来的顶替先前的(ask: Ask, configure: Configure) -> None:
    configure(edition="premium")
    made = ask("POST", ISSUES, json={"title": "灯", "labels": "灯::红,延期,灯::黄"})
    assert labels(made) == ["延期", "灯::黄"]
    path = f"{ISSUES}/{made.json()['iid']}"
    assert labels(ask("PUT", path, json={"add_labels": "灯::绿"})) == ["延期", "灯::绿"]
    assert labels(ask("PUT", path, json={"add_labels": "灯::暗::红,灯::绿"})) == ["延期", "灯::暗::红", "灯::绿"]
    assert labels(ask("PUT", path, json={"add_labels": "灯::暗::绿"})) == ["延期", "灯::暗::绿", "灯::绿"]
    ask("POST", f"{path}/notes", json={"body": "/label ~灯::红"})
    assert labels(ask("GET", path)) == ["延期", "灯::暗::绿", "灯::红"]
    told = ask("GET", f"{path}/resource_label_events").json()
    assert [(each["action"], each["label"]["name"]) for each in told][-2:] == [("add", "灯::红"), ("remove", "灯::绿")]


def test_免费版同前缀的标签共存不论多新(ask: Ask, configure: Configure) -> None:
    configure(version="18.3.0")
    assert labels(ask("POST", ISSUES, json={"title": "灯", "labels": "灯::红,灯::黄"})) == ["灯::红", "灯::黄"]


def test_付费版的阻塞关系两头各有说法(three: None, ask: Ask, configure: Configure) -> None:
    configure(edition="premium")

    def link(source: int, target: int, kind: str) -> dict[str, object]:
        body = {"target_project_id": 1, "target_issue_iid": target, "link_type": kind}
        made = ask("POST", f"{ISSUES}/{source}/links", json=body).json()
        return {"from": made["source_issue"]["iid"], "to": made["target_issue"]["iid"], "type": made["link_type"]}

    assert link(1, 2, "blocks") == {"from": 1, "to": 2, "type": "blocks"}
    assert link(1, 3, "is_blocked_by") == {"from": 3, "to": 1, "type": "blocks"}
    seen = {number: ask("GET", f"{ISSUES}/{number}/links").json() for number in (1, 2, 3)}
    assert {number: [(each["iid"], each["link_type"]) for each in links] for number, links in seen.items()} == {
        1: [(2, "blocks"), (3, "is_blocked_by")],
        2: [(1, "is_blocked_by")],
        3: [(1, "blocks")],
    }
    told = ask("GET", f"{ISSUES}/1/notes", params={"sort": "asc"}).json()
    assert [note["body"] for note in told] == ["marked this issue as blocking #2", "marked this issue as blocked by #3"]


def test_付费版留住几位负责人和权重免费版不认(ask: Ask, configure: Configure) -> None:
    wanted = {"title": "两个人", "assignee_ids": [2, 3], "weight": 5}
    free = ask("POST", ISSUES, json=wanted).json()
    assert ([user["id"] for user in free["assignees"]], "weight" in free) == ([2], False)
    configure(edition="premium")
    paid = ask("POST", ISSUES, json=wanted).json()
    assert ([user["id"] for user in paid["assignees"]], paid["assignee"]["id"], paid["weight"]) == ([2, 3], 2, 5)
    path = f"{ISSUES}/{paid['iid']}"
    assert ask("PUT", path, json={"weight": None, "assignee_ids": [3]}).json()["weight"] is None
    assert [note["body"] for note in ask("GET", f"{path}/notes", params={"sort": "asc"}).json()] == [
        "assigned to @li.ming and @wang.qiang",
        "unassigned @li.ming",
    ]
    found = ask("GET", ISSUES, params={"assignee_id": 3}).json()
    assert [issue["iid"] for issue in found] == [paid["iid"]]


@pytest.fixture
def comment(issue: int, ask: Ask, configure: Configure) -> Callable[..., dict[str, object]]:
    """Writes a note with the given flags on a server of the given version."""

    def write(version: str, asked: dict[str, bool]) -> dict[str, object]:
        configure(version=version)
        made: dict[str, object] = ask("POST", f"{ISSUES}/{issue}/notes", json={"body": "评论", **asked}).json()
        return made

    return write


@pytest.mark.parametrize(
    ("version", "asked", "hidden"),
    [
        ("14.2.3", {}, False),
        ("14.2.3", {"confidential": True}, True),
        ("14.2.3", {"internal": True}, False),
        ("15.0.0", {}, False),
        ("15.0.0", {"internal": True}, True),
        ("18.3.0", {"confidential": True}, True),
        ("18.3.0", {"confidential": True, "internal": False}, False),
    ],
)
def test_内部评论只在要求时出现旧版本只认旧名(
    version: str, asked: dict[str, bool], hidden: bool, comment: Callable[..., dict[str, object]], ask: Ask
) -> None:
    note = comment(version, asked)
    names = ["confidential"] if version == "14.2.3" else ["confidential", "internal"]
    assert {name: note[name] for name in ("confidential", "internal") if name in note} == dict.fromkeys(names, hidden)
    path = f"{ISSUES}/{note['noteable_iid']}/notes"
    assert len(ask("GET", path, as_="guest").json()) == (not hidden)
    assert len(ask("GET", path, as_="wang.qiang").json()) == 1


def test_偏移分页有尽头的版本会指路到游标分页(three: None, ask: Ask, configure: Configure) -> None:
    query = {"per_page": 2, "page": 2}
    configure(offset_limit=3)
    assert ask("GET", ISSUES, params=query).status_code == 200
    configure(version="18.3.0")
    refused = ask("GET", ISSUES, params=query)
    assert refused.status_code == 405
    assert refused.json() == {
        "error": "Offset pagination has a maximum allowed offset of 3 for requests that return objects of type Issue. "
        "Remaining records can be retrieved using keyset pagination."
    }
    assert ask("GET", ISSUES, params={"per_page": 3}).status_code == 200


def test_行数太多时不再数总数(three: None, ask: Ask, configure: Configure) -> None:
    configure(counted_rows=2)
    answer = ask("GET", ISSUES, params={"per_page": 2})
    assert not {"X-Total", "X-Total-Pages"} & set(answer.headers)
    assert sorted(answer.links) == ["first", "next"]
    assert answer.headers["X-Next-Page"] == "2"


@pytest.mark.parametrize(("size", "pages"), [(2, [2, 1]), (3, [3]), (100, [3])])
def test_游标分页的末页没有链接哪怕刚好满(
    size: int, pages: list[int], three: None, ask: Ask, configure: Configure
) -> None:
    configure(version="18.3.0")
    answer = ask("GET", ISSUES, params={"pagination": "keyset", "per_page": size})
    seen = [len(answer.json())]
    while "next" in answer.links:
        answer = ask("GET", answer.links["next"]["url"])
        seen.append(len(answer.json()))
    assert (seen, "Link" in answer.headers) == (pages, False)


def test_没有游标的次序退回偏移分页(three: None, ask: Ask, configure: Configure) -> None:
    configure(version="18.3.0")
    answer = ask("GET", ISSUES, params={"pagination": "keyset", "order_by": "popularity", "per_page": 2})
    assert (answer.status_code, answer.headers["X-Total"]) == (200, "3")


def test_群组的议题从不用游标分页(three: None, ask: Ask, configure: Configure) -> None:
    configure(version="18.3.0")
    ask("POST", "/projects/2/issues", json={"title": "别的群组"})
    answer = ask("GET", "/groups/rd/issues", params={"pagination": "keyset", "per_page": 2})
    assert ([issue["references"]["full"] for issue in answer.json()], answer.headers["X-Total"]) == (
        ["rd/x1-firmware#3", "rd/x1-firmware#2"],
        "3",
    )
    assert ask("GET", "/groups/growth/issues", as_="wang.qiang").status_code == 404


def test_评论满了人的评论失败系统的记录继续(issue: int, ask: Ask, configure: Configure) -> None:
    configure(comments_per_issue=2)
    path = f"{ISSUES}/{issue}"
    answers = [ask("POST", f"{path}/notes", json={"body": f"第 {number} 条"}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 400]
    assert "Maximum number of comments exceeded" in answers[-1].json()["message"]
    ask("PUT", path, json={"due_date": "2025-09-30"})
    assert ask("GET", f"{path}/notes").json()[0]["system"] is True
