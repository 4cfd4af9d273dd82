"""The entry point: options that all commands share, errors as sentences, exit codes.

Exit codes everywhere: 0 nothing to do, 1 findings or changes, 2 error.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import click
from click.core import ParameterSource

from collab_sync import __version__
from collab_sync.cli.session.invocation import Invocation
from collab_sync.cli.terminal.group import OPTIONS, REST, LazyGroup, Listing
from collab_sync.cli.terminal.sentences import exit_code_of, reader_minded


class Product(LazyGroup):
    """Everything that collab-sync can be asked to do."""

    listing: ClassVar[Listing] = {
        "demo": ("collab_sync.cli.demo.command:demo", "在本机沙盒上演一遍六周故事。"),
        "init": ("collab_sync.cli.init:init", "新建设置文件和一份起始规则。"),
        "doctor": ("collab_sync.cli.doctor:doctor", "逐项检查连接、令牌、权限、规则与数据库。"),
        "rules": ("collab_sync.cli.rules:rules", "检查和演练办公室的规则文件。"),
        "plan": ("collab_sync.cli.plan:plan", "读取一遍,列出下一轮会写什么;不写。"),
        "page": ("collab_sync.cli.pages.command:page", "看页面的样子:存成网页,或打在屏幕上;不写。"),
        "explain": ("collab_sync.cli.explain:explain", "为什么(不)提醒这个事项:逐条条件与实际值。"),
        "run": ("collab_sync.cli.run:run", "运行:读取、判断、写回(--once 只一轮)。"),
        "status": ("collab_sync.cli.status.command:status", "读到哪里、还有什么没写成、要人处理什么。"),
        "webhooks": ("collab_sync.cli.webhooks.command:webhooks", "让各系统一有变化就叫一声:登记并修好 Webhook。"),
        "outbox": ("collab_sync.cli.outbox:outbox", "查看待写的内容,放行或放弃其中几条。"),
        "undo": ("collab_sync.cli.undo.command:undo", "撤回一次运行写下的标签、评论、关联和页面。"),
    }

    def main(  # type: ignore[override]  # one signature instead of click's overloads
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **extra: Any
    ) -> int:
        """Errors end with a sentence and exit code 2, never with a traceback."""
        code = exit_code_of(lambda: super(Product, self).main(args, standalone_mode=False, **extra))
        if standalone_mode:
            sys.exit(code)
        return code

    def make_context(self, *args: Any, **extra: Any) -> click.Context:  # click's own signature
        """Like click's; help is printed here."""
        with reader_minded():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:  # click's own signature
        """Like click's; the command works and prints here."""
        with reader_minded():
            return super().invoke(ctx)


@click.group(
    cls=Product,
    options_metavar=OPTIONS,
    subcommand_metavar=REST,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--settings", default="collab-sync.yaml", show_default=True, metavar="FILE", help="设置文件。")
@click.option("-v", "--verbose", is_flag=True, help="更详细的日志。")
@click.version_option(__version__, prog_name="collab-sync", help="显示版本。")
@click.pass_context
def cli(context: click.Context, settings: str, verbose: bool) -> None:
    """跨部门协同:读 Jira 与 GitLab,按 YAML 规则判断,把结果写回去。"""
    explicit = context.get_parameter_source("settings") is not ParameterSource.DEFAULT
    context.obj = Invocation(Path(settings), verbose, explicit)


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    cli.main()
