"""Every reading and making resource of the sandbox's Jira, filled with everything it can show.

What it answers is held against the vendor's documents by the fixture around every test here, where they are at hand.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.contracts.api_document import folder

from collab_sync.sandbox.jira.routes import ROUTES

if TYPE_CHECKING:
    from tests.sandbox.jira.conftest import Client, Site

DATA_CENTER = (folder() or Path("nowhere")) / "jira" / "jira-dc-10.0.patched.openapi.json"


def adf(text: str) -> dict[str, object]:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"type": "doc", "version": 1, "content": [paragraph]}


def test_读取的答复合乎公开的格式(site: Site, bot: Client, task: str) -> None:
    """Every reading resource, filled with comments, history, links and properties."""
    own = bot("POST", f"/issue/{task}/comment", {"body": adf("收到"), "properties": [{"key": "k", "value": 1}]}).json()
    bot("PUT", f"/issue/{task}", {"fields": {"duedate": "2025-10-20", "description": adf("精简"), "assignee": None}})
    fields = {"project": {"key": "NPX"}, "issuetype": {"name": "任务"}, "summary": "合同", "parent": {"key": task}}
    other = bot("POST", "/issue", {"fields": fields}).json()["key"]
    bot(
        "POST", "/issueLink", {"type": {"name": "Blocks"}, "inwardIssue": {"key": task}, "outwardIssue": {"key": other}}
    )
    bot("POST", f"/issue/{task}/remotelink", {"object": {"url": "https://x.example.com/1", "title": "固件"}})
    bot("PUT", f"/issue/{task}/properties/collab-sync", {"v": 1})
    asked: list[tuple[str, str, object, dict[str, str]]] = [
        ("GET", "/serverInfo", None, {}),
        ("GET", "/myself", None, {}),
        ("GET", "/mypermissions", None, {"permissions": "ADD_COMMENTS"}),
        ("GET", "/field", None, {}),
        ("GET", "/project/{projectIdOrKey}", None, {}),
        ("GET", "/project/{projectIdOrKey}/statuses", None, {}),
        ("GET", "/issuetype", None, {}),
        ("GET", "/priority", None, {}),
        ("GET", "/label", None, {}),
        ("GET", "/user/search", None, {"query": "吴"}),
        ("GET", "/issueLinkType", None, {}),
        ("GET", "/issue/{issueIdOrKey}", None, {"expand": "changelog", "properties": "collab-sync"}),
        ("GET", "/issue/{issueIdOrKey}/comment", None, {}),
        ("GET", "/issue/{issueIdOrKey}/changelog", None, {}),
        ("GET", "/issue/{issueIdOrKey}/transitions", None, {}),
        ("GET", "/issue/{issueIdOrKey}/remotelink", None, {}),
        ("GET", "/issue/{issueIdOrKey}/properties", None, {}),
        ("GET", "/search/jql", None, {"jql": "project = NPX", "fields": "*all", "expand": "changelog"}),
        ("POST", "/search/jql", {"jql": "project = NPX", "fields": ["*all"], "maxResults": 1}, {}),
        ("POST", "/search/approximate-count", {"jql": "project = NPX"}, {}),
        ("POST", "/issue/bulkfetch", {"issueIdsOrKeys": [task, "NPX-999"]}, {}),
        ("POST", "/changelog/bulkfetch", {"issueIdsOrKeys": [task]}, {}),
        ("POST", "/comment/list", {"ids": [int(own["id"])]}, {"expand": "properties"}),
    ]
    for method, path, body, query in asked:
        real = path.replace("{issueIdOrKey}", task).replace("{projectIdOrKey}", "NPX")
        answer = bot(method, real, body, **query)
        assert answer.status_code == 200, (path, answer.text)


def test_写入的答复合乎公开的格式(bot: Client, task: str) -> None:
    """Created issue, comment and remote link."""
    fields = {"project": {"key": "NPX"}, "issuetype": {"name": "任务"}, "summary": "周会"}
    link = {"object": {"url": "https://x.example.com/1", "title": "固件"}}
    asked: list[tuple[str, object]] = [
        ("/issue", {"fields": fields}),
        ("/issue/{issueIdOrKey}/comment", {"body": adf("收到")}),
        ("/issue/{issueIdOrKey}/remotelink", link),
    ]
    for path, body in asked:
        answer = bot("POST", path.replace("{issueIdOrKey}", task), body)
        assert answer.status_code == 201, answer.text


@pytest.mark.skipif(not DATA_CENTER.exists(), reason="the folder has no document of Data Center")
def test_Data_Center_只应答公开文档里的路径() -> None:
    """Every route of the edition is an operation of the vendor's document, whatever its parameters are called."""
    paths = json.loads(DATA_CENTER.read_text())["paths"]
    known = {(method.upper(), re.sub(r"{\w+}", "{}", path)) for path, entry in paths.items() for method in entry}
    ours = {(method, f"/rest/api/2{re.sub(r'{[a-z_]+}', '{}', path)}") for method, path, _ in ROUTES["datacenter"]}
    assert sorted(ours - known) == []
