"""The command line itself: fast to start, the same texts everywhere."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from collab_sync.cli.main import cli
from collab_sync.cli.outbox import outbox
from collab_sync.cli.rules import rules
from collab_sync.cli.terminal.group import LazyGroup
from collab_sync.cli.terminal.paper import harmless, span
from collab_sync.cli.terminal.sentences import without_secrets

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
