"""Searching while people work: what tokens, seeking by id, caps and a late index do to somebody who reads pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.jira.conftest import Client, Site


@pytest.fixture
def seven(site: Site) -> list[str]:
    """Keys of seven issues, one a minute from 09:01 on."""
    for number in range(1, 8):
        site.at(f"2025-09-15T09:0{number}:00+08:00")
        fields = {"summary": f"任务{number}", "issuetype": {"name": "任务"}}
        body = {"as": "林珊", "key": f"NPX-{number}", "fields": fields}
        assert site.control("POST", "/jira/issues", body).status_code == 201
    return [f"NPX-{number}" for number in range(1, 8)]


def switch(site: Site, **values: object) -> None:
    assert site.control("POST", "/seed", {"jira": values}).status_code == 204


def search(client: Client, jql: str, **params: str) -> Any:
    answer = client("GET", "/search/jql", **{"jql": jql, "fields": "key", "maxResults": "3", **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


def keys(page: Any) -> list[str]:
    return [each["key"] for each in page["issues"]]


def by_token(client: Client, jql: str, between: Callable[[], None]) -> list[str]:
    found, page = [], search(client, jql)
    while True:
        found += keys(page)
        if page["isLast"]:
            return found
        between()
        page = search(client, jql, nextPageToken=page["nextPageToken"])


def test_按更新时间翻页_边翻边改就会漏(site: Site, bot: Client, wumin: Client, seven: list[str]) -> None:
    """The token is an offset into the result as it is by then: what moves to the end pulls others past the reader."""
    edits = iter(["NPX-1", "NPX-2"])

    def edit() -> None:
        if key := next(edits, ""):
            site.at(f"2025-09-15T10:0{key[-1]}:00+08:00")
            assert wumin("PUT", f"/issue/{key}", {"fields": {"summary": "改过"}}).status_code == 204

    found = by_token(bot, "project = NPX ORDER BY updated ASC, id ASC", edit)
    assert set(seven) - set(found) == {"NPX-4"}


def test_按编号接着找_边翻边改也不漏(bot: Client, wumin: Client, seven: list[str]) -> None:
    """``id > N`` begins each page behind the last issue seen, wherever the others have gone."""
    found: list[str] = []
    where = "project = NPX"
    while page := search(bot, f"{where} ORDER BY id ASC")["issues"]:
        found += [each["key"] for each in page]
        where = f"project = NPX AND id > {page[-1]['id']}"
        wumin("PUT", f"/issue/{page[0]['key']}", {"fields": {"summary": "改过"}})
    assert found == seven


def test_比较编号其实是比较键里的号(site: Site, bot: Client, seven: list[str]) -> None:
    """As in Jira's own index: greater means a greater number in the key of the same project, however old the issue."""
    fields = {"summary": "补登", "issuetype": {"name": "任务"}}
    site.control("POST", "/seed", {"jira": {"projects": [{"key": "OPS"}]}})
    late = site.control("POST", "/jira/issues", {"as": "林珊", "key": "NPX-0", "fields": fields}).json()["id"]
    site.control("POST", "/jira/issues", {"as": "林珊", "key": "OPS-9", "fields": fields})
    assert keys(search(bot, f"id > {late} ORDER BY id")) == ["NPX-1", "NPX-2", "NPX-3"]
    assert keys(search(bot, "key >= NPX-6 ORDER BY id")) == ["NPX-6", "NPX-7"]
    assert keys(search(bot, "id < NPX-2 ORDER BY id DESC")) == ["NPX-1", "NPX-0"]


def test_接着找的那一条没了_看不见_移走了_都悄悄没有结果(site: Site, bot: Client, seven: list[str]) -> None:
    """Nothing tells such an answer from the end of the list; as published for Cloud's enhanced search."""
    site.control("POST", "/seed", {"jira": {"projects": [{"key": "OPS"}]}})
    ids = {key: bot("GET", f"/issue/{key}").json()["id"] for key in seven}
    site.control("POST", "/jira/acts", {"act": "delete", "issue": "NPX-2"})
    site.control("POST", "/jira/acts", {"act": "hide", "issue": "NPX-3"})
    site.control("POST", "/jira/acts", {"act": "move", "issue": "NPX-4", "project": "OPS"})
    for own in (ids["NPX-2"], ids["NPX-3"], ids["NPX-4"], "0", "-1"):
        assert keys(search(bot, f"project = NPX AND id > {own}")) == []
    assert keys(search(bot, f"project = NPX AND id > {ids['NPX-5']} ORDER BY id")) == ["NPX-6", "NPX-7"]


def test_站点可以不认编号比较(site: Site, bot: Client, seven: list[str]) -> None:
    """``idSeek: false``: whether Cloud takes it is nowhere promised; equality goes on working."""
    switch(site, idSeek=False)
    refused = bot("GET", "/search/jql", jql="project = NPX AND id > 10001")
    assert refused.status_code == 400
    assert refused.json()["errorMessages"] == ["The operator '>' is not supported by the 'id' field."]
    assert keys(search(bot, "id = 10001")) == ["NPX-1"]
    switch(site, idSeek=True)
    assert keys(search(bot, "project = NPX AND id > 10006 ORDER BY id")) == ["NPX-7"]


