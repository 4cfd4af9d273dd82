"""Routes behind limits: a request may be only so large and take only so long, whatever it asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 2 * 1024 * 1024
"""Bytes. An issue's description has at most a megabyte on either tracker."""

LARGEST_HEADERS = 16 * 1024
"""Bytes of a request's line and headers together."""

LONGEST_REQUEST = 10.0
"""Seconds from the last header to the last byte of the answer."""


def app(routes: Sequence[BaseRoute]) -> Starlette:
    """An application over ``routes``. A body beyond LARGEST_BODY is answered 413, a request that lasts longer than
    LONGEST_REQUEST 408, headers beyond LARGEST_HEADERS 431; whoever reads a body in an endpoint need not count."""
    return Starlette(routes=list(routes), middleware=[Middleware(_Limits)])


class _Limits:
    """Counts what comes in and how long it takes. Outside an HTTP request there is nothing to limit."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        if _size(scope) > LARGEST_HEADERS:
            await _refuse(send, 431)
            return
        began = False

        async def answer(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            async with asyncio.timeout(LONGEST_REQUEST):
                await self._inner(scope, _counted(receive, _announced(scope)), answer)
        except TimeoutError:
            if not began:
                await _refuse(send, 408)


def _counted(receive: Receive, announced: int) -> Receive:
    left = LARGEST_BODY

    async def next_part() -> Message:
        nonlocal left
        if announced > LARGEST_BODY:
            raise HTTPException(413)
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413)
        return message

    return next_part


def _size(scope: Scope) -> int:
    """Counted here too: the parser refuses only what is too large and not yet complete."""
    asked = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    return asked + sum(len(name) + len(value) for name, value in scope["headers"])


def _announced(scope: Scope) -> int:
    """The length that the request's header tells; 0 where it tells none."""
    told = dict(scope["headers"]).get(b"content-length", b"0")
    return int(told) if told.isdigit() else 0


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
