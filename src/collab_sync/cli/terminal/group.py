"""A group of commands that are imported when they are used, with help in Chinese.

``collab-sync --help`` lists names and one-line texts from a table; the module of a command, and everything heavy
behind it, is loaded only for the command that was asked for.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from importlib import import_module
from typing import ClassVar, TypeAlias

import click

from collab_sync.cli.terminal import front

Listing: TypeAlias = Mapping[str, tuple[str, str]]
"""Command name → (``module:attribute``, one line of help), in the order in which people read them."""

HEADINGS: Mapping[str, str] = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}
HELP_TEXT = front.OPTIONS["-h, --help"]
OPTIONS, REST = front.USAGE

format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出给人看(text)或给程序(json)。"
)
"""Decorator: the parameter ``form``."""


class SpokenHelp(click.HelpFormatter):
    """Headings in Chinese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, "用法:")

    def write_heading(self, heading: str) -> None:
        super().write_heading(HEADINGS.get(heading, heading))


class SpokenContext(click.Context):
    formatter_class = SpokenHelp


class LazyGroup(click.Group):
    """``listing`` says which commands there are."""

    listing: ClassVar[Listing] = {}
    context_class = SpokenContext

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the listing."""
        return list(self.listing)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now; None if there is none of this name."""
        if cmd_name not in self.listing:
            return None
        module, _, name = self.listing[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return spoken(command, ctx)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Like click's, in Chinese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = HELP_TEXT
        return option

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Like click's, but an unknown name is answered with the nearest known one."""
        if args and args[0] not in self.listing and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], self.listing, n=1)
            known = f"是否想写“{near[0]}”?" if near else f"可用的有:{'、'.join(self.listing)}"
            raise click.UsageError(f"没有命令“{args[0]}”;{known}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The listing, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.listing.items()])


def spoken(command: click.Command, ctx: click.Context) -> click.Command:
    """The same command with its help in Chinese."""
    command.context_class = SpokenContext
    command.options_metavar = OPTIONS
    option = command.get_help_option(ctx)
    if option is not None:
        option.help = HELP_TEXT
    return command
