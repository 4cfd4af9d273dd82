"""Attempts to look better than one is, and a hand that takes our label away."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from tests.scenarios.telling import Company, Row, Telling, WholeStory, company, day, write_log

from collab_sync.sandbox.story.jira_acts import JiraActs


@pytest.fixture
def evening(story: WholeStory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Company, Telling]]:
    """The evening of 09-23; NPX-11 was due that day and is not done."""
    place = story.places["09-23 23:59"]
    with place.opened(tmp_path_factory.mktemp("gaming")) as telling, company(telling) as present:
        yield present, telling


def jira(present: Company) -> JiraActs:
    return JiraActs(present.player.stage, present.player.cast)


def act_at(present: Company, at: str) -> JiraActs:
    """The story up to ``at``; then somebody acts in Jira."""
    present.tell(day(at))
    return jira(present)


def about(present: Company, telling: Telling, key: str) -> list[Row]:
    write_log(present.runtime, telling.folder)
    return [row for row in telling.log if row["target"] == key]


def labels(telling: Telling, key: str) -> set[str]:
    return set(telling.ask("dump")["jira"][key]["labels"])


def test_第二次自行后移截止日_须补审批_旧的约定仍算数(whole: Telling) -> None:
    """NPX-34: the first push (10-09, before the old date) stands; the second (10-14) waits for approval, so the day of
    10-14 counts as late although the tracker says 10-20; the approval of 10-17 makes 10-20 the agreed day."""
    told = [(row["at"], row["rule"], row["action"], row["detail"]) for row in whole.log if row["target"] == "NPX-34"]
    assert ("10-14 Tue 16:00", "due-pushed", "label+", "变更:延期待批") in told
    assert ("10-15 Wed 09:00", "esc-overdue", "label+", "延期") in told
    assert ("10-17 Fri 10:00", "due-pushed", "label-", "变更:延期待批") in told
    assert ("10-17 Fri 10:00", "esc-overdue", "label-", "延期") in told
    assert ("10-21 Tue 09:00", "esc-overdue", "label+", "延期") in told
    assert not [one for one in told if one[0].startswith("10-09")]


def test_状态改成完成又改回_阶梯不重来也不跳过(evening: tuple[Company, Telling]) -> None:
    """NPX-11 is closed for half an hour on 09-24: the label comes back without another word to 郑凯, and the third day
    is the same as if nothing had happened."""
    present, telling = evening
    by = present.player.cast["郑凯"]
    act_at(present, "09-24 10:05").status("NPX-11", "已完成", by)
    present.daemon.beat()
    assert "延期" not in labels(telling, "NPX-11")
    act_at(present, "09-24 10:35").status("NPX-11", "进行中", by)
    present.daemon.beat()
    assert "延期" in labels(telling, "NPX-11")
    present.tell(day("09-26 09:00"))
    rows = [row for row in about(present, telling, "NPX-11") if row["rule"] == "esc-overdue"]
    spoken = [(row["at"], row["step"]) for row in rows if row["action"].startswith("comment")]
    assert spoken == [("09-24 Wed 09:00", ">0wd"), ("09-26 Fri 09:00", ">2wd")]
    assert "升级::L1" in labels(telling, "NPX-11")


def test_手工摘掉的标签_补一次_再摘就只报告(evening: tuple[Company, Telling]) -> None:
    """Nobody is fought over a label: it comes back once per episode, then operators are told."""
    present, telling = evening
    by = present.player.cast["郑凯"]
    for at, comes_back in (("09-24 10:05", True), ("09-24 10:40", False)):
        act_at(present, at).label("NPX-11", None, "延期", by)
        present.daemon.beat()
        present.daemon.beat()
        assert ("延期" in labels(telling, "NPX-11")) is comes_back
    with present.runtime.store.read() as tx:
        notices = [value for _, value in tx.recorded("notice:").values()]
    assert [one for one in notices if "延期" in one and "NPX-11" in one]
    put = [row["at"] for row in about(present, telling, "NPX-11") if row["detail"] == "延期"]
    assert put == ["09-24 Wed 09:00", "09-24 Wed 10:00"]


def test_迟到的历史_先只记录_全面启用时只补最后一级(evening: tuple[Company, Telling]) -> None:
    """NPX-60 is imported on 09-24, due on 09-04: silent while only reported, then one comment, not four."""
    present, telling = evening
    file = telling.folder / "state" / "rules" / "organisation" / "rollout.yaml"
    shipped = file.read_text(encoding="utf-8")
    file.write_text(shipped.replace("default: full", "default: report_only"), encoding="utf-8")
    acts = act_at(present, "09-24 10:05")
    section = ("主责部门: 采购部", "审批人: 吴敏", "紧急程度: 中", "重要程度: 中")
    fields = {
        "summary": "旧系统导入的任务",
        "issuetype": {"name": "任务"},
        "duedate": "2025-09-04",
        "assignee": {"accountId": present.player.cast["郑凯"].account_id},
        "description": imported(section),
    }
    acts.put("NPX-60", "林珊", fields)
    present.daemon.beat()
    assert labels(telling, "NPX-60") == set()
    assert telling.ask("dump")["jira"]["NPX-60"]["comments"] == []
    with present.runtime.store.read() as tx:
        reported = [line for row in tx.outbox(("reported",)) for line in row.planned.lines]
    assert {"延期", "升级::L3"} <= {line.detail for line in reported if line.target == "NPX-60"}

    file.write_text(shipped, encoding="utf-8")
    present.daemon.beat()
    assert labels(telling, "NPX-60") == {"延期", "升级::L3", "灯::红", "优先级::中"}
    comments = telling.ask("dump")["jira"]["NPX-60"]["comments"]
    assert len(comments) == 1
    assert "报领导小组知悉" in comments[0]["text"]
    rows = about(present, telling, "NPX-60")
    spoken = [row["step"] for row in rows if row["action"].startswith("comment")]
    assert spoken == [">5wd", ">5wd"], "once for the record, once sent"
    assert [row for row in rows if row["mention"]] == []
    named = [key for key, one in telling.ask("dump")["jira"].items() if "NPX-60" in json.dumps(one["description"])]
    assert named == [], "no emergency meeting about it"


def imported(lines: tuple[str, ...]) -> dict[str, object]:
    """A description whose section has these lines."""
    heading = {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "协同信息"}]}
    paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]
    return {"type": "doc", "version": 1, "content": [heading, *paragraphs]}
