"""The command line itself: fast to start, the same texts everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from collab_sync.cli.main import cli
from collab_sync.cli.outbox import outbox
from collab_sync.cli.rules import rules
from collab_sync.cli.terminal.group import LazyGroup
from collab_sync.cli.terminal.paper import harmless, span
from collab_sync.cli.terminal.sentences import without_secrets

if TYPE_CHECKING:
    from tests.cli.conftest import Office

HEAVY = ("pydantic", "sqlalchemy", "rich", "jira", "gitlab", "requests", "ruamel", "jinja2", "structlog", "msgspec")


def test_help_loads_nothing_heavy() -> None:
    """Who asks what there is does not wait for a database and two client libraries."""
    script = f"""
import sys
from collab_sync.cli.main import cli
code = cli.main(["--help"], standalone_mode=False)
print("loaded:", [name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=20)
    assert "loaded: []" in done.stdout
    assert "跨部门协同" in done.stdout


def loaded_by(script: str) -> tuple[set[str], str]:
    """Names of the modules that a Python has after ``script``, and what it printed before."""
    told = "import sys\nprint(chr(0) + chr(10).join(sys.modules))"
    command = [sys.executable, "-c", f"{script}\n{told}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    printed, _, names = done.stdout.partition("\0")
    return set(names.splitlines()), printed


FRONT = """
import sys
from collab_sync.__main__ import main
sys.argv = ["/opt/collab-sync/bin/collab-sync", {option!r}]
main()
"""


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_问有什么命令_除了那一页什么都不加载(option: str) -> None:
    """Neither click nor half of the standard library: the page costs what Python itself costs."""
    bare, _ = loaded_by("")
    modules, printed = loaded_by(FRONT.format(option=option))
    ours = {
        "collab_sync",
        "collab_sync.__main__",
        "collab_sync.cli",
        "collab_sync.cli.terminal",
        "collab_sync.cli.terminal.front",
    }
    assert modules - bare == {*ours, "__future__"}
    context = cli.make_context("collab-sync", [], resilient_parsing=True)
    assert printed == f"{cli.get_help(context)}\n"


def test_没有人读那一页_安静地结束() -> None:
    """The reader is gone before anything is written."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "collab_sync", "--help"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


COMMAND = """
import sys
from collab_sync.cli.main import cli
cli.main(["--settings", {file!r}, *{words!r}], standalone_mode=False)
"""
TO_TRACKERS = {"requests", "jira", "gitlab", "matplotlib", "starlette", "uvicorn", "collab_sync.daemon.loop"}
TO_DECIDE = {"jinja2", "collab_sync.rules.load", "collab_sync.planner", "collab_sync.pipeline"}


@pytest.mark.parametrize(
    ("words", "spared"),
    [(["status"], TO_TRACKERS), (["outbox", "list"], TO_TRACKERS | TO_DECIDE)],
    ids=["状态", "发件箱"],
)
def test_只看看的命令_不加载连系统和下判断的部分(office: Office, words: list[str], spared: set[str]) -> None:
    office.overdue()
    modules, printed = loaded_by(COMMAND.format(file=str(office.settings), words=words))
    assert printed
    assert modules & spared == set()


@pytest.mark.parametrize("group", [cli, outbox, rules], ids=lambda group: group.name)
def test_every_command_that_is_listed_is_there_and_in_chinese(group: LazyGroup) -> None:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        assert command.name == name
        text = command.get_help(click.Context(command, info_name=name))
        assert "Show this message" not in text


def test_steering_characters_are_shown_as_what_they_are_not() -> None:
    assert harmless("甲\x1b[31m乙\r\u202e丙\n\t丁") == "甲\ufffd[31m乙\ufffd\ufffd丙\n\t丁"


def test_a_token_that_got_into_a_message_is_masked() -> None:
    assert without_secrets("拒绝 geheim-0815", {"COLLAB_GITLAB_TOKEN": "geheim-0815"}) == "拒绝 •••"


def test_时长用最大的单位说() -> None:
    from datetime import timedelta

    told = [span(timedelta(minutes=minutes)) for minutes in (0, 59, 60, 1440 * 3)]
    assert told == ["刚刚", "59 分钟", "1 小时", "3 天"]
    assert span(None) == "—"
