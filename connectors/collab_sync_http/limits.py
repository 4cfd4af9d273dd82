"""What servers say about their limits: whom a refusal concerns, how long it lasts, how much is left.

Jira Cloud has three independent limits and names the one that refused in ``RateLimit-Reason``. GitLab refuses with a
plain text for the whole account and, for the limits of single actions (notes, issues), with a JSON message and no
header at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import requests

from collab_sync_http import retry_after
from collab_sync_http.budget import Allowance

EVERYTHING = "*"
"""The scope of a whole connection."""

READING = frozenset({"GET", "HEAD", "OPTIONS"})

_WINDOW = timedelta(minutes=1)
_SECONDS = timedelta(seconds=2)
"""First wait where the server names none: GitLab counts by the minute, Jira's burst and per-issue limits by seconds."""

_LONGEST_TOLD = timedelta(hours=1)
_UNTOLD = timedelta(seconds=10)
"""How long what is left is believed: at most the longest window that is documented, and briefly if none is named."""

_UNIX = 1_000_000_000
_ACTION_LIMIT = b"this endpoint has been requested too many times"
_COLLECTIONS = frozenset({"project", "projects", "issue", "issues", "wikis", "groups", "properties"})
_ID = re.compile(r"[\d%]")
_ISSUE = re.compile(r"(.*/issue/[^/]+)")


@dataclass(frozen=True, slots=True)
class Errand:
    """One request as limits see it: its method and the path of its address, still quoted."""

    method: str
    path: str

    @classmethod
    def of(cls, request: requests.PreparedRequest) -> Errand:
        return cls(request.method or "GET", urlsplit(request.url or "").path)

    @property
    def writing(self) -> bool:
        return self.method not in READING

    @property
    def endpoint(self) -> str:
        """Method and path with ids and keys replaced: ``GET /api/*/projects/*/issues/*/notes``."""
        parts = self.path.split("/")
        kept = [
            "*" if _ID.search(part) or before in _COLLECTIONS else part
            for before, part in zip(["", *parts], parts, strict=False)
        ]
        return f"{self.method} {'/'.join(kept)}"

    @property
    def issue(self) -> str:
        """The issue that a write to Jira changes; empty where the address names none."""
        match = _ISSUE.match(self.path) if self.writing else None
        return f"write {match[1]}" if match else ""

    @property
    def scopes(self) -> frozenset[str]:
        """Whatever may be refused for this request to be refused."""
        return frozenset({EVERYTHING, self.endpoint, self.issue}) - {""}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A 429: which ``scope`` is to pause, for how long the server says, else ``first`` doubled at each further one."""

    scope: str
    asked: timedelta | None
    first: timedelta = _WINDOW


def refusal(response: requests.Response, errand: Errand, now: datetime) -> Refusal:
    """What a 429 means. ``Retry-After`` first, else the moment at which the limit resets."""
    asked = retry_after.of(response.headers, now)
    asked = reset_in(response.headers, now) if asked is None else asked
    reason = response.headers.get("RateLimit-Reason", "").strip().lower()
    if reason == "jira-burst-based":
        return Refusal(errand.endpoint, asked, _SECONDS)
    if reason == "jira-per-issue-on-write":
        return Refusal(errand.issue or errand.endpoint, asked, _SECONDS)
    limited = not reason and _ACTION_LIMIT in response.content[:2000].lower()
    return Refusal(errand.endpoint if limited else EVERYTHING, asked)


def mentioned(headers: Mapping[str, str]) -> bool:
    """Whether the server says anything about what is left."""
    return _header(headers, "RateLimit-Remaining") is not None or "X-RateLimit-NearLimit" in headers


def allowance(headers: Mapping[str, str], now: datetime) -> Allowance | None:
    """What the server says is left; None if it says nothing, or only of a window that is over: the answer took its
    time, or the window ended while it was made. Jira's mere warning means a fifth."""
    left = _number(headers, "RateLimit-Remaining")
    if left is None:
        near = headers.get("X-RateLimit-NearLimit", "").strip().lower() == "true"
        left, of = (20, 100) if near else (None, 0)
    else:
        of = _number(headers, "RateLimit-Limit") or left
    if left is None or _over(headers, now):
        return None
    resets = reset_in(headers, now) or retry_after.parse(headers.get("X-RateLimit-Interval-Seconds"), now) or _UNTOLD
    return Allowance(left, of, now + min(resets, _LONGEST_TOLD))


def reset_in(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Time until the limit resets, from unix seconds, ISO 8601 or plain seconds; a moment is judged by the server's
    own clock. None if it says nothing or the moment has passed (Jira gives whole minutes, cut)."""
    text = (_header(headers, "RateLimit-Reset") or "").strip()
    reference = retry_after.http_date(headers.get("Date")) or now
    seconds = retry_after.seconds(text)
    if seconds is not None and seconds.total_seconds() < _UNIX:
        wait = seconds
    else:
        moment = _moment(text)
        wait = moment - reference if moment else timedelta(0)
    return min(wait, retry_after.LONGEST) if wait > timedelta(0) else None


def _over(headers: Mapping[str, str], now: datetime) -> bool:
    """Whether the moment of the reset has passed, where it is given to the second; Jira's whole minutes are cut."""
    text = (_header(headers, "RateLimit-Reset") or "").strip()
    moment = _moment(text) if _plain(text) and float(text) >= _UNIX else None
    return moment is not None and moment <= (retry_after.http_date(headers.get("Date")) or now)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromtimestamp(float(text), UTC) if _plain(text) else datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _plain(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return headers.get(name) or headers.get(f"X-{name}")


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = (_header(headers, name) or "").strip()
    return int(text[:12]) if text.isascii() and text.isdecimal() else None
