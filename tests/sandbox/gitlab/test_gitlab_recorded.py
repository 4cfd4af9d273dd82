"""The sandbox answers like the recorded server: refusals word for word, fields and headers of what succeeds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

RECORDED = json.loads((Path(__file__).parents[1] / "fixtures" / "gitlab-ce-14.2.3.json").read_text("utf-8"))
ACTORS = {"reporter": "wang.qiang"}
Ask = Callable[..., requests.Response]


@pytest.fixture
def scene(ask: Ask) -> int:
    """What the recorded requests presuppose; gives the id of a note by 李明."""
    for title in ("跨部门需求 一", "second"):
        ask("POST", "/projects/1/issues", json={"title": title, "description": "- [ ] a\n- [x] b"})
    ask("POST", "/projects/1/issues", json={"title": "secret", "confidential": True})
    ask("POST", "/projects/1/labels", json={"name": "raci::R", "color": "#00ff00", "description": "负责"})
    ask("POST", "/projects/1/milestones", json={"title": "M1 验收", "due_date": "2025-12-01"})
    ask("POST", "/projects/1/issues/1/links", json={"target_project_id": 1, "target_issue_iid": 2})
    for title in ("周报/2026-W47", "2026-W48"):
        ask("POST", "/projects/1/wikis", json={"title": title, "content": "# 周报"})
    return int(ask("POST", "/projects/1/issues/1/notes", json={"body": "评论"}).json()["id"])


@pytest.mark.parametrize("seen", RECORDED["refusals"], ids=lambda seen: seen["name"])
def test_拒绝时的状态码与原文和录下来的一样(seen: dict[str, object], scene: int, url: str) -> None:
    path = str(seen["path"]).replace("/notes/11", f"/notes/{scene}")
    body = seen.get("data") or (json.dumps(seen["json"]) if "json" in seen else None)
    answer = requests.request(
        str(seen["method"]),
        f"{url}/gitlab/api/v4{path}",
        headers={"Content-Type": "application/json", **_credentials(str(seen["as"]))},
        data=str(body).encode() if body is not None else None,
        timeout=10,
    )
    assert answer.status_code == seen["status"]
    assert answer.headers["Content-Type"] == seen["content_type"]
    assert (answer.json() if answer.content else "") == seen["body"]
    assert answer.headers["X-Request-Id"]


def test_成功时的字段名和录下来的一样(scene: int, ask: Ask) -> None:
    ask("PUT", "/projects/1/issues/1", json={"labels": "raci::R", "milestone_id": 1, "state_event": "close"})
    board = ask("POST", "/projects/1/boards", json={"name": "协调看板"}).json()["id"]
    label = ask("GET", "/projects/1/labels/raci::R").json()["id"]
    task_free = ask("POST", "/projects/1/issues", json={"title": "没有任务清单"}).json()["iid"]
    answers = {
        "version": ask("GET", "/version"),
        "issue_get": ask("GET", "/projects/1/issues/1"),
        "list_offset_page1": ask("GET", "/projects/1/issues", params={"iids[]": task_free}),
        "note_get": ask("GET", f"/projects/1/issues/1/notes/{scene}"),
        "label_create": ask("POST", "/projects/1/labels", json={"name": "新", "color": "#123456"}),
        "labels_list": ask("GET", "/projects/1/labels", params={"with_counts": "1"}),
        "members_all": ask("GET", "/projects/1/members/all"),
        "milestone_create": ask("POST", "/projects/1/milestones", json={"title": "M2"}),
        "wiki_create": ask("POST", "/projects/1/wikis", json={"title": "手册", "content": "x"}),
        "issue_link_create": ask(
            "POST", "/projects/1/issues/1/links", json={"target_project_id": 1, "target_issue_iid": 3}
        ),
        "board_list_create": ask("POST", f"/projects/1/boards/{board}/lists", json={"label_id": label}),
        "resource_label_events": ask("GET", "/projects/1/issues/1/resource_label_events"),
        "resource_state_events": ask("GET", "/projects/1/issues/1/resource_state_events"),
        "resource_milestone_events": ask("GET", "/projects/1/issues/1/resource_milestone_events"),
        "project_access_token": ask(
            "POST", "/projects/1/access_tokens", as_="root", json={"name": "collab-sync", "scopes": ["api"]}
        ),
    }
    assert {name: _keys(answer) for name, answer in answers.items()} == {
        name: RECORDED["keys"][name] for name in answers
    }


@pytest.mark.parametrize(
    ("name", "method", "path"),
    [
        ("issue_get", "GET", "/projects/1/issues/1"),
        ("list_offset_page1", "GET", "/projects/1/issues"),
        ("projects_keyset", "GET", "/projects?pagination=keyset&order_by=id&per_page=1&sort=asc"),
        ("wiki_list", "GET", "/projects/1/wikis"),
        ("issue_delete", "DELETE", "/projects/1/issues/2"),
    ],
)
def test_响应头和录下来的一样(name: str, method: str, path: str, scene: int, ask: Ask) -> None:
    answer = ask(method, path, as_="root")
    own = {"Server", "Date", "Content-Length"}
    assert sorted(set(answer.headers) - own) == RECORDED["headers"][name]


def _credentials(who: str) -> dict[str, str]:
    match who:
        case "nobody":
            return {}
        case "bad":
            return {"PRIVATE-TOKEN": "nonsense"}
        case "bad-bearer":
            return {"Authorization": "Bearer nonsense"}
    return {"PRIVATE-TOKEN": f"t-{ACTORS.get(who, who)}"}


def _keys(answer: requests.Response) -> list[str]:
    body = answer.json()
    return list(body[0] if isinstance(body, list) else body)
