"""Where there is no wiki, pages are issues: written by rules, read by people, and nobody's work for the mirror."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
import requests
from tests.cli.conftest import TOKEN

from collab_sync.cli.places import misplaced
from collab_sync.config import load_settings
from collab_sync.model.connection import Offers
from collab_sync.rules.load import load_rules_folder
from collab_sync.store.documents import unpacked

if TYPE_CHECKING:
    from tests.cli.conftest import Office

PAGES = 'writeback: {pages: {project: jira-npx, prefix: "协同/"}}\n'
EAGER = """\
  - id: no-due
    name: 没有截止日
    seeds: [S0-57]
    for: work_item
    where: {type: 任务, open: true}
    when:
      state: {due: missing}
      held: 4wh
    do:
      - label: {add: "需补齐:截止日"}
      - comment: {mode: sticky, key: fields, to: [R], text: "还没有截止日。"}
"""
"""It would speak up under every summary issue: they are tasks, open, and have no date."""


@pytest.fixture(params=["cloud", "datacenter"])
def paged(request: pytest.FixtureRequest, office: Office) -> Office:
    """The office, its pages going to its Jira project, with a rule that is eager to find fault with issues."""
    office.write("rules/mapping.yaml", (office.folder / "rules/mapping.yaml").read_text("utf-8") + PAGES)
    page = '- page: {key: 资源调配记录, section: "{{ s.key }}"}'
    office.change("rules/escalation/rules.yaml", "- label: {add: 延期}", f"- label: {{add: 延期}}\n          {page}")
    rules = office.folder / "rules/escalation/rules.yaml"
    office.write("rules/escalation/rules.yaml", rules.read_text("utf-8") + EAGER)
    office.overdue()
    if request.param == "datacenter":
        office.control("POST", "seed", {"jira": {"edition": "datacenter"}})
        office.change("collab-sync.yaml", ", user: bot@collab.example, edition: cloud", ", edition: datacenter")
    result = office("run", "--once")
    assert result.exit_code == 1, result.output
    return office


MIRRORED = {"采购模具": "", "资源调配记录": "page", "跨部门协同页面目录": "page"}


def page_of(office: Office) -> Any:
    """The page that the rule asks for; the landing page, which follows it, is an issue of its own."""
    pages = {one["title"]: one for one in office.dump()["jira"].values() if "协同页面" in one["labels"]}
    assert pages.keys() == {"资源调配记录", "跨部门协同页面目录"}
    return pages["资源调配记录"]


def mirrored(office: Office) -> dict[str, str]:
    """What the mirror knows: title → why it is not to be seen."""
    with closing(sqlite3.connect(office.database)) as base:
        rows = base.execute("select document, gone from work_item").fetchall()
    known = {unpacked(document).title: gone for document, gone in rows}
    return {title: gone for title, gone in known.items() if not title.startswith("固件")}


def comment(office: Office, text: str) -> None:
    """林珊 comments on the page."""
    state = office.control("GET", "dump?full=1")["jira"]
    issue = next(one for one in state["issues"].values() if one["summary"] == "资源调配记录")
    version, who = ("3", "lin@yunfan.example:t-lin") if state["edition"] == "cloud" else ("2", "u-lin:t-lin")
    body: Any = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    body = {"type": "doc", "version": 1, "content": [body]} if version == "3" else text
    url = f"{office.url}/jira/rest/api/{version}/issue/{issue['id']}/comment"
    user, _, token = who.partition(":")
    requests.post(url, json={"body": body}, auth=(user, token), timeout=10).raise_for_status()


def later(office: Office, *times: str) -> None:
    for time in times:
        office.at(time)
        result = office("run", "--once")
        assert result.exit_code in (0, 1), result.output


def test_规则要的页面写成事项(paged: Office) -> None:
    page = page_of(paged)
    assert (page["type"], page["title"], page["assignee"], page["due"]) == ("任务", "资源调配记录", None, None)
    assert "生成,请勿手改本页" in str(page["description"])


def test_镜像认得它_规则看不见它(paged: Office) -> None:
    """Read again and again, it is nobody's work: nothing is said below it, no label but ours is put on it."""
    later(paged, "2025-09-18T10:10:00+08:00", "2025-09-19T16:00:00+08:00", "2025-09-22T16:00:00+08:00")
    assert mirrored(paged) == MIRRORED
    page = page_of(paged)
    assert (page["labels"], page["comments"]) == (["协同页面"], [])


