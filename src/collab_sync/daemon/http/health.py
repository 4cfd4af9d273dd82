"""What an orchestrator and Prometheus ask a process: are you alive, are you stuck, how do you do.

Nothing here touches the database: the answers are those of the last tick, and what time has made of it since.
"""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from collab_sync.daemon.auditor import Kind
from collab_sync.daemon.witness import Seen, Witness
from collab_sync.errors import ConfigurationError
from collab_sync.pipeline.status import patience
from collab_sync.ports import Clock

BLOCKING: frozenset[Kind] = frozenset({"overdue", "silent"})
"""Complaints that mean that the daemon does not keep up; the others are for people."""


def health_routes(witness: Witness, clock: Clock) -> list[BaseRoute]:
    """``GET /healthz``, ``/readyz``, ``/metrics``."""

    async def alive(_: Request) -> JSONResponse:
        return JSONResponse({"alive": True})

    def ready(_: Request) -> JSONResponse:
        seen = witness.seen
        reasons = _reasons(seen, clock)
        told = {
            "ready": not reasons,
            "reasons": reasons,
            "complaints": [complaint.text for complaint in seen.complaints],
        }
        return JSONResponse(told, status_code=503 if reasons else 200)

    async def metrics(_: Request) -> Response:
        return Response(witness.seen.figures, media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", metrics)]


def _reasons(seen: Seen, clock: Clock) -> list[str]:
    try:
        return not_ready(seen, clock.now())
    except ConfigurationError:
        return ["读不到时钟"]


def not_ready(seen: Seen, now: datetime) -> list[str]:
    """Why the daemon is not to be relied on at ``now``, as sentences for people; nothing if it is."""
    reasons = [seen.failure] if seen.failure else []
    if seen.at is None:
        reasons.append("第一轮还没有做完")
    elif now - seen.at > patience(seen.poll):
        minutes = int((now - seen.at).total_seconds() // 60)
        reasons.append(f"已有 {minutes} 分钟没有做完一轮")
    if seen.broken:
        reasons.append("磁盘上的规则有错,仍按上一版执行;运行 collab-sync rules check 查看")
    return reasons + [complaint.text for complaint in seen.complaints if complaint.kind in BLOCKING]
