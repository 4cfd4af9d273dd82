"""What happens without the client: moved, deleted, hidden and renamed things, tokens that end."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import requests

Ask = Callable[..., requests.Response]
Act = Callable[..., requests.Response]
Later = Callable[[float], None]
Configure = Callable[..., None]
FIRMWARE, SITE = "rd/x1-firmware", "growth/x1-launch-site"


@pytest.fixture
def known(ask: Ask, issue: int, later: Later) -> str:
    """Key of an issue with a comment, labels, a milestone and a link; an hour has passed since."""
    path = f"/projects/1/issues/{issue}"
    ask("POST", "/projects/1/milestones", json={"title": "M1"})
    ask("POST", "/projects/2/labels", json={"name": "延期", "color": "#ff0000"})
    ask("PUT", path, json={"labels": "延期,只在这里", "milestone_id": 1, "due_date": "2025-09-30", "assignee_ids": [2]})
    ask("POST", f"{path}/notes", json={"body": "先前的评论"})
    ask("POST", "/projects/1/issues", json={"title": "相关"})
    ask("POST", f"{path}/links", json={"target_project_id": 1, "target_issue_iid": 2})
    later(3600)
    return f"{FIRMWARE}#{issue}"


def said(ask: Ask, path: str) -> list[str]:
    return [note["body"] for note in ask("GET", f"{path}/notes", params={"sort": "asc", "per_page": 100}).json()]


def test_移走的议题留下关闭的原件和新项目里的新议题(known: str, ask: Ask, act: Act) -> None:
    moved = act("move", key=known, to=SITE, **{"as": "王强"}).json()
    assert moved == {"key": f"{SITE}#1", "id": 3}
    old, new = ask("GET", "/projects/1/issues/1").json(), ask("GET", "/projects/2/issues/1").json()
    assert (old["state"], old["moved_to_id"], old["closed_by"]["name"]) == ("closed", new["id"], "王强")
    assert (new["state"], new["moved_to_id"], new["title"]) == ("opened", None, "样机联调")
    assert (new["labels"], new["milestone"], new["due_date"]) == (["延期"], None, "2025-09-30")
    assert (new["created_at"], new["updated_at"]) == ("2025-09-15T01:00:00.000Z", "2025-09-15T02:00:00.000Z")
    assert new["author"]["name"] == new["assignee"]["name"] == "李明"


def test_移走时评论一起抄过去关联也跟着走(known: str, ask: Ask, act: Act) -> None:
    before = said(ask, "/projects/1/issues/1")
    act("move", key=known, to=SITE).raise_for_status()
    assert said(ask, "/projects/1/issues/1") == [*before, f"moved to {SITE}#1"]
    assert said(ask, "/projects/2/issues/1") == [*before, f"moved from {FIRMWARE}#1"]
    copied = ask("GET", "/projects/2/issues/1/notes", params={"sort": "asc"}).json()
    originals = ask("GET", "/projects/1/issues/1/notes", params={"sort": "asc"}).json()
    assert not {note["id"] for note in copied} & {note["id"] for note in originals}
    assert copied[0]["created_at"] == originals[0]["created_at"]
    assert ask("GET", "/projects/1/issues/1/links").json() == []
    assert [link["iid"] for link in ask("GET", "/projects/2/issues/1/links").json()] == [2]


@pytest.mark.parametrize(
    ("who", "to", "told"),
    [
        ("li.ming", 2, (201, None)),
        ("li.ming", 1, (400, "Cannot move issue to project it originates from!")),
        ("guest", 1, (400, "Cannot move issue due to insufficient permissions!")),
        ("wang.qiang", 2, (404, "404 Project Not Found")),
    ],
)
def test_移走也有真实的接口和它的拒绝(who: str, to: int, told: tuple[int, str | None], known: str, ask: Ask) -> None:
    answer = ask("POST", "/projects/1/issues/1/move", as_=who, json={"to_project_id": to})
    assert (answer.status_code, answer.json().get("message")) == told
    missing = ask("POST", "/projects/1/issues/99/move", json={"to_project_id": 2})
    assert missing.json() == {"message": "404 Issue Not Found"}


def test_移走过的不能再移(known: str, ask: Ask, act: Act) -> None:
    act("move", key=known, to=SITE).raise_for_status()
    assert act("move", key=known, to=SITE).status_code == 400
    assert ask("POST", "/projects/1/issues/1/move", json={"to_project_id": 2}).status_code == 400


def test_删掉的查不到列不出关联也没有了(known: str, ask: Ask, act: Act) -> None:
    assert act("delete", key=known).json() == {"key": known}
    assert ask("GET", "/projects/1/issues/1").json() == {"message": "404 Not found"}
    assert ask("GET", "/projects/1/issues/1/notes").status_code == 404
    assert [issue["iid"] for issue in ask("GET", "/projects/1/issues").json()] == [2]
    assert ask("GET", "/projects/1/issues/2/links").json() == []


def test_藏起来的议题访客查不到露出来又有了(known: str, ask: Ask, act: Act) -> None:
    def visible() -> list[int]:
        listed = len(ask("GET", "/projects/1/issues", as_="guest").json())
        return [ask("GET", "/projects/1/issues/1", as_="guest").status_code, listed]

    assert visible() == [200, 2]
    act("hide", key=known).raise_for_status()
    assert visible() == [404, 1]
    assert ask("GET", "/projects/1/issues/1", as_="wang.qiang").json()["confidential"] is True
    act("show", key=known).raise_for_status()
    assert visible() == [200, 2]


def test_降低或拿走权限后机密议题和项目都找不到(known: str, ask: Ask, act: Act) -> None:
    act("hide", key=known).raise_for_status()
    act("access", project=FIRMWARE, user="collab-bot", level="guest").raise_for_status()
    assert ask("GET", "/projects/1/issues/1", as_="collab-bot").status_code == 404
    assert ask("GET", "/projects/1", as_="collab-bot").status_code == 200
    act("access", project=FIRMWARE, user="collab-bot", level="none").raise_for_status()
    assert ask("GET", "/projects/1", as_="collab-bot").json() == {"message": "404 Project Not Found"}
    act("access", project=FIRMWARE, user="collab-bot", level="reporter").raise_for_status()
    assert ask("GET", "/projects/1/issues/1", as_="collab-bot").status_code == 200


def test_改名后新路径有效旧路径指向编号且不能写(known: str, ask: Ask, act: Act, configure: Configure, url: str) -> None:
    configure(version="16.7.0")
    act("rename", project=FIRMWARE, to="rd/x1-core").raise_for_status()
    old = "/projects/rd%2Fx1-firmware/issues"
    assert ask("GET", "/projects/rd%2Fx1-core/issues/1").json()["references"]["full"] == "rd/x1-core#1"
    answer = ask("GET", old, params={"state": "all", "search": "样机"}, allow_redirects=False)
    assert answer.status_code == 301
    assert answer.headers["Location"] == (f"{url}/gitlab/api/v4/projects/1/issues?state=all&search=%E6%A0%B7%E6%9C%BA")
    assert [issue["iid"] for issue in ask("GET", answer.headers["Location"]).json()] == [1]
    refused = ask("POST", old, json={"title": "写给旧路径"})
    assert (refused.status_code, refused.json()) == (
        405,
        {"message": "Non GET methods are not allowed for moved projects"},
    )
    assert ask("GET", old, as_="readuser", allow_redirects=False).status_code == 403
    act("access", project="rd/x1-core", user="wang.qiang", level="none").raise_for_status()
    assert ask("GET", old, as_="wang.qiang", allow_redirects=False).status_code == 404


def test_改名前的路径旧版本不认识(known: str, ask: Ask, act: Act) -> None:
    act("rename", project=FIRMWARE, to="growth/x1-core").raise_for_status()
    assert ask("GET", "/projects/rd%2Fx1-firmware").status_code == 404
    assert ask("GET", "/projects/1").json()["path_with_namespace"] == "growth/x1-core"


def test_旧路径给了别的项目就是别的项目(ask: Ask, act: Act, configure: Configure, url: str) -> None:
    configure(version="18.3.0")
    act("rename", project=SITE, to="growth/old-site").raise_for_status()
    act("rename", project=FIRMWARE, to=SITE).raise_for_status()
    assert ask("GET", "/projects/growth%2Fx1-launch-site").json()["id"] == 1


def test_吊销和过期的令牌各有说法(ask: Ask, act: Act, later: Later) -> None:
    act("expire", user="王强", on="2025-09-16").raise_for_status()
    assert ask("GET", "/user", as_="wang.qiang").status_code == 200
    later(23 * 3600)
    expired = ask("GET", "/user", as_="wang.qiang")
    text = "Token is expired. You can either do re-authorization or token refresh."
    assert (expired.status_code, expired.json()) == (401, {"error": "invalid_token", "error_description": text})
    assert f'error_description="{text}"' in expired.headers["WWW-Authenticate"]
    assert act("revoke", user="li.ming").json() == {"user": "li.ming", "tokens": 1}
    revoked = ask("GET", "/projects/1/issues")
    assert (revoked.status_code, revoked.json()["error_description"].startswith("Token was revoked.")) == (401, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"act": "explode"},
        {"act": "move", "key": f"{FIRMWARE}#1", "to": "没有/这个"},
        {"act": "move", "key": f"{FIRMWARE}#1", "to": FIRMWARE},
        {"act": "delete", "key": f"{FIRMWARE}#99"},
        {"act": "delete", "key": f"{FIRMWARE}#1", "as": "无名"},
        {"act": "rename", "project": FIRMWARE, "to": SITE},
        {"act": "access", "project": FIRMWARE, "user": "王强", "level": "boss"},
        {"act": "revoke", "user": "无名"},
        {"act": "revoke", "user": "王强", "more": 1},
    ],
    ids=str,
)
def test_做不到的事说得清楚且什么也没变(wrong: dict[str, object], known: str, url: str, ask: Ask) -> None:
    before = requests.get(f"{url}/__sandbox/dump", params={"full": "1"}, timeout=10).json()
    answer = requests.post(f"{url}/__sandbox/gitlab/acts", data=json.dumps(wrong), timeout=10)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
    assert requests.get(f"{url}/__sandbox/dump", params={"full": "1"}, timeout=10).json() == before


def test_不知道的系统没有事可做(url: str) -> None:
    assert requests.post(f"{url}/__sandbox/nobody/acts", json={"act": "move"}, timeout=10).status_code == 404
