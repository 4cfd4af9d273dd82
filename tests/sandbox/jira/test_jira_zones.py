"""Time zones of accounts: absolute dates and written timestamps follow them, relative dates do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.jira.conftest import Client, Site

NEW_YORK = {
    "name": "海外",
    "jira": {"accountId": "ny", "email": "ny@example.com", "token": "tn", "timeZone": "America/New_York"},
}


@pytest.fixture
def abroad(site: Site) -> Client:
    site.control("POST", "/seed", {"users": [NEW_YORK]})
    return site.as_("ny@example.com", "tn")


def issue(site: Site, key: str, at: str) -> None:
    site.at(at)
    fields = {"summary": key, "issuetype": {"name": "任务"}}
    assert site.control("POST", "/jira/issues", {"as": "林珊", "key": key, "fields": fields}).status_code == 201


def keys(client: Client, jql: str) -> list[str]:
    answer = client("GET", "/search/jql", jql=f"project = NPX AND {jql} ORDER BY key", fields="key")
    assert answer.status_code == 200, answer.text
    return [each["key"] for each in answer.json()["issues"]]


def test_时间戳写成看的人的时区_夏令时也对(site: Site, bot: Client, abroad: Client) -> None:
    """One instant, two readers; New York is four hours behind in October, five in November."""
    issue(site, "NPX-1", "2025-10-31T20:00:00.848+08:00")
    issue(site, "NPX-2", "2025-11-03T20:00:00+08:00")
    times = {"NPX-1": "2025-10-31T08:00:00.848-0400", "NPX-2": "2025-11-03T07:00:00.000-0500"}
    for key, expected in times.items():
        assert abroad("GET", f"/issue/{key}").json()["fields"]["created"] == expected
    assert bot("GET", "/issue/NPX-1").json()["fields"]["created"] == "2025-10-31T20:00:00.848+0800"
    assert abroad("GET", "/myself").json()["timeZone"] == "America/New_York"


def test_绝对时间随账号_相对时间不随(site: Site, bot: Client, abroad: Client) -> None:
    """The same words mean another instant to another account; minutes ago mean the same to all."""
    issue(site, "NPX-1", "2025-09-15T20:30:00+08:00")
    site.at("2025-09-15T20:40:00+08:00")
    assert keys(bot, 'updated >= "2025-09-15 20:30"') == ["NPX-1"]
    assert keys(abroad, 'updated >= "2025-09-15 20:30"') == []
    assert keys(abroad, 'updated >= "2025-09-15 08:30"') == ["NPX-1"]
    assert keys(abroad, 'updated >= "2025-09-15 08:31"') == []
    for client in (bot, abroad):
        assert keys(client, "updated >= -10m") == ["NPX-1"]
        assert keys(client, "updated >= -9m") == []


def test_秋天重复的一小时算后一次(site: Site, abroad: Client) -> None:
    """01:30 comes twice on 2025-11-02 in New York; the query means the second, an hour after the first."""
    issue(site, "NPX-1", "2025-11-02T05:30:00+00:00")
    issue(site, "NPX-2", "2025-11-02T06:30:00+00:00")
    assert keys(abroad, 'updated >= "2025-11-02 01:30"') == ["NPX-2"]
    assert [abroad("GET", f"/issue/{key}").json()["fields"]["updated"] for key in ("NPX-1", "NPX-2")] == [
        "2025-11-02T01:30:00.000-0400",
        "2025-11-02T01:30:00.000-0500",
    ]


def test_春天跳过的时刻不是时刻(abroad: Client) -> None:
    """02:30 on 2025-03-09 never was in New York."""
    answer = abroad("GET", "/search/jql", jql='updated >= "2025-03-09 02:30"')
    assert answer.status_code == 400
    assert answer.json()["errorMessages"][0].startswith("Date value '2025-03-09 02:30' for field 'updated' is invalid.")


def test_云上的光数字不是时间(bot: Client, task: str) -> None:
    """Epoch milliseconds are Data Center's; nothing promises them on Cloud."""
    assert bot("GET", "/search/jql", jql="updated >= 1757898330000").status_code == 400
