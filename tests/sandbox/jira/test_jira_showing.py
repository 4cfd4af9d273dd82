"""The Jira site as people see it in the browser view."""

from __future__ import annotations

from datetime import UTC, date, datetime

from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.jira import JiraTracker
from collab_sync.sandbox.wire import Headers, Request, json_response

SEED = {
    "users": [
        {"name": "林珊", "accountId": "u18", "email": "linshan@example.com", "token": "t18"},
        {"name": "协同", "bot": True, "accountId": "bot", "email": "bot@example.com", "token": "tb"},
    ],
    "projects": [{"key": "NPX", "name": "新品X1"}],
}
AS_BOT = Headers([("Authorization", "Basic Ym90QGV4YW1wbGUuY29tOnRi")])


def adf(text: str) -> dict[str, object]:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"type": "doc", "version": 1, "content": [paragraph]}


def test_事务带着评论链接历史示人() -> None:
    """Author and bot, labels sorted, what changed in plain words; nothing that people wrote becomes markup."""
    clock = SandboxClock(lambda: datetime(2025, 9, 15, 1, tzinfo=UTC))
    tracker = JiraTracker(clock)
    tracker.seed(SEED, clock.now())

    def ask(method: str, path: str, body: object) -> int:
        request = Request(method, f"/rest/api/3{path}", (), AS_BOT, json_response(body).body)
        return tracker.handle(request).status

    fields = {"summary": "供应商准入", "issuetype": {"name": "任务"}, "labels": ["部门::采购部"]}
    made = Request("POST", "/", body=json_response({"as": "林珊", "key": "NPX-30", "fields": fields}).body)
    assert tracker.put_issue(made).status == 201
    assert ask("PUT", "/issue/NPX-30", {"fields": {"duedate": "2025-10-14"}}) == 204
    assert ask("PUT", "/issue/NPX-30", {"update": {"labels": [{"add": "延期"}]}}) == 204
    assert ask("POST", "/issue/NPX-30/comment", {"body": adf("<script>alert(1)</script> 请更新")}) == 201
    link = {"object": {"url": "https://gitlab.example.com/1", "title": "固件#1"}, "relationship": "镜像"}
    assert ask("POST", "/issue/NPX-30/remotelink", link) == 201

    (project,) = tracker.browse()
    (item,) = project.items
    assert (project.key, project.title, item.key, item.author, item.open) == ("NPX", "新品X1", "NPX-30", "林珊", True)
    assert (item.due, item.labels) == (date(2025, 10, 14), ("延期", "部门::采购部"))
    (comment,) = item.comments
    assert (comment.author, comment.bot, comment.edited) == ("协同", True, False)
    assert "<script>" not in comment.html
    assert "请更新" in comment.html
    assert [(each.kind, each.key) for each in item.links] == [("镜像", "固件#1")]
    assert [each.text for each in item.history[:2]] == [
        "到期日：（空） → 2025-10-14 00:00:00.0",
        "标签：部门::采购部 → 延期 部门::采购部",
    ]
