"""Structured logs: one event per line, secrets masked, local variables never dumped."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from contextvars import copy_context
from typing import Any, Literal, ParamSpec, TextIO, TypeVar

import structlog

P = ParamSpec("P")
T = TypeVar("T")

PATTERNS = (
    re.compile(r"glpat-[\w-]{8,}"),
    re.compile(r"ATATT[\w=+/-]{8,}"),
    re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"),
    re.compile(r"(?i)(access_token|private_token|token|key|password)=([^&\s]+)"),
    re.compile(r"//[^/\s:@]+:[^/\s@]+@"),
)
MASK = "•••"
SECRET_KEYS = frozenset(
    {"token", "authorization", "private-token", "private_token", "password", "cookie", "set-cookie"}
)


def configure_logging(
    style: Literal["text", "json"] = "text",
    *,
    secrets: Iterable[str] = (),
    verbose: bool = False,
    quiet: bool = False,
    stream: TextIO | None = None,
) -> None:
    """Sets up structlog and the standard library's loggers alike.

    ``secrets`` are masked wherever they appear; ``quiet``: warnings and errors only.
    """
    known = tuple(secret for secret in secrets if secret)

    def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: MASK if key.lower() in SECRET_KEYS else masked(value, known) for key, value in event.items()}

    # Tracebacks become data before they are redacted: an exception's own words may hold what must not be shown.
    traceback: Any = (
        structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
        if style == "json"
        else structlog.processors.format_exc_info
    )
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    last.append(traceback)
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*last, redact, renderer])
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.DEBUG if verbose else logging.WARNING if quiet else logging.INFO)
    for chatty in ("urllib3", "jira", "gitlab", "alembic", "requests_oauthlib"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def carried(call: Callable[P, T]) -> Callable[P, T]:
    """``call`` for another thread: whatever it logs there bears what lines logged here and now bear, above all the id
    of the tick. May be called any number of times, also at once; what a call binds stays with that call."""
    here = copy_context()

    def there(*args: P.args, **kwargs: P.kwargs) -> T:
        return here.copy().run(call, *args, **kwargs)  # one context is entered by one thread at a time

    return there


def masked(value: object, secrets: Iterable[str] = ()) -> object:
    """``value`` with every secret and everything that looks like one masked, also inside mappings and lists; numbers,
    truth values and None pass through, anything else becomes its masked text."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return _masked_text(value, secrets)
        case Mapping():
            return {
                str(key): MASK if str(key).lower() in SECRET_KEYS else masked(inner, secrets)
                for key, inner in value.items()
            }
        case list() | tuple() | set() | frozenset():
            return [masked(inner, secrets) for inner in value]
        case _:
            return _masked_text(str(value), secrets)


def _masked_text(value: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        value = value.replace(secret, MASK)
    for pattern in PATTERNS:
        value = pattern.sub(MASK, value)
    return value
