"""Lists: which issues, in what order, and how one gets from page to page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

Ask = Callable[..., requests.Response]
Later = Callable[[float], None]
ISSUES = "/projects/1/issues"


@pytest.fixture
def five(ask: Ask, later: Later) -> None:
    """Issues 1 to 5: 2 and 3 made at one instant, 4 closed, 5 confidential; labels on 1 and 2."""
    extra: dict[int, dict[str, object]] = {
        1: {"labels": "灯::红,延期", "due_date": "2025-09-20"},
        2: {"labels": "灯::红", "assignee_ids": [2], "due_date": "2025-09-10"},
        5: {"confidential": True},
    }
    for number in range(1, 6):
        ask("POST", ISSUES, json={"title": f"议题 {number}", **extra.get(number, {})})
        later(0 if number == 2 else 1)
    ask("PUT", f"{ISSUES}/4", json={"state_event": "close"})


def iids(answer: requests.Response) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [issue["iid"] for issue in answer.json()]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [5, 4, 3, 2, 1]),
        ({"state": "opened"}, [5, 3, 2, 1]),
        ({"state": "closed"}, [4]),
        ({"labels": "灯::红"}, [2, 1]),
        ({"labels": "灯::红,延期"}, [1]),
        ({"labels[]": ["延期"]}, [1]),
        ({"labels": "None"}, [5, 4, 3]),
        ({"labels": "Any"}, [2, 1]),
        ({"not[labels]": "延期"}, [5, 4, 3, 2]),
        ({"labels": "没有这个"}, []),
        ({"iids[]": ["1", "3"]}, [3, 1]),
        ({"assignee_id": "2"}, [2]),
        ({"assignee_id": "None"}, [5, 4, 3, 1]),
        ({"assignee_username": "li.ming"}, [2]),
        ({"author_username": "wang.qiang"}, []),
        ({"confidential": "true"}, [5]),
        ({"search": "议题 4"}, [4]),
        ({"due_date": "overdue"}, [2]),
        ({"due_date": "0"}, [5, 4, 3]),
        ({"order_by": "due_date", "sort": "asc"}, [2, 1, 5, 4, 3]),
        ({"order_by": "created_at", "sort": "asc"}, [1, 3, 2, 4, 5]),
        ({"frobnicate": "1"}, [5, 4, 3, 2, 1]),
    ],
    ids=str,
)
def test_条件只给出符合的议题同一时刻的按编号倒序(
    query: dict[str, str | list[str]], expected: list[int], five: None, ask: Ask
) -> None:
    assert iids(ask("GET", ISSUES, params=query)) == expected


def test_更新时间的两头都包含在内毫秒与时区都算数(five: None, ask: Ask) -> None:
    def since(at: str) -> list[int]:
        return iids(ask("GET", ISSUES, params={"updated_after": at, "order_by": "updated_at", "sort": "asc"}))

    assert since("2025-09-15T01:00:01.000Z") == [3, 2, 5, 4]
    assert since("2025-09-15T01:00:01.001Z") == [5, 4]
    assert since("2025-09-15T09:00:01+08:00") == [3, 2, 5, 4]
    assert since("2025-09-15") == [1, 3, 2, 5, 4]
    before = {"updated_before": "2025-09-15T01:00:00Z"}
    assert iids(ask("GET", ISSUES, params=before)) == [1]
    assert iids(ask("GET", ISSUES, params={"created_after": "2025-09-15T01:00:03Z"})) == [5]


def test_分页的响应头领着走完且不重不漏(five: None, ask: Ask) -> None:
    answer = ask("GET", ISSUES, params={"per_page": 2, "order_by": "updated_at", "sort": "asc"})
    seen = iids(answer)
    assert (answer.headers["X-Total"], answer.headers["X-Total-Pages"], answer.headers["X-Next-Page"]) == (
        "5",
        "3",
        "2",
    )
    while "next" in answer.links:
        answer = ask("GET", answer.links["next"]["url"])
        seen += iids(answer)
    assert seen == [1, 3, 2, 5, 4]
    assert (answer.headers["X-Next-Page"], answer.headers["X-Prev-Page"]) == ("", "2")
    assert answer.links["first"]["url"].endswith(
        "order_by=updated_at&page=1&per_page=2&sort=asc&state=all&with_labels_details=false"
    )


def test_第零页是第一页超出末页是空表一页最多一百(five: None, ask: Ask) -> None:
    assert iids(ask("GET", ISSUES, params={"page": 0, "per_page": 2})) == [5, 4]
    beyond = ask("GET", ISSUES, params={"page": 99})
    assert (iids(beyond), beyond.headers["X-Page"], beyond.headers["X-Total"]) == ([], "99", "5")
    assert ask("GET", ISSUES, params={"per_page": 1000}).headers["X-Per-Page"] == "100"


def test_翻页途中有人改动时按更新时间的偏移分页会漏掉一件(five: None, ask: Ask, later: Later) -> None:
    """The trap of offset paging is there on purpose: what moves to the end shifts the rest to the front."""
    query = {"per_page": 2, "order_by": "updated_at", "sort": "asc"}
    first = ask("GET", ISSUES, params=query)
    later(1)
    ask("PUT", f"{ISSUES}/1", json={"title": "改过"})
    second = ask("GET", first.links["next"]["url"])
    assert 2 not in iids(first) + iids(second)


def test_旧版本无视游标分页照给页码(five: None, ask: Ask) -> None:
    answer = ask("GET", ISSUES, params={"pagination": "keyset", "per_page": 2})
    assert (iids(answer), answer.headers["X-Total"]) == ([5, 4], "5")
    assert "page=2" in answer.links["next"]["url"]


@pytest.mark.parametrize("order", ["updated_at", "created_at", "due_date", "id"])
@pytest.mark.parametrize("sort", ["asc", "desc"])
def test_新版本用游标分页而且途中改动不会漏(order: str, sort: str, five: None, ask: Ask, url: str) -> None:
    seed = {"gitlab": {"settings": {"version": "18.3.0"}}}
    requests.post(f"{url}/__sandbox/seed", json=seed, timeout=10).raise_for_status()
    query = {"order_by": order, "sort": sort, "per_page": 2}
    expected = iids(ask("GET", ISSUES, params={**query, "per_page": 100}))
    answer = ask("GET", ISSUES, params={**query, "pagination": "keyset"})
    assert "X-Total" not in answer.headers
    seen = iids(answer)
    assert ask("DELETE", f"{ISSUES}/{seen[0]}", as_="root").status_code == 204
    while "next" in answer.links:
        assert "cursor=" in answer.links["next"]["url"]
        answer = ask("GET", answer.links["next"]["url"])
        seen += iids(answer)
    assert seen == expected


def test_坏游标是四百(ask: Ask, url: str) -> None:
    seed = {"gitlab": {"settings": {"version": "18.3.0"}}}
    requests.post(f"{url}/__sandbox/seed", json=seed, timeout=10).raise_for_status()
    for cursor in ("乱写", "bm90IGpzb24=", "WyJhIl0="):
        assert ask("GET", ISSUES, params={"pagination": "keyset", "cursor": cursor}).status_code == 400


def test_机密议题对访客不存在对作者可见(five: None, ask: Ask) -> None:
    assert 5 not in iids(ask("GET", ISSUES, as_="guest"))
    own = ask("POST", ISSUES, as_="guest", json={"title": "访客的机密", "confidential": True}).json()["iid"]
    assert own in iids(ask("GET", ISSUES, as_="guest"))


def test_项目列表只有看得见的按编号可用游标(ask: Ask) -> None:
    query = {"pagination": "keyset", "order_by": "id", "sort": "asc", "per_page": 1}
    first = ask("GET", "/projects", params=query)
    assert "X-Total" not in first.headers
    second = ask("GET", first.links["next"]["url"])
    assert [project["path_with_namespace"] for project in first.json() + second.json()] == [
        "rd/x1-firmware",
        "growth/x1-launch-site",
    ]
    assert [project["id"] for project in ask("GET", "/projects", as_="wang.qiang").json()] == [1]
