"""When something falls due, and how late it is.

A due *date* means the end of work on that day. Working days are counted after the date of the start, whatever its time
of day, and take effect at their opening. Hours by the wall clock run day and night but may not *end* at night when
``land_on`` says ``workhours``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeAlias

from collab_sync.calendar.durations import Duration, Offset, Unit
from collab_sync.calendar.working_calendar import WorkingCalendar

Pause: TypeAlias = tuple[datetime, datetime | None]
"""From (inclusive) to (exclusive); None: still going on."""

LandOn: TypeAlias = Literal["workhours", "any"]
ClockKind: TypeAlias = Literal["work", "wall"]

_UNDER_WORK: dict[Unit, Unit] = {"h": "wh", "d": "wd", "wh": "wh", "wd": "wd"}


def due_instant(  # noqa: PLR0913 - these are the words of one clock in a rule file; a wrapper would only rename them
    start: date | datetime,
    offset: Offset,
    calendar: WorkingCalendar,
    *,
    land_on: LandOn = "any",
    calendar_kind: ClockKind = "wall",
    pauses: Sequence[Pause] = (),
) -> datetime | None:
    """The instant (UTC) at which a step with ``offset`` is reached; None while an open pause keeps it from coming.

    ``wd``: the opening of the n-th working day after the start's date (``>n``: of the one after it; negative: of the
    n-th before). ``wh``: open time. ``d``, ``h``: by the wall clock, then moved to the next open instant under
    ``land_on="workhours"``; ``calendar_kind="work"`` reads them as ``wd`` and ``wh``. An amount of 0 without ``>`` is
    the start itself; a date starts at its closing.

    Under a pause time does not count: open time for ``wh``, all time for ``h`` and ``d``, and of working days those
    at whose opening the pause held.
    """
    began = start_instant(start, calendar)
    if offset.amount == 0 and not offset.beyond:
        return began
    unit = _UNDER_WORK[offset.unit] if calendar_kind == "work" else offset.unit
    stops = tuple(_stops(pauses, began))
    match unit:
        case "wd":
            day = calendar.local_date(start) if isinstance(start, datetime) else start
            return _after_working_days(day, offset.amount + offset.beyond, calendar, stops)
        case "wh":
            return _after_open_time(began, timedelta(hours=offset.amount), calendar, stops)
        case "d" | "h":
            due = _skipping(began, _by_the_wall(began, offset.amount, unit, calendar), stops)
            return calendar.next_open(due) if due and land_on == "workhours" else due


def start_instant(start: date | datetime, calendar: WorkingCalendar) -> datetime:
    """The instant at which a clock starts: a date starts at its closing."""
    return start if isinstance(start, datetime) else due_end(start, calendar)


def held_until(began: datetime, duration: Duration, calendar: WorkingCalendar) -> datetime:
    """The instant (UTC) from which a condition that began then has held for ``duration``: open time for ``wh``, the
    opening of the n-th working day after the date on which it began for ``wd``, the wall clock for ``h`` and ``d``."""
    if duration.amount == 0:
        return began
    match duration.unit:
        case "wd":
            return calendar.opening(calendar.working_day_after(calendar.local_date(began), duration.amount))
        case "wh":
            return calendar.add(began, duration.amount * 60)
        case "d" | "h":
            return _by_the_wall(began, duration.amount, duration.unit, calendar)


def due_end(day: date, calendar: WorkingCalendar) -> datetime:
    """The last instant that is in time for something due on ``day``: its closing, working day or not."""
    return calendar.closing(day)


def late_days(due: date, at: datetime, calendar: WorkingCalendar) -> int:
    """Working days after ``due`` whose opening has passed at ``at``; 0 when none has."""
    today = calendar.local_date(at)
    last = today if at >= calendar.opening(today) else today - timedelta(days=1)
    return max(calendar.working_days_between(due, last), 0)


def due_in_wd(due: date, at: datetime, calendar: WorkingCalendar) -> int:
    """Working days after today up to ``due``; 0 today; past ``due`` the negative of ``late_days``."""
    today = calendar.local_date(at)
    return calendar.working_days_between(today, due) if today <= due else -late_days(due, at, calendar)


def late_days_reaches(due: date, n: int, calendar: WorkingCalendar) -> datetime:
    """The instant from which ``late_days(due) >= n`` (n ≥ 1): the opening of the n-th working day after ``due``."""
    if n < 1:
        raise ValueError(f"lateness is counted from 1, not {n}")
    return calendar.opening(calendar.working_day_after(due, n))


def due_in_wd_falls_to(due: date, n: int, calendar: WorkingCalendar) -> datetime:
    """The instant from which ``due_in_wd(due) <= n``: the beginning of the local day on which only n working days are
    left, for negative n the opening on which ``due`` is that late."""
    if n < 0:
        return late_days_reaches(due, -n, calendar)
    last = due if calendar.is_working_day(due) else calendar.working_day_after(due, -1)
    return calendar.instant(calendar.working_day_after(last, -n), time())


def _after_working_days(day: date, n: int, calendar: WorkingCalendar, stops: tuple[Pause, ...]) -> datetime | None:
    """``n`` is not 0. Days on which a pause held at the opening are passed over."""
    for stop, go in stops:
        first = _first_opening_from(stop, day, calendar)
        if calendar.working_days_between(day, first) > n:
            break
        if go is None:
            return None
        n += calendar.working_days_between(first, _first_opening_from(go, day, calendar))
    return calendar.opening(calendar.working_day_after(day, n))


def _first_opening_from(at: datetime, day: date, calendar: WorkingCalendar) -> date:
    """The first working day after ``day`` whose opening is not before ``at``."""
    at_day = calendar.local_date(calendar.opening_after(at - timedelta.resolution))
    return max(at_day, calendar.working_day_after(day, 1))


def _after_open_time(
    began: datetime, length: timedelta, calendar: WorkingCalendar, stops: tuple[Pause, ...]
) -> datetime | None:
    if length < timedelta(0):
        return calendar.add(began, length // timedelta(minutes=1))
    target = calendar.open_time(began) + length
    for stop, go in stops:
        if calendar.open_time(stop) >= target:
            break
        if go is None:
            return None
        target += calendar.open_time(go) - calendar.open_time(stop)
    return calendar.when_open_time_reaches(target)


def _by_the_wall(began: datetime, amount: int, unit: Literal["d", "h"], calendar: WorkingCalendar) -> datetime:
    """Hours are real hours; so many days later it is the same time of day, whatever the clocks did in between."""
    try:
        if unit == "h":
            return began + timedelta(hours=amount)
        return (began.astimezone(calendar.zone) + timedelta(days=amount)).astimezone(UTC)
    except OverflowError:  # somebody means "never" and writes 9999-12-31
        return began


def _skipping(began: datetime, due: datetime, stops: tuple[Pause, ...]) -> datetime | None:
    for stop, go in stops:
        if stop >= due:
            break
        if go is None:
            return None
        due += go - stop
    return due


def _stops(pauses: Sequence[Pause], began: datetime) -> Iterator[Pause]:
    """What lies after ``began`` of the pauses, in order, without overlap; nothing of them can delay what is earlier."""
    over = began
    for begin, go in sorted(pauses, key=lambda pause: pause[0]):
        stop = max(begin, over)
        if go is None:
            yield stop, None
            return
        if go > stop:
            yield stop, go
            over = go