def test_人评论了它_仍然不是事项(paged: Office) -> None:
    """What people do there makes it come with the next pull."""
    later(paged, "2025-09-18T10:10:00+08:00")
    comment(paged, "【资源申请】这里说错了")
    later(paged, "2025-09-19T16:00:00+08:00", "2025-09-22T16:00:00+08:00")
    assert mirrored(paged) == MIRRORED
    assert len(page_of(paged)["comments"]) == 1


def test_数据库丢了_页面仍不是事项_也不另建一个(paged: Office) -> None:
    before = page_of(paged)
    paged.database.unlink()
    later(paged, "2025-09-18T10:10:00+08:00", "2025-09-19T16:00:00+08:00", "2025-09-22T16:00:00+08:00")
    assert mirrored(paged) == MIRRORED
    page = page_of(paged)
    assert (page["title"], page["comments"], page["labels"]) == (before["title"], [], ["协同页面"])


def test_普查不当它是多出来的_也不当它丢了(paged: Office) -> None:
    """Two censuses: neither reads the project from the beginning for it, nor reports anything missing."""
    later(paged, "2025-09-18T10:10:00+08:00", "2025-09-19T10:00:00+08:00", "2025-09-19T10:20:00+08:00")
    later(paged, "2025-09-20T10:00:00+08:00", "2025-09-20T10:20:00+08:00")
    found = paged.json("status")
    assert found["gone"] == []
    with closing(sqlite3.connect(paged.database)) as base:
        journal = dict(base.execute("select key, value from journal where key like '%:jira-npx'").fetchall())
    assert journal["census:jira-npx"] == "3"
    assert not journal.get("sought:jira-npx")
    assert not journal.get("strange:jira-npx")


def test_doctor_说页面写成什么_缺什么权限(paged: Office) -> None:
    text = paged("doctor").stdout
    assert "页面写成“任务”类型的事项,描述总是最新一期,标签“协同页面”" in text
    assert "缺少权限" not in text
    denied = ["CREATE_ATTACHMENTS", "DELETE_OWN_ATTACHMENTS"]
    bot = {"accountId": "u-bot", "email": "bot@collab.example", "token": TOKEN, "denied": denied}
    paged.control("POST", "seed", {"users": [{"name": "协同助手", "bot": True, "jira": bot}]})
    text = paged("doctor").stdout
    assert "缺少权限:添加附件" in text
    assert "缺少权限:删除自己的附件" in text
    assert "请项目管理员在权限方案中" in text


def test_不放页面的项目不查附件的权限(office: Office) -> None:
    bot = {"accountId": "u-bot", "email": "bot@collab.example", "token": TOKEN, "denied": ["CREATE_ATTACHMENTS"]}
    office.control("POST", "seed", {"users": [{"name": "协同助手", "bot": True, "jira": bot}]})
    text = office("doctor").stdout
    assert "添加附件" not in text
    assert "页面写成" not in text


def test_没有页面的系统不能放页面(paged: Office) -> None:
    """Whether a tracker has pages is for its connector to say."""
    rules = load_rules_folder(paged.folder / "rules")
    settings = load_settings(paged.settings)
    offers = {"jira": Offers(pages=False), "gitlab": Offers()}
    [problem] = misplaced(paged.folder / "rules", rules, settings, offers)
    assert "那里没有页面" in problem.message
    assert misplaced(paged.folder / "rules", rules, settings, {"jira": Offers(), "gitlab": Offers()}) == ()
