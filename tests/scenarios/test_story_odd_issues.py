"""An issue due in a year no calendar knows, and one that not everybody may see: what the weekly pages make of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest
from tests.scenarios.telling import Row, Telling, WholeStory, company, day, write_log

from collab_sync.sandbox.story.gitlab_acts import description

SECRET = "并购目标公司固件评估"
FAR = "两年后的售后固件"


@pytest.fixture(scope="module")
def friday(story: WholeStory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telling]:
    """The story to the evening of 09-26, with two more firmware issues of 09-24."""
    folder = tmp_path_factory.mktemp("odd")
    with story.places["09-23 23:59"].opened(folder) as telling, company(telling) as present:
        present.tell(day("09-24 10:05"))
        lines = ("审批人: 陈志远", "紧急程度: 高", "重要程度: 高")
        issue = {"labels": "项目::X1", "as": "李明", "assignee": "李明", "description": description(lines)}
        far = {**issue, "key": "rd/x1-firmware#60", "title": FAR, "due_date": "2027-03-01"}
        hidden = {**issue, "key": "rd/x1-firmware#61", "title": SECRET, "due_date": "2025-09-24", "confidential": True}
        for one in (far, hidden):
            present.player.stage.control("POST", "gitlab/issues", one)
        present.tell(day("09-26 18:30"))
        write_log(present.runtime, folder)
        yield telling


def pages(telling: Telling) -> Mapping[str, str]:
    """The text of every wiki page, by its path."""
    return {path: str(text) for path, text in telling.ask("dump")["gitlab"]["pages"].items()}


def test_截止日在日历之外_页面上有提示_照常运行(friday: Telling) -> None:
    """The calendar is checked to the end of a year; beyond it the page says so."""
    weekly = [text for slug, text in pages(friday).items() if "周报" in slug and "2025-09-26" in slug and "X1" in slug]
    assert len(weekly) == 1
    assert "日历只核定到" in weekly[0]
    assert FAR in weekly[0]
    assert [row for row in friday.log if row["at"] == "09-26 Fri 18:00" and row["rule"] == "weekly-page"]


def told_of_secret(row: Row) -> bool:
    return SECRET in row["detail"] or "#61" in row["detail"]


def test_机密事项不出现在任何页面上(friday: Telling) -> None:
    """Neither its title nor its number, though it is overdue and belongs to the programme."""
    assert pages(friday)
    assert [slug for slug, text in pages(friday).items() if SECRET in text or "x1-firmware#61" in text] == []


def test_机密事项也不出现在别的事项上_它自己照常被提醒(friday: Telling) -> None:
    """Comments on other issues name it as little; on itself the ladder goes on."""
    elsewhere = [row for row in friday.log if row["target"] != "rd/x1-firmware#61" and told_of_secret(row)]
    assert elsewhere == []
    own = {(row["rule"], row["detail"]) for row in friday.log if row["target"] == "rd/x1-firmware#61"}
    assert ("esc-overdue", "延期") in own
    issues = friday.ask("dump")["gitlab"]["issues"]
    named = [key for key, issue in issues.items() if SECRET in json.dumps(issue, ensure_ascii=False)]
    assert named == ["rd/x1-firmware#61"]
