"""The way to the sandbox: one connection, the person's own token, every request executed once."""

from __future__ import annotations

import base64
import http.client
import json
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from collab_sync.errors import CollabSyncError
from collab_sync.sandbox.story.cast import Actor


class StageError(CollabSyncError):
    """The sandbox refused what the story asked of it; ``status`` 0 means that it did not answer."""

    def __init__(self, message: str, status: int = 0) -> None:
        self.status = status
        super().__init__(message)


class Stage:
    """Requests to one sandbox. ``mark`` names what is being told, so that a repetition is recognised."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        address = urlsplit(self.url)
        self._http = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port or 80, timeout=30)
        self._mark = ""
        self._count = 0

    def mark(self, name: str) -> None:
        """What follows belongs to ``name``: its n-th request is executed once, however often it is sent."""
        self._mark, self._count = name, 0

    def control(self, method: str, path: str, body: object = None) -> Any:
        """A request to the control API. Raises StageError."""
        return self._send(method, f"/__sandbox/{path}", body, {})

    def jira(self, actor: Actor, method: str, path: str, body: object = None) -> Any:
        """A request to Jira as ``actor``. Raises StageError."""
        pair = base64.b64encode(f"{actor.email}:{actor.token}".encode()).decode()
        return self._send(method, f"/jira/rest/api/3/{path}", body, {"Authorization": f"Basic {pair}"})

    def gitlab(self, actor: Actor, method: str, path: str, body: object = None) -> Any:
        """A request to GitLab as ``actor``. Raises StageError."""
        return self._send(method, f"/gitlab/api/v4/{path}", body, {"PRIVATE-TOKEN": actor.token})

    def remembered(self, name: str) -> Any:
        """What was put under ``memo/name``, None if nothing was."""
        try:
            return self.control("GET", f"memo/{name}")
        except StageError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def set_clock(self, at: datetime) -> None:
        self.control("PUT", "clock", {"now": at.isoformat()})

    def close(self) -> None:
        self._http.close()

    def _send(self, method: str, path: str, body: object, headers: dict[str, str]) -> Any:
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        if content is not None:
            headers["Content-Type"] = "application/json"
        if method != "GET" and self._mark:
            headers["X-Sandbox-Once"] = f"{self._mark}/{self._count}"
            self._count += 1
        try:
            self._http.request(method, path, content, headers)
            answer = self._http.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._http.close()
            raise StageError(f"沙盒没有应答 {method} {path}:{error}") from None
        if answer.status >= 400:
            told = text.decode(errors="replace")[:300]
            raise StageError(f"沙盒拒绝了 {method} {path}:HTTP {answer.status} {told}", answer.status)
        return json.loads(text) if text else None
