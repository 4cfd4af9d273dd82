"""The command: hooks are there, listen to what we read, and work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import click

from collab_sync.cli.session.invocation import Invocation
from collab_sync.cli.terminal.group import OPTIONS, REST, LazyGroup, Listing, format_option
from collab_sync.cli.terminal.paper import as_json, line
from collab_sync.errors import ConfigurationError

if TYPE_CHECKING:
    from collab_sync.config import Settings
    from collab_sync.ports import HookFinding

SIGNS = {"well": "  ✓", "make": "  +", "mend": "  ~", "manual": "  !", "error": "  ✗"}


class HookCommands(LazyGroup):
    """What can be done with web hooks."""

    listing: ClassVar[Listing] = {
        "ensure": ("collab_sync.cli.webhooks.command:ensure", "登记并修好各系统的 Webhook。"),
    }


@click.group("webhooks", cls=HookCommands, options_metavar=OPTIONS, subcommand_metavar=REST)
def webhooks() -> None:
    """让各系统一有变化就叫一声;没有它们,一切照样靠轮询。"""


@click.command("ensure")
@click.option("--dry-run", is_flag=True, help="只看,不改。")
@click.option("--renew", is_flag=True, help="把密钥重写一遍(换了密钥之后)。")
@click.option(
    "--formerly",
    multiple=True,
    metavar="URL",
    help="以前的 public_url,可写几次:那里的登记也是我们的。自己登记过的不必写。",
)
@format_option
@click.pass_context
def ensure(context: click.Context, dry_run: bool, renew: bool, formerly: tuple[str, ...], form: str) -> None:
    """每个项目都有一个指向我们的 Webhook,订阅了要读的事件,没有被停用。做不了的,说清请谁做什么。

    public_url 改过的,自己以前的登记改到新地址,多出来的删去;别人的不动。

    退出码:0 都好,1 有改动或要人来做,2 有错误。
    """
    given: Invocation = context.obj
    settings = given.settings()
    found = tuple(_found(given, settings, _Asked(act=not dry_run, renew=renew, formerly=formerly)))
    if form == "json":
        as_json([{"connection": name, "subject": one.subject, "state": one.state, "message": one.message,
                  "remedy": one.remedy} for name, one in found])  # fmt: skip
    else:
        _print(found, dry_run)
    states = {one.state for _, one in found}
    context.exit(2 if "error" in states else 1 if states - {"well"} else 0)


@dataclass(frozen=True, slots=True)
class _Asked:
    act: bool
    renew: bool
    formerly: tuple[str, ...]


def _found(given: Invocation, settings: Settings, asked: _Asked) -> Iterator[tuple[str, HookFinding]]:
    from collab_sync.cli.compose import connect_one, load_ruling, open_time
    from collab_sync.cli.webhooks.look import look, remember, subscription

    if not (settings.http.listen and settings.http.public_url):
        raise ConfigurationError(
            "设置里没有写明在哪里收 Webhook", hint=f"在 {settings.file} 里写上 http 的 listen 与 public_url"
        )
    ruling = load_ruling(settings.rules, settings)
    with open_time(settings) as clock:
        for file in settings.connections:
            projects = [one for one in ruling.mapping.projects if one.connection == file.name]
            if not projects:
                continue
            wanted = subscription(file.name, projects, settings, given.environment, asked.formerly)
            connection = connect_one(file, clock, given.environment)
            try:
                if wanted and asked.act:
                    remember(settings, file.name, wanted.url, clock.now())
                findings = look(connection, wanted and replace(wanted, renew=asked.renew), act=asked.act)
            finally:
                connection.close()
            yield from ((file.name, one) for one in findings)


def _print(found: tuple[tuple[str, HookFinding], ...], dry_run: bool) -> None:
    for name, one in found:
        line(f"{SIGNS[one.state]} {name} {one.subject}:{one.message}")
        if one.remedy:
            line(f"      → {one.remedy}")
    if not found:
        line("没有可以登记 Webhook 的连接。")
    elif dry_run:
        line("\n只是看看,没有改动。")
