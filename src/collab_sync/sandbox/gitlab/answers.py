"""Answers with the headers every GitLab answer carries."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import md5
from uuid import UUID

from collab_sync.sandbox.gitlab.errors import ApiError
from collab_sync.sandbox.wire import Response


def answer(body: object, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """JSON with an ETag."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    etag = f'W/"{md5(content, usedforsecurity=False).hexdigest()}"'
    return Response(status, content, (("Content-Type", "application/json"), ("ETag", etag), *headers))


def nothing() -> Response:
    """204 without a body."""
    return Response(204)


def refusal(error: ApiError) -> Response:
    """The answer an error asks for."""
    if error.body is None:
        return Response(error.status, b"", (("Content-Type", "text/html; charset=utf-8"), *error.headers))
    if isinstance(error.body, str):
        return Response(error.status, error.body.encode(), error.headers)
    content = json.dumps(error.body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(error.status, content, (("Content-Type", "application/json"), *error.headers))


def stamped(response: Response, number: int) -> Response:
    """The answer with the headers all have in common; ``number`` counts requests and makes their ids different."""
    request_id = UUID(bytes=md5(str(number).encode(), usedforsecurity=False).digest())
    common = (
        ("X-Frame-Options", "SAMEORIGIN"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-cache"),
        ("Vary", "Origin"),
        ("X-Runtime", "0.010000"),
        ("X-Request-Id", str(request_id)),
    )
    return response.with_headers(common)
