"""What people and the world get wrong: a sentence with place and remedy, exit code 2, nothing written."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from collab_sync.cli import compose

if TYPE_CHECKING:
    from tests.cli.conftest import Office

RULE_FILE = "rules/escalation/rules.yaml"
OFFICE_FILE = "rules/organisation/office.yaml"


def _unreachable(office: Office) -> None:
    office.change("collab-sync.yaml", f'"{office.url}/gitlab"', '"http://127.0.0.1:9/gitlab"')


def _refused_token(office: Office) -> None:
    office.env["COLLAB_GITLAB_TOKEN"] = "t-nobody"


def _wrong_gitlab_project(office: Office) -> None:
    office.change("rules/mapping.yaml", "rd/x1-firmware", "rd/x1-firmwrae")


def _wrong_jira_project(office: Office) -> None:
    office.change("rules/mapping.yaml", "project: NPX", "project: NPY")


def _unknown_label(office: Office) -> None:
    office.change(RULE_FILE, "add: 延期", "add: 延其")


def _broken_yaml(office: Office) -> None:
    office.change(RULE_FILE, "steps:", "steps: [")


def _wide_colon(office: Office) -> None:
    office.change(RULE_FILE, "name: 逾期提醒", "name\N{FULLWIDTH COLON}逾期提醒")


def _wide_colon_in_settings(office: Office) -> None:
    office.change("collab-sync.yaml", "clock: ", "clock\N{FULLWIDTH COLON}")


def _nobody_of_that_name(office: Office) -> None:
    office.change(OFFICE_FILE, "lead: 李明", "lead: 李鸣")


def _no_organisation(office: Office) -> None:
    (office.folder / OFFICE_FILE).unlink()


def _unknown_connection(office: Office) -> None:
    office.change("rules/mapping.yaml", "connection: gitlab", "connection: gitlba")


def _missing_token(office: Office) -> None:
    office.env["COLLAB_GITLAB_TOKEN"] = None


def _empty_token_file(office: Office) -> None:
    office.env["COLLAB_GITLAB_TOKEN"] = None
    office.write("token", "\n")
    office.env["COLLAB_GITLAB_TOKEN_FILE"] = str(office.folder / "token")


def _missing_token_file(office: Office) -> None:
    office.env["COLLAB_GITLAB_TOKEN"] = None
    office.env["COLLAB_GITLAB_TOKEN_FILE"] = str(office.folder / "nowhere")


def _no_folder_for_the_database(office: Office) -> None:
    office.write("collab-sync.yaml", office.settings.read_text(encoding="utf-8") + "database: data/store.sqlite\n")


def _token_in_the_settings(office: Office) -> None:
    office.change("collab-sync.yaml", "kind: gitlab,", "kind: gitlab, token: glpat-NIEMALS-ZEIGEN-0815,")


MISTAKES: tuple[tuple[Callable[[Office], None], tuple[str, ...]], ...] = (
    (_unreachable, ("连接 gitlab(http://127.0.0.1:9/gitlab)", "gl-firmware", "连不上服务器", "collab-sync doctor")),
    (_refused_token, ("连接 gitlab(", "401", "请更换令牌", "collab-sync doctor")),
    (_wrong_gitlab_project, ("gl-firmware(rd/x1-firmwrae)", "404", "mapping.yaml")),
    (_wrong_jira_project, ("jira-npx(NPY)", "项目 NPY 不存在", "mapping.yaml")),
    (_unknown_label, ("rules/escalation/rules.yaml:12:", "标签“延其”", "是否想写“延期”?")),
    (_broken_yaml, ("rules/escalation/rules.yaml:", "→")),
    (_wide_colon, ("rules/escalation/rules.yaml:3:", "全角", "→")),
    (_wide_colon_in_settings, ("collab-sync.yaml:", "全角", "→")),
    (_nobody_of_that_name, ("rules/organisation/office.yaml:2:", "没有名为“李鸣”的人员", "是否想写“李明”?")),
    (_no_organisation, ("rules/organisation", "没有组织文件", "→")),
    (_unknown_connection, ("rules/mapping.yaml:3:", "连接“gitlba”不在设置里", "jira、gitlab")),
    (_missing_token, ("连接 gitlab 没有令牌", "COLLAB_GITLAB_TOKEN")),
    (_empty_token_file, ("令牌文件", "是空的", "COLLAB_GITLAB_TOKEN_FILE")),
    (_missing_token_file, ("读不到令牌文件", "nowhere", "COLLAB_GITLAB_TOKEN_FILE")),
    (_no_folder_for_the_database, ("data 不存在", "先建好文件夹")),
    (_token_in_the_settings, ("collab-sync.yaml:", "不认识的键“token”")),
)


@pytest.mark.parametrize(("mistake", "said"), MISTAKES, ids=[mistake.__name__[1:] for mistake, _ in MISTAKES])
def test_a_mistake_is_named_with_place_and_remedy_and_nothing_is_written(
    office: Office, mistake: Callable[[Office], None], said: tuple[str, ...]
) -> None:
    """Also nothing for the connections that are well, although they had something to write."""
    office.tasks()
    mistake(office)
    office.at("2025-09-18T10:00:00+08:00")
    before = office.dump()
    result = office("run", "--once")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("错误:")
    assert [words for words in said if words not in result.stderr] == []
    assert office.dump() == before


def test_without_a_mistake_the_same_office_does_write(office: Office) -> None:
    """Otherwise the comparison above would prove nothing."""
    office.tasks()
    office.at("2025-09-18T10:00:00+08:00")
    assert office("run", "--once").exit_code == 1


def test_没有设置文件时说明怎样新建一个(office: Office) -> None:
    office.settings.unlink()
    result = office("status")
    assert result.exit_code == 2
    assert "找不到设置文件" in result.stderr
    assert "collab-sync init" in result.stderr


def test_另一个进程在写数据库时_等过以后说明(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.overdue()
    monkeypatch.setattr(compose, "BUSY_SECONDS", 0.05)
    before = office.dump()
    other = sqlite3.connect(office.database)
    other.execute("BEGIN IMMEDIATE")
    try:
        result = office("run", "--once")
    finally:
        other.close()
    assert result.exit_code == 2
    assert str(office.database) in result.stderr
    assert "另一个进程" in result.stderr
    assert "→" in result.stderr
    assert office.dump() == before


def test_沙盒的时钟读不到时说明(office: Office) -> None:
    office.change("collab-sync.yaml", f'clock: "sandbox:{office.url}"', 'clock: "sandbox:http://127.0.0.1:9"')
    result = office("plan")
    assert result.exit_code == 2
    assert "读不到沙盒的时钟" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rnu",), "没有命令“rnu”;是否想写“run”?"),
        (("plan", "--fromat", "json"), "没有选项 --fromat;是否想写 --format?"),
        (("plan", "--format", "xml"), "参数 --format 的值不能用:可写 text、json"),
        (("init",), "缺少参数 DIR"),
        (("outbox", "retry", "eins"), "应是整数"),
        (("outbox", "retry"), "请写明编号"),
        (("rules", "chekc"), "没有命令“chekc”;是否想写“check”?"),
    ],
)
def test_写错的命令行用一句话说明(office: Office, arguments: tuple[str, ...], said: str) -> None:
    office("plan")
    result = office(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "--help" in result.stderr


def test_a_reader_that_goes_away_is_no_error_to_tell() -> None:
    """``collab-sync --help | head -0``: no traceback, nothing on stderr."""
    command = f"{sys.executable} -m collab_sync --help"
    script = f"({command}; echo $? >&2) | true"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, timeout=20)
    assert done.stderr.strip() in ("0", "141")  # 0: it had finished before
