"""Stages over the sandbox: what people do there through its own API, what they see there in a browser."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any, Literal
from urllib.parse import quote

import requests

from collab_sync.sandbox.browse.model import BrowsedItem, BrowsedProject
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.server import SandboxServer, SandboxWorld
from collab_sync.sandbox.wire import SandboxTracker
from collab_sync.testing.connector_suite import Seen, Stage

START = datetime(2025, 9, 15, 1, 0, tzinfo=UTC)
_BLOCKS = frozenset({"p", "li", "tr", "br", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "div", "hr", "td"})


class StandingClock:
    """The sandbox's time; waiting takes none of it."""

    def __init__(self, clock: SandboxClock) -> None:
        self.now = clock.now

    def sleep(self, seconds: float) -> None:
        """Waiting is for real servers."""


class _Reader(HTMLParser):
    """The text of a page, a line for each block; and whom it mentions."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.text += "\n" if tag in _BLOCKS else ""

    def handle_endtag(self, tag: str) -> None:
        self.text += "\n" if tag in _BLOCKS else ""

    def handle_data(self, data: str) -> None:
        self.text += data


def shown(html: str) -> str:
    """What a person reads of a piece of HTML."""
    return re.sub(r"\s*\n\s*", "\n", _Reader(html).text).strip()


@dataclass
class SandboxWeather:
    """Faults of the sandbox; ``writes`` are the methods and paths of requests that write."""

    server: str
    prefix: str
    reading_posts: str = "$^"

    def drop_next_write(self, when: Literal["before", "after"], spared: int = 0) -> None:
        path = rf"^/{self.prefix}/(?!.*(?:{self.reading_posts}))"
        self._fault({"method": "POST|PUT|DELETE", "path": path, "nth": spared + 1}, {"drop": when})

    def answer(self, status: int, headers: Mapping[str, str]) -> None:
        self._fault({"path": f"^/{self.prefix}/"}, {"status": status, "headers": dict(headers)})

    def clear(self) -> None:
        requests.delete(f"{self.server}/__sandbox/faults", timeout=10).raise_for_status()

    def _fault(self, match: Any, effect: Any) -> None:
        body: Any = {"match": dict(match), "effect": dict(effect)}
        requests.post(f"{self.server}/__sandbox/faults", json=body, timeout=10).raise_for_status()


@dataclass(kw_only=True)
class SandboxStage(Stage):
    """A stage whose people use one tracker of a running sandbox. ``ours``: our account in its request log."""

    server: SandboxServer
    clock: StandingClock
    sandbox_clock: SandboxClock
    tracker: SandboxTracker
    ours: str

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, f"{self.server.url}/__sandbox/{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def later(self, minutes: float) -> None:
        self.sandbox_clock.set(self.sandbox_clock.now() + timedelta(minutes=minutes))

    def keys(self) -> Collection[str]:
        return [item.key for item in self.browsed().items]

    def browsed(self) -> BrowsedProject:
        return next(one for one in self.tracker.browse() if one.key == self.project.project)

    def item(self, key: str) -> BrowsedItem:
        return next(item for item in self.browsed().items if item.key == key)

    def seen(self, key: str) -> Seen:
        item = self.item(key)
        return Seen(
            title=item.title,
            text=shown(item.description_html),
            labels=frozenset(item.labels),
            comments=tuple(shown(comment.html) for comment in item.comments),
            links=frozenset(link.url if "://" in link.url else link.key for link in item.links),
            status=item.status,
        )

    @contextmanager
    def database(self) -> Iterator[Any]:
        """The tracker's whole state, to be changed in ways for which its API has no request."""
        state = self.tracker.snapshot()
        yield state
        self.tracker.load(state)

    def requests(self) -> int:
        return len(self._sent())

    def writing_requests(self) -> int:
        return sum(one["method"] != "GET" and not self.only_reads(one["path"]) for one in self._sent())

    @abstractmethod
    def only_reads(self, path: str) -> bool:
        """Whether a POST to this path changes nothing."""

    def _sent(self) -> list[Any]:
        log = self.control("GET", "requests")["requests"]
        return [one for one in log if one["account"] == self.ours]


def open_world(tracker_of: Any, seed: Any) -> tuple[SandboxServer, SandboxClock, SandboxTracker]:
    """A running sandbox with one tracker, its clock standing at a Monday morning."""
    clock = SandboxClock(lambda: START)
    clock.set(START)
    tracker = tracker_of(clock)
    server = SandboxServer(SandboxWorld(clock, (tracker,)))
    server.start()
    requests.post(f"{server.url}/__sandbox/seed", json=seed, timeout=10).raise_for_status()
    return server, clock, tracker


def segment(text: str) -> str:
    return quote(text, safe="")
