"""Which due date counts: the tracker's, unless somebody pushed it without leave.

``due`` takes the tracker's new date when it is not later than before, when it is the first push and was made before
the old date had passed, or when an authorised 【延期审批】 covers it (up to three working days before the push, or
any time after). Otherwise ``due`` stays and the push counts as unapproved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from collab_sync.calendar.working_calendar import WorkingCalendar

APPROVAL_REACHES_BACK = 3
"""Working days before a push within which an approval given in advance still covers it."""


@dataclass(frozen=True, slots=True)
class DueChange:
    """The tracker's date was changed from ``old`` to ``new`` at ``at``."""

    at: datetime
    old: date | None
    new: date | None


@dataclass(frozen=True, slots=True)
class DueHistory:
    """``due``: the date that counts; ``original``: the first one; pushes: moves to a later date."""

    due: date | None
    original: date | None
    pushes: int = 0
    unapproved_pushes: int = 0


def due_history(
    raw_due: date | None, changes: Sequence[DueChange], approvals: Sequence[datetime], calendar: WorkingCalendar
) -> DueHistory:
    """The history of a date from its changes in order and the instants of authorised approvals."""
    if not changes:
        return DueHistory(due=raw_due, original=raw_due)
    due = changes[0].old
    original = standing = due
    pushes = unapproved = 0
    for change in changes:
        original = original or change.new
        if change.new is None:
            due = None
            continue
        # A date that was taken away still stands as what a later one is measured by.
        if standing is None or change.new <= standing:
            due = standing = change.new
            continue
        due = standing
        if change.old is not None and change.new <= change.old:
            continue  # part of an unapproved push taken back: no further push, and no leave for the rest of it
        pushes += 1
        in_time = pushes == 1 and change.at <= calendar.closing(standing)
        if in_time or _approved(change.at, approvals, calendar):
            due = standing = change.new
        else:
            unapproved += 1
    return DueHistory(due=due, original=original, pushes=pushes, unapproved_pushes=unapproved)


def _approved(push: datetime, approvals: Sequence[datetime], calendar: WorkingCalendar) -> bool:
    earliest = calendar.working_day_after(calendar.local_date(push), -APPROVAL_REACHES_BACK)
    return any(calendar.local_date(approval) >= earliest for approval in approvals)
