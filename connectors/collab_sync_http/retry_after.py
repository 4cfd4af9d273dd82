"""``Retry-After`` in all the forms that servers send: seconds, decimal seconds, HTTP date."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(days=7)
"""A nonsensical number must not silence a connection for years."""


def parse(value: str | None, now: datetime) -> timedelta | None:
    """How long to wait from ``now`` (aware); None when the header is absent or says nothing readable.

    Never negative, at most seven days."""
    text = (value or "").strip()
    if not text:
        return None
    wait = seconds(text)
    if wait is None:
        date = http_date(text)
        wait = date - now if date else None
    return None if wait is None else min(max(wait, timedelta(0)), LONGEST)


def http_date(text: str | None) -> datetime | None:
    """An HTTP date (``Date``, ``Retry-After``) as aware UTC; None if it is not one."""
    try:
        date = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def of(headers: Mapping[str, str], now: datetime | None = None) -> timedelta | None:
    """The wait a response asks for. A date is compared with the server's own ``Date`` where there is one, so that
    its clock may be wrong; without either clock a date says nothing."""
    reference = http_date(headers.get("Date")) or now
    value = headers.get("Retry-After")
    if reference is None:
        reference = datetime(1970, 1, 1, tzinfo=UTC)
        return parse(value, reference) if seconds((value or "").strip()) is not None else None
    return parse(value, reference)


def seconds(text: str) -> timedelta | None:
    """A number of seconds, never negative, at most 1e9; None if it is no number."""
    try:
        number = float(text)
    except ValueError:
        return None
    return timedelta(seconds=min(max(number, 0.0), 1e9)) if math.isfinite(number) else None