def test_令牌过七天作废(site: Site, bot: Client, seven: list[str]) -> None:
    """By the sandbox's clock: good to the last second, then 400."""
    token = search(bot, "project = NPX")["nextPageToken"]
    site.at("2025-09-22T09:07:00+08:00")
    assert len(search(bot, "project = NPX", nextPageToken=token)["issues"]) == 3
    site.at("2025-09-22T09:07:01+08:00")
    late = bot("GET", "/search/jql", jql="project = NPX", nextPageToken=token)
    assert (late.status_code, late.json()["errorMessages"]) == (400, ["The nextPageToken has expired."])


def test_空页带着新令牌_走不动的站点才重复令牌(site: Site, bot: Client, seven: list[str]) -> None:
    """Empty pages with a next token are legal; only a search that never gets on repeats itself."""
    site.control("POST", "/faults", {"match": {"path": "/search/jql"}, "effect": {"page_limit": 0}})
    tokens: list[str] = []
    for _ in range(5):
        page = search(bot, "project = NPX ORDER BY id", **({"nextPageToken": tokens[-1]} if tokens else {}))
        assert (page["issues"], page["isLast"]) == ([], False)
        tokens.append(page["nextPageToken"])
    assert len(set(tokens)) == 3
    assert tokens[2] == tokens[3] == tokens[4]
    site.control("DELETE", "/faults")
    assert keys(search(bot, "project = NPX ORDER BY id", nextPageToken=tokens[-1])) == seven[:3]


def test_只要编号时一页可到五千(site: Site, bot: Client) -> None:
    """With any other field a page has at most a hundred rows."""
    for number in range(1, 121):
        fields = {"summary": f"第{number}项", "issuetype": {"name": "任务"}}
        site.control("POST", "/jira/issues", {"as": "林珊", "key": f"NPX-{number}", "fields": fields})
    for asked, rows in (("id", 120), ("id,key", 120), ("summary", 100)):
        assert len(search(bot, "project = NPX", fields=asked, maxResults="5000")["issues"]) == rows


def test_搜索截断历史而不作声(wumin: Client, task: str) -> None:
    """Forty entries that pretend to be all; the changelog resource has the truth, and so has bulk reading not."""
    for number in range(45):
        wumin("PUT", f"/issue/{task}", {"fields": {"summary": f"第{number}次改名"}})
    row = search(wumin, f"key = {task}", expand="changelog")["issues"][0]
    bulk = wumin("POST", "/issue/bulkfetch", {"issueIdsOrKeys": [task], "expand": ["changelog"]}).json()["issues"][0]
    for log in (row["changelog"], bulk["changelog"]):
        assert (log["total"], log["maxResults"], len(log["histories"])) == (40, 40, 40)
    assert row["changelog"]["histories"][0]["items"][0]["toString"] == "第44次改名"
    assert wumin("GET", f"/issue/{task}/changelog").json()["total"] == 45


def test_索引迟到(site: Site, bot: Client, wumin: Client, seven: list[str]) -> None:
    """``searchLag``: new issues and new changes are found only after so many seconds; by id they are read at once."""
    switch(site, searchLag=60)
    site.at("2025-09-15T10:00:00+08:00")
    fields = {"project": {"key": "NPX"}, "issuetype": {"name": "任务"}, "summary": "新事"}
    made = wumin("POST", "/issue", {"fields": fields}).json()
    wumin("PUT", "/issue/NPX-1", {"fields": {"summary": "改过"}})
    recent = "project = NPX AND updated >= -10m ORDER BY id"
    assert bot("GET", f"/issue/{made['key']}").status_code == 200
    assert keys(search(bot, recent)) == []
    assert bot("POST", "/search/approximate-count", {"jql": "project = NPX"}).json() == {"count": 7}
    site.at("2025-09-15T10:01:00+08:00")
    assert keys(search(bot, recent)) == ["NPX-1", made["key"]]


def test_点名的事项不等索引(site: Site, bot: Client, wumin: Client, seven: list[str]) -> None:
    """``reconcileIssues`` names at most fifty ids that are looked at as they are now."""
    switch(site, searchLag=3600)
    site.at("2025-09-15T12:00:00+08:00")
    wumin("PUT", "/issue/NPX-1", {"fields": {"summary": "改过"}})
    wumin("PUT", "/issue/NPX-2", {"fields": {"summary": "改过"}})
    recent = "project = NPX AND updated >= -10m"
    assert keys(search(bot, recent, reconcileIssues="10001")) == ["NPX-1"]
    body = {"jql": recent, "fields": ["key"], "reconcileIssues": [10002]}
    assert keys(bot("POST", "/search/jql", body).json()) == ["NPX-2"]
    assert bot("POST", "/search/jql", {**body, "reconcileIssues": list(range(51))}).status_code == 400
    assert bot("POST", "/search/jql", {**body, "reconcileIssues": ["NPX-1"]}).status_code == 400
