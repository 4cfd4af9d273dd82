"""Quick actions run exactly where they were seen to run on the recorded server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from collab_sync.sandbox.gitlab.quick_actions import extract

Ask = Callable[..., requests.Response]
RECORDED = json.loads((Path(__file__).parents[1] / "fixtures" / "gitlab-ce-14.2.3.json").read_text("utf-8"))
IN_NOTES = [case for case in RECORDED["quick_actions"] if "posted" in case]
NOTES = "/projects/1/issues/{}/notes"


def state(ask: Ask, issue: int) -> str:
    return str(ask("GET", f"/projects/1/issues/{issue}").json()["state"])


@pytest.mark.parametrize("case", IN_NOTES, ids=lambda case: case["case"])
def test_评论里的命令与观察到的一致(case: dict[str, object], ask: Ask, issue: int) -> None:
    answer = ask("POST", NOTES.format(issue), json={"body": case["posted"]})
    body = answer.json()
    assert answer.status_code == case["status"]
    assert state(ask, issue) == ("closed" if case["executed"] else "opened")
    assert body.get("body") == case["stored_body"]
    assert body["commands_changes"] == case["commands_changes"]
    assert body.get("summary") == case["summary"]


def test_编辑评论也会执行命令但不在回答里说(ask: Ask, issue: int) -> None:
    note = ask("POST", NOTES.format(issue), json={"body": "原文"}).json()["id"]
    answer = ask("PUT", f"{NOTES.format(issue)}/{note}", json={"body": "edited\n/close"}).json()
    assert (answer["body"], answer["commands_changes"]) == ("edited", {})
    assert state(ask, issue) == "closed"


def test_新建时描述里的关闭被剪掉却不执行而标签和到期日会执行(ask: Ask) -> None:
    text = 'text\n/close\n/label ~"灯::红"\n/due 2025-12-25'
    made = ask("POST", "/projects/1/issues", json={"title": "描述里的命令", "description": text}).json()
    assert (made["description"], made["state"]) == ("text", "opened")
    assert (made["labels"], made["due_date"]) == (["灯::红"], "2025-12-25")


def test_改描述时关闭会执行(ask: Ask, issue: int) -> None:
    changed = ask("PUT", f"/projects/1/issues/{issue}", json={"description": "text\n/close"}).json()
    assert (changed["description"], changed["state"]) == ("text", "closed")


def test_已关闭的再关闭一次被婉拒(ask: Ask, issue: int) -> None:
    ask("POST", NOTES.format(issue), json={"body": "/close"})
    again = ask("POST", NOTES.format(issue), json={"body": "/close"})
    assert again.status_code == 202
    assert again.json() == {"commands_changes": {}, "summary": ["Could not apply close command."]}


def test_标签命令只用已有的标签而默默略过没有的(ask: Ask, issue: int) -> None:
    answer = ask("POST", NOTES.format(issue), json={"body": '/label ~"灯::红" ~nonexistent-label'})
    assert answer.status_code == 202
    assert answer.json()["summary"] == ['Added ~"灯::红" label.']
    assert ask("GET", f"/projects/1/issues/{issue}").json()["labels"] == ["灯::红"]
    removed = ask("POST", NOTES.format(issue), json={"body": '/unlabel ~"灯::红"'})
    assert removed.json()["summary"] == ['Removed ~"灯::红" label.']


def test_到期日和负责人命令的总结与服务器一致(ask: Ask, issue: int) -> None:
    due = ask("POST", NOTES.format(issue), json={"body": "/due 2026-12-24"}).json()
    assert due == {"commands_changes": {"due_date": "2026-12-24"}, "summary": ["Set the due date to Dec 24, 2026."]}
    ask("POST", NOTES.format(issue), json={"body": "/assign @wang.qiang"})
    assert ask("GET", f"/projects/1/issues/{issue}").json()["assignee"]["username"] == "wang.qiang"
    ask("POST", NOTES.format(issue), json={"body": "/unassign"})
    assert ask("GET", f"/projects/1/issues/{issue}").json()["assignee"] is None


def test_一段里的多条命令依次执行(ask: Ask, issue: int) -> None:
    answer = ask("POST", NOTES.format(issue), json={"body": '/title 新标题\n/label ~"灯::红"\n/close'})
    assert list(answer.json()["commands_changes"]) == ["title", "add_label_ids", "state_event"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["/close", "/close 现在", "\\/close", " /close", "文字", "```", ">>>", "<div>", ""])))
def test_没有命令时文字只去掉行尾的空白(lines: list[str]) -> None:
    """Whatever is not a command stays, in order; what was cut had a slash at column 0."""
    text = "\n".join(lines)
    rest, commands = extract(text)
    assert (rest == text.rstrip()) or commands
    assert [line for line in rest.split("\n") if line and not line.startswith("/close")] == [
        line for line in text.rstrip().split("\n") if line and not line.startswith("/close")
    ]
