"""Errors as sentences for people, and the exit code of a command line however it ends.

0 nothing to do, 1 findings or changes, 2 error; 75 the daemon's database is in use (whoever starts daemons may try
again), 130 interrupted, 141 whoever read our output went away.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import click

from collab_sync.errors import CollabSyncError

ERROR = 2
BUSY = 75
INTERRUPTED = 130
READER_GONE = 141
_SECRET = re.compile(r"COLLAB_\w+_(TOKEN|WEBHOOK_SECRET)")


class ReaderGoneError(click.ClickException):
    """Whoever read our output went away; click would take the operating system's word for it as its own affair."""


@contextmanager
def reader_minded() -> Iterator[None]:
    """Says ReaderGoneError where the system says that nobody reads what we print."""
    try:
        yield
    except BrokenPipeError:
        raise ReaderGoneError("nobody reads the output") from None


def exit_code_of(act: Callable[[], object]) -> int:
    """Runs ``act`` and says with which code the process should end; what went wrong knowingly has been printed.

    An exception that is not in our tree is a defect and passes through."""
    try:
        code = act()
        sys.stdout.flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        tell("已中断。")
        return INTERRUPTED
    except (ReaderGoneError, BrokenPipeError):
        _hush()
        return READER_GONE
    except click.ClickException as error:
        tell(f"错误:{usage_sentence(error)}")
        return ERROR
    except CollabSyncError as error:
        tell(f"错误:{without_secrets(str(error), os.environ)}")
        return ERROR
    return code if isinstance(code, int) else 0


def tell(text: str) -> None:
    """A line for people beside the command's output."""
    click.echo(text, err=True)


def usage_sentence(error: click.ClickException) -> str:
    """What is wrong with a command line, and how to see what may be written."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "collab-sync"
    return f"{_cause(error)}\n    → 运行 {path} --help 查看写法"


def without_secrets(text: str, environment: Mapping[str, str]) -> str:
    """``text`` with the tokens of all connections masked, should one have got into it."""
    from collab_sync.log import masked

    return str(masked(text, tokens_in(environment)))


def tokens_in(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The secrets that the environment holds or points to; a file that cannot be read holds none."""
    found = [value for name, value in environment.items() if _SECRET.fullmatch(name)]
    for name, path in environment.items():
        if _SECRET.fullmatch(name.removesuffix("_FILE")) and name.endswith("_FILE"):
            try:
                with open(path.strip(), encoding="utf-8") as file:
                    found.append(file.read())
            except (OSError, UnicodeDecodeError):
                continue
    return tuple(line.strip() for text in found for line in text.splitlines() if line.strip())


def _cause(error: click.ClickException) -> str:
    match error:
        case click.NoSuchOption():
            near = f";是否想写 {'、'.join(error.possibilities)}?" if error.possibilities else ""
            return f"没有选项 {error.option_name}{near}"
        case click.MissingParameter():
            return f"缺少参数 {_named(error)}"
        case click.BadParameter():
            return f"参数 {_named(error)} 的值不能用:{_allowed(error)}"
        case _:
            return error.format_message()


def _named(error: click.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "")
    return error.param.opts[0] if isinstance(error.param, click.Option) else error.param.human_readable_name


def _allowed(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return f"可写 {'、'.join(str(choice) for choice in kind.choices)}"
    if isinstance(kind, click.types.IntParamType):
        return "应是整数"
    return error.message


def _hush() -> None:
    """Nobody reads us any more: what is still buffered must not complain when Python ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
