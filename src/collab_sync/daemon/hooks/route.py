"""``POST /hooks/‹connection›``: answered at once, whatever comes of it.

202 for a call that proved itself (also one that came before: else its tracker would go on repeating it), 404 without a
word for everything else: wrong secret, unknown connection, garbage, too old.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from collab_sync.daemon.hooks.reception import Reception

LARGEST_CALL = 1024 * 1024
"""Bytes of a body; more is answered 413 without reading on."""


def hook_routes(reception: Reception) -> list[BaseRoute]:
    """The route over ``reception``."""

    async def called(request: Request) -> Response:
        connection, body = request.path_params["connection"], await _body(request)
        if body is None:
            reception.too_large(connection)
            return Response(status_code=413)
        taken = reception.receive(connection, dict(request.headers), body)
        return Response(status_code=202 if taken else 404)

    return [Route("/hooks/{connection}", called, methods=["POST"])]


async def _body(request: Request) -> bytes | None:
    """None for one that is too large, or says that it will be."""
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced[:20]) > LARGEST_CALL:
        return None
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_CALL:
            return None
    return bytes(body)
