"""What an orchestrator asks a process: are you alive."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route


def health_routes() -> list[BaseRoute]:
    """``GET /healthz``."""
    return [Route("/healthz", _alive)]


async def _alive(_: Request) -> JSONResponse:
    return JSONResponse({"alive": True})
