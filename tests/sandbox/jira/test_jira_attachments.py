"""Attachments: uploaded as a form, listed with the issue, fetched, deleted by who put them there; in both editions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import requests
from tests.sandbox.jira.test_jira_datacenter import SEED as CENTER
from tests.sandbox.jira.test_jira_datacenter import Bearer

if TYPE_CHECKING:
    from tests.sandbox.jira.conftest import Site

CHART = b"\x89PNG\r\n\x1a\n--\r\n\x00\xff"


@dataclass
class Hands:
    """Somebody with files. ``base``: the API of the edition."""

    base: str
    auth: Any

    def __call__(self, method: str, path: str, **more: Any) -> requests.Response:
        more.setdefault("allow_redirects", False)
        return requests.request(method, f"{self.base}{path}", auth=self.auth, timeout=10, **more)

    def attach(self, key: str, name: str = "图一.png", data: bytes = CHART, field: str = "file") -> requests.Response:
        form = {field: (name, data, "image/png")}
        return self("POST", f"/issue/{key}/attachments", files=form, headers={"X-Atlassian-Token": "no-check"})

    def names(self, key: str) -> list[str]:
        issue = self("GET", f"/issue/{key}?fields=attachment").json()
        return [one["filename"] for one in issue["fields"]["attachment"]]


@dataclass
class Two:
    """The bot and a person, and an issue of theirs."""

    site: Site
    bot: Hands
    lin: Hands
    key: str
    cloud: bool


@pytest.fixture(params=["cloud", "datacenter"])
def two(request: pytest.FixtureRequest, site: Site) -> Two:
    cloud = request.param == "cloud"
    if not cloud:
        assert site.control("POST", "/seed", CENTER).status_code == 204
    base = f"{site.url}/jira/rest/api/{3 if cloud else 2}"
    bot = Hands(base, ("bot@example.com", "tb") if cloud else Bearer("patb"))
    lin = Hands(base, ("linshan@example.com", "t18") if cloud else Bearer("pat18"))
    project = "NPX" if cloud else "LINE"
    wanted = {"as": "林珊", "key": f"{project}-1", "fields": {"summary": "周报", "issuetype": {"name": "任务"}}}
    assert site.control("POST", "/jira/issues", wanted).status_code == 201
    return Two(site, bot, lin, f"{project}-1", cloud)


def test_附件传上去_列得出_取得回(two: Two) -> None:
    """Any bytes come back as they were sent, line breaks and dashes included."""
    [made] = two.bot.attach(two.key).json()
    assert (made["filename"], made["size"], made["mimeType"]) == ("图一.png", len(CHART), "image/png")
    assert two.lin.names(two.key) == ["图一.png"]
    assert two.lin("GET", f"/attachment/{made['id']}").json() == made
    address = f"{made['content']}?redirect=false" if two.cloud else made["content"]
    fetched = requests.get(address, auth=two.lin.auth, timeout=10)
    assert (fetched.content, fetched.headers["Content-Type"]) == (CHART, "image/png")
    assert requests.get(address, timeout=10).status_code == 401


def test_Cloud_取附件会被带到存文件的地方(two: Two) -> None:
    [made] = two.bot.attach(two.key).json()
    led = two.bot("GET", f"/attachment/content/{made['id']}")
    if not two.cloud:
        assert led.status_code == 404
        return
    assert led.status_code == 303
    assert "/file/" in led.headers["Location"]


def test_同名的附件各是各的_留下历史(two: Two) -> None:
    first, second = two.bot.attach(two.key).json()[0], two.bot.attach(two.key).json()[0]
    assert first["id"] != second["id"]
    assert two.bot("DELETE", f"/attachment/{first['id']}").status_code == 204
    assert two.bot("DELETE", f"/attachment/{first['id']}").status_code == 404
    assert two.lin.names(two.key) == ["图一.png"]
    histories = two.lin("GET", f"/issue/{two.key}?expand=changelog").json()["changelog"]["histories"]
    assert sorted(str(item["toString"]) for one in histories for item in one["items"]) == [
        "None",
        "图一.png",
        "图一.png",
    ]


def test_别人的附件删不掉(two: Two) -> None:
    [made] = two.lin.attach(two.key).json()
    assert two.bot("DELETE", f"/attachment/{made['id']}").status_code == 403
    assert two.lin.names(two.key) == ["图一.png"]


@pytest.mark.parametrize("wrong", ["no header", "other field", "no form", "no permission", "too large"])
def test_不合规矩的附件一个也不存(two: Two, wrong: str) -> None:
    form = {"file": ("图一.png", CHART, "image/png")}
    path = f"/issue/{two.key}/attachments"
    if wrong == "no header":
        assert two.bot("POST", path, files=form).status_code == 403
    elif wrong == "other field":
        assert two.bot.attach(two.key, field="picture").status_code == 400
    elif wrong == "no form":
        plain = two.bot("POST", path, data=CHART, headers={"X-Atlassian-Token": "no-check"})
        assert plain.status_code == 400
    elif wrong == "no permission":
        account = {"accountId": "712020:bot", "email": "bot@example.com"} if two.cloud else {"username": "bot"}
        denied = {**account, "token": "tb" if two.cloud else "patb", "denied": ["CREATE_ATTACHMENTS"]}
        two.site.control("POST", "/seed", {"users": [{"name": "协同", "bot": True, "jira": denied}]})
        assert two.bot.attach(two.key).status_code == 403
    else:
        two.site.control("POST", "/seed", {"jira": {"attachmentLimit": len(CHART) - 1}})
        assert two.bot.attach(two.key).status_code == (413 if two.cloud else 404)
    assert two.lin.names(two.key) == []


def test_快照里有附件(two: Two) -> None:
    two.bot.attach(two.key)
    state = two.site.control("GET", "/dump?full=1").json()["jira"]
    [attachment] = next(iter(state["issues"].values()))["attachments"]
    assert attachment["name"] == "图一.png"
    assert two.site.control("GET", "/dump").json()["jira"][two.key]["attachments"] == ["图一.png"]
