"""A series of pages is one issue: found by its mark, rewritten in place, with pictures that come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.connectors.jira.pages.conftest import FIRST, LABEL, SECOND, said, weekly

from collab_sync.errors import TransientError, UnknownOutcomeError
from collab_sync.pictures import name_of
from collab_sync.testing.connector_suite import Draft

if TYPE_CHECKING:
    from tests.connectors.jira.pages.conftest import Desk


def test_一个系列一个事项_没有负责人没有截止日(desk: Desk) -> None:
    receipt = desk.pages.publish(weekly())
    item = desk.stage.item(desk.key())
    assert (item.title, item.type, item.labels) == ("周报 新品 2025-09-26", "任务", (LABEL,))
    assert (item.assignee, item.due) == (None, None)
    assert (receipt.remote_id, receipt.url) == (item.key, f"{desk.stage.server.url}/jira/browse/{item.key}")


def test_新的一期改写原来的事项(desk: Desk) -> None:
    desk.pages.publish(weekly())
    desk.again().pages(desk.project).publish(weekly(slot="2025-10-03", text="在办 1 项"))
    assert desk.issue()["summary"] == "周报 新品 2025-10-03"
    assert "在办 1 项" in desk.html()
    assert "在办 3 项" not in desk.html()


def test_迟到的旧一期不盖掉新的(desk: Desk) -> None:
    newer, older = weekly(slot="2025-10-03", text="在办 1 项"), weekly()
    receipt = desk.pages.publish(newer)
    desk.forget()
    assert desk.pages.publish(older).remote_id == receipt.remote_id
    assert desk.pages.find(older) is not None
    assert desk.writes() == []
    desk.settled(newer)


def test_规则后来不写日期_仍改写同一个事项(desk: Desk) -> None:
    """A page without a date is no old edition: it would be taken for written for ever."""
    desk.pages.publish(weekly())
    undated = msgspec.structs.replace(weekly(text="不分期了"), key=weekly().series)
    assert desk.pages.find(undated) is None
    desk.pages.publish(undated)
    assert "不分期了" in desk.html()
    desk.settled(undated)


def test_不同系列互不相干_名字里可以有冒号(desk: Desk) -> None:
    for name in ("新品", "新品:二期", "产线"):
        desk.pages.publish(weekly(name=name, text=f"说的是{name}"))
    assert sorted(one["summary"] for one in desk.issues()) == sorted(
        f"周报 {name} 2025-09-26" for name in ("新品", "新品:二期", "产线")
    )
    assert desk.pages.find(weekly(name="新品:二期", text="说的是新品:二期")) is not None


def test_没有期次的页面标题不加日期(desk: Desk) -> None:
    page = said(weekly(), "共 4 条")
    page = type(page)(key="案例库", path="协同/案例库", title="案例库", notice=page.notice, document=page.document)
    desk.pages.publish(page)
    assert desk.issue()["summary"] == "案例库"
    desk.settled(page)


def test_图是附件_内容不变只传一次(desk: Desk) -> None:
    page = weekly(FIRST, SECOND)
    desk.pages.publish(page)
    assert sorted(desk.pictures()) == sorted([name_of(FIRST), name_of(SECOND)])
    desk.settled(page, FIRST, SECOND)
    desk.forget()
    later = said(page, "在办 2 项")
    desk.again().pages(desk.project).publish(later)
    assert desk.writes() == ["PUT issue"]
    desk.settled(later, FIRST, SECOND)


def test_换下来的图删掉_别人的文件不动(desk: Desk) -> None:
    desk.pages.publish(weekly(FIRST, SECOND))
    desk.attach("会议纪要.png")
    desk.attach("collab-0123456789abcdef.png")
    desk.forget()
    desk.pages.publish(weekly(SECOND, slot="2025-10-03"))
    assert desk.writes() == ["PUT issue", "DELETE attachment"]
    assert sorted(desk.pictures()) == sorted(["会议纪要.png", "collab-0123456789abcdef.png", name_of(SECOND)])


def test_Cloud_的图下面收着数字_Data_Center_的图有说明(desk: Desk) -> None:
    desk.pages.publish(weekly(FIRST))
    html = desk.html()
    assert html.count("<img") == 1
    if desk.cloud:
        assert "<details><summary>数据:在办</summary><table>" in html
    else:
        assert f"!{name_of(FIRST)}|alt=" in desk.issue()["description"]


def test_有人删了附图_下次补上(desk: Desk) -> None:
    page = weekly(FIRST)
    desk.pages.publish(page)
    with desk.stage.database() as site:
        for issue in site["issues"].values():
            issue["attachments"] = []
    assert desk.pages.find(page) is None
    desk.pages.publish(page)
    desk.settled(page, FIRST)


@pytest.mark.parametrize("reason", ["too large", "not allowed", "no address"])
def test_图放不上去就是表格(desk: Desk, reason: str) -> None:
    """The page says the same. What makes the pictures impossible is for ``doctor`` to tell."""
    if reason == "too large":
        desk.stage.control("POST", "seed", {"jira": {"attachmentLimit": 10}})
    elif reason == "not allowed":
        desk.fault("POST", "/attachments$", {"status": 403, "body": '{"errorMessages":["no"]}'})
    elif desk.cloud:
        desk.fault("GET", "/attachment/content/", {"status": 200, "body": "{}"})
    else:
        pytest.skip("Data Center shows a file by its name")
    page = weekly(FIRST, SECOND)
    desk.pages.publish(page)
    assert "<table>" in desk.html() if desk.cloud else "||项||数量||" in desk.issue()["description"]
    assert "在办" in desk.html()
    desk.settled(page)


def test_没有权限删附件_页面照样写(desk: Desk) -> None:
    desk.pages.publish(weekly(FIRST))
    desk.fault("DELETE", "/attachment/", {"status": 403, "body": '{"errorMessages":["no"]}'})
    desk.pages.publish(weekly(SECOND))
    assert len(desk.pictures()) == 2
    desk.fair()
    desk.deliver(weekly(SECOND))
    desk.settled(weekly(SECOND), SECOND)


def test_人的评论_标签_负责人_状态都不动_描述改回来(desk: Desk) -> None:
    desk.pages.publish(weekly())
    key = desk.key()
    desk.stage.edit(key, text="我手写的")
    desk.stage.label(key, "领导关注")
    desk.stage.comment(key, "产线那一项说错了")
    who = {"accountId": "u-lin"} if desk.cloud else {"name": "linshan"}
    desk.stage.lin("PUT", f"issue/{key}", {"fields": {"assignee": who, "duedate": "2025-10-31"}})
    for name in ("处理中", "完成"):
        offered = desk.stage.lin("GET", f"issue/{key}/transitions")["transitions"]
        chosen = next(one["id"] for one in offered if one["to"]["name"] == name)
        desk.stage.lin("POST", f"issue/{key}/transitions", {"transition": {"id": chosen}})
    assert desk.pages.find(weekly()) is not None, "an edit by hand is no change of the page"
    desk.pages.publish(weekly(text="在办 2 项"))
    item = desk.stage.item(key)
    assert ("在办 2 项" in item.description_html, "我手写的" in item.description_html) == (True, False)
    assert (item.labels, item.assignee, item.status) == (("协同页面", "领导关注"), "林珊", "完成")
    assert str(item.due) == "2025-10-31"
    assert [comment.author for comment in item.comments] == ["林珊"]


def test_有人摘了标签_仍认得出_下次贴回(desk: Desk) -> None:
    desk.pages.publish(weekly())
    desk.stage.lin("PUT", f"issue/{desk.key()}", {"update": {"labels": [{"remove": LABEL}]}})
    desk.again()
    assert desk.pages.find(weekly()) is not None
    desk.pages.publish(weekly(text="在办 2 项"))
    assert desk.stage.item(desk.key()).labels == (LABEL,)


def test_人给自己的事项贴了标签_不会被当成页面(desk: Desk) -> None:
    key = desk.stage.put(Draft(title="我的事", labels=(LABEL,)))
    desk.pages.publish(weekly())
    assert desk.stage.item(key).title == "我的事"
    assert desk.key() != key


def test_事项被删了_下次新建(desk: Desk) -> None:
    first = desk.pages.publish(weekly(FIRST))
    desk.stage.delete(first.remote_id)
    assert desk.pages.find(weekly(FIRST)) is None
    second = desk.deliver(weekly(FIRST))
    assert second.remote_id != first.remote_id
    desk.settled(weekly(FIRST), FIRST)


def test_事项被移到别的项目_这里新建一个(desk: Desk) -> None:
    """The other goes on as people want it, and is not written any more."""
    first = desk.pages.publish(weekly())
    moved = desk.stage.move(first.remote_id)
    desk.pages.publish(weekly(text="在办 2 项"))
    assert len(desk.issues()) == 2
    moved_html = next(i for p in desk.stage.tracker.browse() for i in p.items if i.key == moved).description_html
    assert "在办 3 项" in moved_html


def test_改写时一再被删_留到以后(desk: Desk) -> None:
    desk.pages.publish(weekly())
    desk.fault("PUT", r"/issue/\d+$", {"status": 404, "body": '{"errorMessages":["gone"]}'})
    with pytest.raises(TransientError, match="不见了"):
        desk.pages.publish(weekly(text="在办 2 项"))
    desk.fair()
    desk.pages.publish(weekly(text="在办 2 项"))
    desk.settled(weekly(text="在办 2 项"))


def test_搜索还没跟上_不算写完_也不会再建一个(desk: Desk) -> None:
    """Until a search shows the new issue its outcome is unknown; then it is found, by another process too."""
    desk.stage.control("POST", "seed", {"jira": {"searchLag": 60}})
    with pytest.raises(UnknownOutcomeError, match="不会另建"):
        desk.pages.publish(weekly(FIRST))
    assert desk.html().count("<img") == 1, "people see it already"
    assert desk.again().pages(desk.project).find(weekly(FIRST)) is None
    desk.stage.later(5)
    assert desk.again().pages(desk.project).find(weekly(FIRST)) is not None
    desk.settled(weekly(FIRST), FIRST)
