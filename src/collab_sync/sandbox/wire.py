"""What the sandbox's parts say to each other: requests, responses, routes, and the face every tracker shows.

A tracker is mounted under a prefix (``/jira``, ``/gitlab``) and sees paths *below* it, still percent-encoded
(``/rest/api/3/issue/NPX-1``, ``/api/v4/projects/rd%2Fx1-firmware``). It never sees sockets.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from collab_sync.sandbox.browse.model import BrowsedProject


class BadBody(ValueError):  # noqa: N818 — named after what it says, like the answers made of it
    """The body is not the JSON that was expected. ``str()`` says what the parser stumbled over."""


class Headers(Mapping[str, str]):
    """HTTP headers: names compare without regard to case; of a repeated name the last value counts."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._values = {name.lower(): value for name, value in pairs}

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. ``path`` is percent-encoded and carries no query; ``query`` is decoded, in order."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=Headers)
    body: bytes = b""

    @classmethod
    def parse(cls, method: str, target: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b"") -> Request:
        """From a request line's target (``/jira/rest?x=1``)."""
        path, _, query = target.partition("?")
        pairs = tuple(parse_qsl(query, keep_blank_values=True))
        return cls(method.upper(), path or "/", pairs, Headers(headers), body)

    @property
    def origin(self) -> str:
        """Scheme, host and port as the client addressed us: ``http://127.0.0.1:8080``; for links in answers."""
        return f"http://{self.headers.get('Host', '127.0.0.1')}"

    def json(self) -> object:
        """The body as JSON; raises BadBody."""
        try:
            parsed: object = json.loads(self.body)
        except ValueError as error:
            raise BadBody(str(error)) from None
        return parsed

    def arg(self, name: str, default: str | None = None) -> str | None:
        """The last value of a query parameter, ``default`` if it is absent."""
        values = self.args(name)
        return values[-1] if values else default

    def args(self, name: str) -> tuple[str, ...]:
        """All values of a query parameter in order (``iids[]=1&iids[]=2``)."""
        return tuple(value for key, value in self.query if key == name)


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer; Content-Length is the server's business."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def json(self) -> object:
        """The body as JSON; raises BadBody."""
        return Request("", "", body=self.body).json()

    def with_headers(self, headers: Iterable[tuple[str, str]]) -> Response:
        """The same answer with further headers behind its own."""
        return Response(self.status, self.body, (*self.headers, *headers))


def json_response(obj: object, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """An answer in JSON, UTF-8, Chinese written as itself, keys in the order given."""
    body = json.dumps(obj, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status, body, (("Content-Type", "application/json;charset=UTF-8"), *headers))


def text_response(
    text: str, status: int = 200, headers: Iterable[tuple[str, str]] = (), *, kind: str = "text/plain"
) -> Response:
    """An answer in plain text, or in the media type ``kind`` (``text/html``), UTF-8."""
    return Response(status, text.encode(), (("Content-Type", f"{kind};charset=UTF-8"), *headers))


def empty(status: int = 204, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """An answer without a body."""
    return Response(status, b"", tuple(headers))


Handler: TypeAlias = Callable[..., Response]
"""Called with the request and the pattern's parameters by name, percent-decoded."""

Fallback: TypeAlias = Callable[[Request, tuple[str, ...]], Response]
"""Answers what no route takes: methods the path would allow, empty when the path is unknown (404 or 405)."""


class Router:
    """Finds the handler of a request by method and path.

    A pattern's segment ``{name}`` takes exactly one encoded segment (``rd%2Fx1-firmware``), decoded afterwards. Where
    several patterns take a path, the one with a literal segment further to the left wins: ``issue/bulkfetch`` before
    ``issue/{key}``. Leading and trailing slashes do not count.
    """

    def __init__(self, fallback: Fallback) -> None:
        self._fallback = fallback
        self._routes: dict[tuple[str, ...], dict[str, Handler]] = {}

    def add(self, method: str, pattern: str, handler: Handler) -> None:
        """Registers a route; ``pattern`` like ``/rest/api/3/issue/{key}/comment/{id}``."""
        self._routes.setdefault(_segments(pattern), {})[method.upper()] = handler

    def respond(self, request: Request) -> Response:
        """The handler's answer, or the fallback's."""
        segments = _segments(request.path)
        matching = sorted((p for p in self._routes if _takes(p, segments)), key=_literal_first)
        for pattern in matching:
            handler = self._routes[pattern].get(request.method)
            if handler is not None:
                return handler(request, **_parameters(pattern, segments))
        allowed = sorted({method for pattern in matching for method in self._routes[pattern]})
        return self._fallback(request, tuple(allowed))


class SandboxTracker(Protocol):
    """A tracker of the sandbox. The world calls it under one lock: it needs no locks of its own."""

    @property
    def prefix(self) -> str:
        """Where it is mounted: ``/jira``, ``/gitlab``."""
        ...

    def handle(self, request: Request) -> Response:
        """Answers a request of the tracker's API; ``request.path`` is below the prefix. Either the whole effect is
        there afterwards or none of it; an error of the request is an answer, an exception is a defect."""
        ...

    def account_of(self, request: Request) -> str:
        """Who asks, for the request log: the name of the authenticated account, empty if there is none."""
        ...

    def seed(self, wanted: Mapping[str, object], at: datetime) -> None:
        """Creates users and projects that are missing, from the control API's ``{"users": […], "projects": […]}``
        (each user's own part for this tracker, with ``name`` and ``bot``); idempotent. Raises BadBody."""
        ...

    def put_issue(self, request: Request) -> Response:
        """Creates an issue with a given key as a given user at the clock's time; the same key again changes nothing
        and answers alike. The body is that of the tracker's own create call plus ``as`` (the seeded user's name) and
        ``key`` (Jira: ``NPX-30``) or ``project`` and ``iid`` (GitLab: ``rd/x1-firmware``, 4)."""
        ...

    def act(self, wanted: Mapping[str, object]) -> object:
        """Something that people do outside the API, at the clock's time: ``{"act": "move", …}``, further ``hide``,
        ``show``, ``delete``, ``revoke``. Answers what is so now, JSON-able. Raises BadBody for what is not possible."""
        ...

    def dump(self, *, full: bool = False) -> object:
        """Canonical JSON-able state for comparisons; without what the tracker assigns unless ``full``."""
        ...

    def snapshot(self) -> object:
        """The complete state, JSON-able."""
        ...

    def load(self, snapshot: object) -> None:
        """Replaces the state by one that ``snapshot`` gave. Raises BadBody if it is none."""
        ...

    def browse(self) -> tuple[BrowsedProject, ...]:
        """The state for people's eyes, projects by key."""
        ...


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))


def _is_parameter(segment: str) -> bool:
    return segment.startswith("{") and segment.endswith("}")


def _takes(pattern: tuple[str, ...], segments: tuple[str, ...]) -> bool:
    if len(pattern) != len(segments):
        return False
    return all(
        bool(there) if _is_parameter(wanted) else wanted == there
        for wanted, there in zip(pattern, segments, strict=True)
    )


def _literal_first(pattern: tuple[str, ...]) -> tuple[bool, ...]:
    return tuple(_is_parameter(segment) for segment in pattern)


def _parameters(pattern: tuple[str, ...], segments: tuple[str, ...]) -> dict[str, str]:
    pairs = zip(pattern, segments, strict=True)
    return {wanted[1:-1]: unquote(there) for wanted, there in pairs if _is_parameter(wanted)}
