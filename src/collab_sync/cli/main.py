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
from collab_sync.cli.terminal.front import ABOUT, COMMANDS, SETTINGS
from collab_sync.cli.terminal.front import OPTIONS as TOLD
from collab_sync.cli.terminal.group import OPTIONS, REST, LazyGroup, Listing
from collab_sync.cli.terminal.sentences import exit_code_of, reader_minded


class Product(LazyGroup):
    """Everything that collab-sync can be asked to do."""

    listing: ClassVar[Listing] = COMMANDS

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
    help=ABOUT,
    options_metavar=OPTIONS,
    subcommand_metavar=REST,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--settings", default=SETTINGS, show_default=True, metavar="FILE", help=TOLD["--settings FILE"])
@click.option("-v", "--verbose", is_flag=True, help=TOLD["-v, --verbose"])
@click.version_option(__version__, prog_name="collab-sync", help=TOLD["--version"])
@click.pass_context
def cli(context: click.Context, settings: str, verbose: bool) -> None:
    explicit = context.get_parameter_source("settings") is not ParameterSource.DEFAULT
    context.obj = Invocation(Path(settings), verbose, explicit)


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    cli.main()
