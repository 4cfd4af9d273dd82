"""The command: start, tell, account, keep the sandbox open for reading."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from shutil import which
from threading import Event
from time import perf_counter
from typing import TYPE_CHECKING

import click

from collab_sync.cli.demo.scenery import Scenery

if TYPE_CHECKING:
    from collab_sync.daemon.loop import Daemon
    from collab_sync.sandbox.story.player import Player


@click.command("demo")
@click.option("--until", default="10-26", show_default=True, metavar="MM-DD", help="演到哪一天为止。")
@click.option("--exit", "leave", is_flag=True, help="演完即退出,不保留沙盒(供脚本使用)。")
@click.option("--log", "log_file", type=click.Path(dir_okay=False, path_type=Path), help="把写回日志存为 TSV 文件。")
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".demo"),
    show_default=True,
    help="演示的工作文件夹。",
)
@click.option("--port", default=0, help="沙盒端口,0 为自动选择。")
@click.option("--sandbox", "sandbox_url", metavar="URL", help="接着演一个已在运行的沙盒(不清空工作文件夹)。")
def demo(  # noqa: PLR0913, PLR0917  # one parameter per option
    until: str, leave: bool, log_file: Path | None, state: Path, port: int, sandbox_url: str | None
) -> None:
    """在本机沙盒上演一遍六周故事:真实的连接器、真实的守护循环,只有时钟是模拟的。"""
    from collab_sync.cli.demo.account import print_account, print_day, print_head
    from collab_sync.cli.demo.play import Drive
    from collab_sync.log import configure_logging
    from collab_sync.pipeline.write_log import as_tsv, sorted_lines
    from collab_sync.sandbox.story.telling import ZONE

    end = datetime.strptime(f"2025-{until}", "%Y-%m-%d").replace(tzinfo=ZONE) + timedelta(days=1, minutes=-1)
    scenery = Scenery(state)
    began = perf_counter()
    with ExitStack() as stack:
        url = sandbox_url or _house(stack, scenery, port)
        daemon, player = _company(stack, scenery, url)
        configure_logging("text", quiet=True)
        print_head(url)
        Drive(player, daemon, end, print_day).run()
        runtime = daemon.runtime
        with runtime.store.read() as tx:
            lines = sorted_lines(tx.log_lines(), runtime.ruling.mapping)
        if log_file is not None:
            log_file.write_text(as_tsv(lines, ZONE), encoding="utf-8")
        print_account(lines, runtime, player.skipped, perf_counter() - began)
        if not leave and sandbox_url is None:
            _stay(url, scenery)


def _house(stack: ExitStack, scenery: Scenery, port: int) -> str:
    from collab_sync.sandbox.house import open_house

    scenery.clear()
    return stack.enter_context(open_house(port)).url


def _company(stack: ExitStack, scenery: Scenery, url: str) -> tuple[Daemon, Player]:
    """The daemon over the sandbox, as an administrator would have set it up, and the people of the story."""
    from collab_sync.cli.compose import load_ruling, open_runtime
    from collab_sync.daemon.loop import Daemon
    from collab_sync.sandbox.story.cast import read_cast
    from collab_sync.sandbox.story.office_acts import OfficeActs
    from collab_sync.sandbox.story.player import Player
    from collab_sync.sandbox.story.stage import Stage
    from collab_sync.sandbox.story.telling import read_story

    settings = scenery.build(url)
    runtime = stack.enter_context(open_runtime(settings, scenery.environment))
    stage = Stage(url)
    stack.callback(stage.close)
    cast = read_cast(runtime.ruling.rules.organisation)
    player = Player(stage, read_story(), cast, OfficeActs(scenery.rules))
    return Daemon(runtime, settings.rules, lambda: load_ruling(settings.rules, settings)), player


def _stay(url: str, scenery: Scenery) -> None:
    """Keeps the sandbox open until Ctrl-C."""
    variables = " ".join(f"{name}={path}" for name, path in scenery.environment.items())
    click.echo(f"\n沙盒可在浏览器里查看:{url}/")
    click.echo("再跑一轮(应当什么都不写),在另一个窗口里:")
    click.echo(f"  {variables} {_program()} --settings {scenery.settings_file} run --once")
    click.echo("按 Ctrl-C 结束。")
    try:
        Event().wait()
    except KeyboardInterrupt:
        click.echo("已结束。")


def _program() -> str:
    """How a person calls this program from the same folder: by its name when it is on the path, or where it lies."""
    name = "collab-sync"
    if which(name):
        return name
    beside = Path(sys.executable).with_name(name)
    return str(beside.relative_to(Path.cwd()) if beside.is_relative_to(Path.cwd()) else beside)
