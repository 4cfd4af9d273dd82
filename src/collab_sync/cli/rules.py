"""``collab-sync rules``: the office's files, checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import click

from collab_sync.cli.session.invocation import Invocation
from collab_sync.cli.terminal.group import OPTIONS, REST, LazyGroup, Listing, format_option
from collab_sync.cli.terminal.paper import Json, as_json, line
from collab_sync.errors import Problem, RuleFileError

if TYPE_CHECKING:
    from collab_sync.config import Settings


class RuleCommands(LazyGroup):
    """What can be done with rules."""

    listing: ClassVar[Listing] = {
        "check": ("collab_sync.cli.rules:check", "一次列出规则文件里的全部错误和提醒。"),
        "test": ("collab_sync.cli.rules_test:rules_test", "演练规则旁边的例子。"),
    }


@click.group("rules", cls=RuleCommands, options_metavar=OPTIONS, subcommand_metavar=REST)
def rules() -> None:
    """检查和演练办公室的规则文件。"""


@click.command("check")
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path(path_type=Path))
@format_option
@click.pass_context
def check(context: click.Context, folder: Path | None, form: str) -> None:
    """一次列出规则文件夹 DIR 里的全部错误和提醒,每处都有文件、行、列和改法。

    不写 DIR 时用设置里的 rules;没有设置文件时用 ./rules。有设置文件时,还核对项目写的连接是否都有。

    退出码:0 没有问题,1 有提醒,2 有错误。
    """
    given: Invocation = context.obj
    settings = given.settings_if_any()
    where = folder or (settings.rules if settings else Path("rules"))
    errors, warnings = problems_of(where, settings)
    if form == "json":
        as_json([*(_values(one, "error") for one in errors), *(_values(one, "warning") for one in warnings)])
    else:
        _print(where, errors, warnings)
    context.exit(2 if errors else 1 if warnings else 0)


def problems_of(folder: Path, settings: Settings | None) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Errors and warnings of a rules folder, checked against itself and against the connections of the settings."""
    from collab_sync.cli.compose import offered
    from collab_sync.cli.places import misplaced
    from collab_sync.rules.load import load_rules_folder

    try:
        loaded = load_rules_folder(folder)
    except RuleFileError as error:
        return error.problems, ()
    errors = misplaced(folder, loaded, settings, offered(settings)) if settings else ()
    return errors, loaded.warnings


def _print(folder: Path, errors: tuple[Problem, ...], warnings: tuple[Problem, ...]) -> None:
    for one in errors:
        line(f"错误  {one}")
    for one in warnings:
        line(f"提醒  {one}")
    if errors or warnings:
        line(f"\n{folder}:{len(errors)} 个错误,{len(warnings)} 个提醒。")
    else:
        line(f"{folder}:没有问题。")


def _values(problem: Problem, severity: str) -> Json:
    return {
        "severity": severity,
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "message": problem.message,
        "hint": problem.hint,
    }
