"""Structured logs: one event per line, secrets masked, local variables never dumped."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, Literal, TextIO

import structlog

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

    without_locals = structlog.processors.ExceptionRenderer(
        structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
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
    if style == "json":
        last.append(without_locals)
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


def masked(value: object, secrets: Iterable[str] = ()) -> object:
    """``value`` with every secret and everything that looks like one masked; other types pass through."""
    if not isinstance(value, str):
        return value
    for secret in secrets:
        value = value.replace(secret, MASK)
    for pattern in PATTERNS:
        value = pattern.sub(MASK, value)
    return value
