"""Every error of collab-sync, grouped by what the caller does next.

::

    CollabSyncError
    ├── ConfigurationError      stop at start, exit 2; names file, line, key and remedy
    │   ├── RuleFileError       one or many problems in the files people edit
    │   └── BusyError           another process is at it; the same may be done later
    ├── TrackerError            raised by connectors only
    │   ├── TransientError      try again later; carries retry_after
    │   ├── AccessError         pause this connection, tell the operator, go on with the others
    │   ├── MissingItemError    the item is gone; skip it, the census settles what became of it
    │   ├── RejectedActionError bury this action (dead letter), go on with its neighbours
    │   └── UnknownOutcomeError the write may or may not have happened: ask find() before any retry
    ├── StoreError              stop the tick; nothing was half done
    └── UnsafePlanError         write nothing; a person must look

Nothing else is caught on purpose: an exception that is not in this tree is a defect and is shown as one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta


class CollabSyncError(Exception):
    """Root of all errors that collab-sync raises knowingly. ``str()`` is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file people edit; line and column count from 1, 0 where unknown."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: where, what, and what to do about it (both in the reader's language)."""

    place: Place
    message: str
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}"
        return f"{text}\n    → {self.hint}" if self.hint else text


class ConfigurationError(CollabSyncError):
    """Something people wrote cannot be used. Stop before anything is written; exit code 2."""

    def __init__(self, message: str, *, hint: str = "", place: Place | None = None) -> None:
        self.message = message
        self.hint = hint
        self.place = place
        lead = f"{place}: " if place else ""
        super().__init__(f"{lead}{message}" + (f"\n    → {hint}" if hint else ""))


class RuleFileError(ConfigurationError):
    """Problems in the files of ``rules/``: all of them at once.

    Not to be confused with a rule that found something: that is a finding, never an error.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class BusyError(ConfigurationError):
    """Another process is at it, and only one may be: nothing is wrong with what people wrote, only with the moment."""


class TrackerError(CollabSyncError):
    """A tracker did not do what was asked. ``connection`` and ``request_id`` help to find it in its logs."""

    def __init__(self, message: str, *, connection: str = "", status: int = 0, request_id: str = "") -> None:
        self.message = message
        self.connection = connection
        self.status = status
        self.request_id = request_id
        detail = [f"HTTP {status}"] if status else []
        detail += [f"request {request_id}"] if request_id else []
        lead = f"{connection}: " if connection else ""
        super().__init__(f"{lead}{message}" + (f" ({', '.join(detail)})" if detail else ""))


class TransientError(TrackerError):
    """Try again, not before ``retry_after`` (None: the caller's own back-off)."""

    def __init__(
        self,
        message: str,
        *,
        retry_after: timedelta | None = None,
        connection: str = "",
        status: int = 0,
        request_id: str = "",
    ) -> None:
        self.retry_after = retry_after
        super().__init__(message, connection=connection, status=status, request_id=request_id)


class AccessError(TrackerError):
    """Credentials missing, refused, expired or without a permission."""


class MissingItemError(TrackerError):
    """The item is not there or not visible to us; which of the two is for the census to find out."""


class RejectedActionError(TrackerError):
    """The tracker refused this action for good; its own words are in the message."""


class UnknownOutcomeError(TrackerError):
    """The request left, the answer never came: the write may or may not have happened."""


class StoreError(CollabSyncError):
    """The database cannot be used. The tick stops; the transaction was rolled back."""


class UnsafePlanError(CollabSyncError):
    """A plan beyond its limits. Says what, how much, against which limit, and what to do."""

    def __init__(self, what: str, *, count: int, limit: int, remedy: str) -> None:
        self.what = what
        self.count = count
        self.limit = limit
        self.remedy = remedy
        super().__init__(f"{what}: {count} > {limit}. {remedy}")
