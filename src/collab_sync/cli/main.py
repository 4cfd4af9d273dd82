"""The entry point: options that all commands share, errors as sentences, exit codes.

Exit codes everywhere: 0 nothing to do, 1 findings or changes, 2 error.
"""

from __future__ import annotations

import sys

import click

from collab_sync import __version__
from collab_sync.cli.demo.command import demo
from collab_sync.errors import CollabSyncError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--settings", default="collab-sync.yaml", show_default=True, metavar="FILE", help="设置文件。")
@click.option("-v", "--verbose", is_flag=True, help="更详细的日志。")
@click.version_option(__version__, prog_name="collab-sync")
@click.pass_context
def cli(context: click.Context, settings: str, verbose: bool) -> None:
    """跨部门协同:读 Jira 与 GitLab,按 YAML 规则判断,把结果写回去。"""
    context.obj = {"settings": settings, "verbose": verbose}


cli.add_command(demo)


def main() -> None:
    """Runs the command line; knowing errors end with a sentence and exit code 2, never with a traceback."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except CollabSyncError as error:
        click.echo(f"错误:{error}", err=True)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)
