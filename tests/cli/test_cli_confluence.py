"""A Confluence space beside Jira and GitLab: checked, looked into, and written to by the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import TOKEN

if TYPE_CHECKING:
    from tests.cli.conftest import Office

SPACE = "  - {name: 协同空间, connection: wiki, project: COLLAB}\n"
PAGES = 'writeback: {pages: {project: 协同空间, prefix: "协同/"}}\n'
SEED = {
    "users": [
        {"name": "bot", "bot": True,
         "confluence": {"accountId": "wiki-bot", "email": "bot@collab.example", "token": TOKEN}},
    ],
    "confluence": {"spaces": [{"key": "COLLAB", "name": "协同空间"}]},
}  # fmt: skip


@pytest.fixture
def wiki(office: Office) -> Office:
    """The office with a third connection and a space for its pages."""
    line = f'  - {{name: wiki, kind: confluence, url: "{office.url}/confluence", user: bot@collab.example}}\n'
    office.change("collab-sync.yaml", "clock:", f"{line}clock:")
    office.write("rules/mapping.yaml", (office.folder / "rules/mapping.yaml").read_text("utf-8") + SPACE + PAGES)
    office.env["COLLAB_WIKI_TOKEN"] = TOKEN
    office.control("POST", "seed", SEED)
    return office


def test_rules_check_认得空间(wiki: Office) -> None:
    result = wiki("rules", "check")
    assert (result.exit_code, result.stdout) == (0, result.stdout)


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("mapping", "project: COLLAB}", "project: COLLAB, comments: internal}", "comments 不起作用"),
        ("mapping", "project: COLLAB}", "project: COLLAB, types: {default: 任务}}", "types 不起作用"),
        ("organisation/office", "home: gl-firmware", "home: 协同空间", "不能是 home"),
    ],
)
def test_要求空间做不到的事_说得明白(wiki: Office, file: str, old: str, new: str, words: str) -> None:
    wiki.change(f"rules/{file}.yaml", old, new)
    result = wiki("rules", "check")
    assert result.exit_code == 2
    assert words in result.stdout
    assert "mapping.yaml:" in result.stdout
    assert words in wiki("doctor").stdout
    assert words in wiki("run", "--once").output


def test_doctor_看空间_不许写的账号说得出来(wiki: Office) -> None:
    text = wiki("doctor").stdout
    assert "空间 COLLAB:“协同空间”看得到,可以新建页面" in text
    denied = {**SEED["users"][0]["confluence"], "spaces": {"COLLAB": "view"}}  # type: ignore[index]
    wiki.control("POST", "seed", {"users": [{"name": "bot", "confluence": denied}]})
    text = wiki("doctor").stdout
    assert "空间 COLLAB:缺少权限:新建页面" in text


def test_规则要的页面写进空间_再跑一轮什么也不写(wiki: Office) -> None:
    page = '- page: {key: 资源调配记录, section: "{{ s.key }}"}'
    wiki.change("rules/escalation/rules.yaml", "- label: {add: 延期}", f"- label: {{add: 延期}}\n          {page}")
    wiki.overdue()
    assert "写回  6 次" in wiki("run", "--once").stdout
    pages = wiki.dump()["confluence"]["COLLAB"]
    assert sorted(pages) == ["协同", "协同空间", "资源调配记录 · 协同"]
    made = pages["资源调配记录 · 协同"]
    assert (made["author"], made["parent"], made["version"]) == ("bot", "协同", 1)
    assert made["properties"]["collab-sync"]["key"] == "资源调配记录"
    assert wiki("run", "--once").exit_code == 0
    assert wiki.dump()["confluence"]["COLLAB"] == pages
    assert wiki.json("status")["dead"] == []


def test_只有页面的空间不算没读过(wiki: Office) -> None:
    assert wiki("run", "--once").exit_code == 0
    assert [one["project"] for one in wiki.json("status")["shards"]] == ["jira-npx", "gl-firmware"]
