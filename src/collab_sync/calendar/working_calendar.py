"""The working calendar: open instants, working days, and arithmetic on both.

Two counters carry everything: the number of working days up to a day, and the open time up to an instant. The first is
closed-form arithmetic on the ordinary week plus a running sum over the days that differ from it, so every question is
answered in O(log n) for any date from year 1 to 9999, whether or not the calendar knows that year.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from collab_sync.calendar.data import CalendarData

_MINUTE = timedelta(minutes=1)
_NOTHING = timedelta(0)

# Three days of margin at both ends keep every conversion between zones inside what datetime can hold.
_FIRST_DAY = date.min.toordinal() + 3
_LAST_DAY = date.max.toordinal() - 3
_FIRST_INSTANT = datetime(1, 1, 3, tzinfo=UTC)
_LAST_INSTANT = datetime(9999, 12, 29, tzinfo=UTC)


class WorkingCalendar:
    """Immutable; built once from ``CalendarData``. Instants are aware and come back in UTC, days are local days.

    A day consists of open spans, the hours without the breaks. The instant at which a span ends still belongs to it
    (18:00 is open), and so does the rest of that minute. Open time runs by the local clock. No question raises for any
    aware instant or any day; the last days of the years 1 and 9999 stand for what lies beyond.
    """

    __slots__ = ("_balance", "_data", "_day_length", "_departments", "_differing", "_first_known", "_off", "_per_week",
                 "_spans", "_up_to_weekday", "_version", "_weekdays", "_worked", "_zone")  # fmt: skip

    def __init__(self, data: CalendarData) -> None:
        self._data = data
        self._version = data.version
        self._zone = ZoneInfo(data.tz)
        self._spans = _open_spans(data)
        self._day_length = sum((end - begin for begin, end in self._spans), _NOTHING)
        self._weekdays = data.weekdays
        self._per_week = len(self._weekdays)
        self._up_to_weekday = tuple(accumulate((number in self._weekdays for number in range(7)), initial=0))
        self._off = frozenset(data.holidays)
        self._worked = frozenset(data.makeups)
        differing = {day.toordinal(): -1 for day in self._off if day.weekday() in self._weekdays}
        differing |= {day.toordinal(): 1 for day in self._worked if day.weekday() not in self._weekdays}
        self._differing = tuple(sorted(differing))
        self._balance = tuple(accumulate((differing[day] for day in self._differing), initial=0))
        self._first_known = date(min((day.year for day in self._off | self._worked), default=1), 1, 1)
        self._departments: Mapping[str, WorkingCalendar] = {
            key: WorkingCalendar(data.for_department(key)) for key in data.departments
        }

    # --- what it is ----------------------------------------------------------------------------------------------
    @property
    def key(self) -> str:
        """``cn-office``; ``cn-office/rd`` for a department's own."""
        return self._data.key

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days begin and end."""
        return self._zone

    @property
    def version(self) -> str:
        """Hash of the content without the names of days; changes whenever an answer may change."""
        return self._version

    @property
    def data(self) -> CalendarData:
        """What it was built from, with the names of the days."""
        return self._data

    def for_department(self, key: str | None) -> WorkingCalendar:
        """The department's calendar, this one when it has none of its own. A department's calendar has no others."""
        return self._departments.get(key, self) if key else self

    def provisional(self, at: date | datetime) -> bool:
        """Whether days off and make-up days of that time are unknown, so that only the ordinary week counts: after
        ``valid_through``, or in a year before the first one that the calendar lists."""
        day = self.local_date(at) if isinstance(at, datetime) else at
        return day > self._data.valid_through or day < self._first_known

    # --- days ----------------------------------------------------------------------------------------------------
    def local_date(self, at: datetime) -> date:
        """The calendar day in which the instant lies here."""
        return self._local(at).date()

    def instant(self, day: date, at: time) -> datetime:
        """That time of day on that day, in UTC. A time that the clock skips is read as if it had not been skipped."""
        return self._utc(day.toordinal(), timedelta(hours=at.hour, minutes=at.minute, seconds=at.second))

    def is_working_day(self, day: date) -> bool:
        return day in self._worked or (day.weekday() in self._weekdays and day not in self._off)

    def working_day_after(self, day: date, n: int) -> date:
        """The n-th working day after ``day``, for negative n the n-th before; ``day`` itself for 0."""
        if n == 0:
            return day
        if n > 0:
            return date.fromordinal(self._nth_day(self._days_up_to(day.toordinal()) + n))
        return date.fromordinal(self._nth_day(self._days_up_to(day.toordinal() - 1) + 1 + n))

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after ``a`` up to and including ``b``; the negative count of (b, a] when ``b`` is earlier."""
        return self._days_up_to(b.toordinal()) - self._days_up_to(a.toordinal())

    # --- openings ------------------------------------------------------------------------------------------------
    def opening(self, day: date) -> datetime:
        """When work begins on a day (if it is a working day, which is not asked)."""
        return self._utc(day.toordinal(), self._spans[0][0])

    def closing(self, day: date) -> datetime:
        """When work ends on a day (if it is a working day, which is not asked)."""
        return self._utc(day.toordinal(), self._spans[-1][1])

    def is_open(self, at: datetime) -> bool:
        """Whether people are at work: 18:00 is inside (up to 18:00:59), breaks are not."""
        local = self._local(at)
        minute = _since_midnight(local) // _MINUTE * _MINUTE
        return self.is_working_day(local.date()) and any(begin <= minute <= end for begin, end in self._spans)

    def next_open(self, at: datetime) -> datetime:
        """``at`` itself when open, else the first open instant after it."""
        if self.is_open(at):
            return at
        local = self._local(at)
        if self.is_working_day(local.date()):
            passed = _since_midnight(local)
            for begin, _ in self._spans:
                if begin > passed:
                    return self._utc(local.date().toordinal(), begin)
        return self.opening(self.working_day_after(local.date(), 1))

    def opening_after(self, at: datetime) -> datetime:
        """The first opening of a working day strictly after ``at``."""
        day = self.local_date(at)
        if self.is_working_day(day) and (opening := self.opening(day)) > at:
            return opening
        return self.opening(self.working_day_after(day, 1))

    # --- open time -----------------------------------------------------------------------------------------------
    def between(self, a: datetime, b: datetime) -> int:
        """Whole open minutes from ``a`` to ``b``; ``-between(b, a)`` when ``b`` is earlier."""
        passed = self.open_time(b) - self.open_time(a)
        return passed // _MINUTE if passed >= _NOTHING else -(-passed // _MINUTE)

    def add(self, at: datetime, minutes: int) -> datetime:
        """The earliest instant by which so many open minutes have passed since ``at``.

        Negative: the latest instant from which so many open minutes lead to ``at``; 0: ``at`` itself. Hence
        ``between(at, add(at, n)) == n``.
        """
        if minutes == 0:
            return at
        open_time = self.open_time(at) + timedelta(minutes=minutes)
        return self.when_open_time_reaches(open_time) if minutes > 0 else self._when_open_time_leaves(open_time)

    def open_time(self, at: datetime) -> timedelta:
        """Open time from the beginning of the calendar to ``at``: the scale on which open time is measured.

        Only differences mean something. Never decreases (but for the hour that a clock set back repeats, in spans
        that include it).
        """
        local = self._local(at)
        day = local.toordinal()
        open_time = self._days_up_to(day - 1) * self._day_length
        if self.is_working_day(local.date()):
            passed = _since_midnight(local)
            open_time += sum((min(max(passed - begin, _NOTHING), end - begin) for begin, end in self._spans), _NOTHING)
        return open_time

    def when_open_time_reaches(self, open_time: timedelta) -> datetime:
        """The earliest instant at which ``open_time()`` is that much: an end of work rather than the next opening."""
        full_days, rest = divmod(open_time, self._day_length)
        if rest == _NOTHING:
            return self._utc(self._nth_day(full_days), self._spans[-1][1])
        for begin, end in self._spans:
            if rest <= end - begin:
                return self._utc(self._nth_day(full_days + 1), begin + rest)
            rest -= end - begin
        raise AssertionError("the rest of a day is shorter than the day")

    # --- private -------------------------------------------------------------------------------------------------
    def _when_open_time_leaves(self, open_time: timedelta) -> datetime:
        """The latest instant at which ``open_time()`` is that much: an opening rather than the last end of work."""
        full_days, rest = divmod(open_time, self._day_length)
        for begin, end in self._spans:
            if rest < end - begin:
                return self._utc(self._nth_day(full_days + 1), begin + rest)
            rest -= end - begin
        raise AssertionError("the rest of a day is shorter than the day")

    def _days_up_to(self, ordinal: int) -> int:
        """Working days from day 1 (a Monday) to ``ordinal``."""
        weeks, rest = divmod(ordinal, 7)
        ordinary = weeks * self._per_week + self._up_to_weekday[rest]
        return ordinary + self._balance[bisect_right(self._differing, ordinal)]

    def _nth_day(self, n: int) -> int:
        """Ordinal of the n-th working day since day 1; the first or last day where there is none."""
        guess = n * 7 // self._per_week
        drift = (len(self._differing) + 2 * self._per_week) * 7 // self._per_week
        low = min(max(guess - drift, _FIRST_DAY), _LAST_DAY)
        high = min(max(guess + drift, _FIRST_DAY), _LAST_DAY)
        return low + bisect_left(range(low, high), n, key=self._days_up_to)

    def _local(self, at: datetime) -> datetime:
        if at.tzinfo is None:
            raise ValueError(f"{at} has no time zone; instants are aware")
        return min(max(at, _FIRST_INSTANT), _LAST_INSTANT).astimezone(self._zone)

    def _utc(self, ordinal: int, since_midnight: timedelta) -> datetime:
        day = date.fromordinal(min(max(ordinal, _FIRST_DAY), _LAST_DAY))
        return (datetime.combine(day, time(), self._zone) + since_midnight).astimezone(UTC)


def _since_midnight(local: datetime) -> timedelta:
    return timedelta(hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def _open_spans(data: CalendarData) -> tuple[tuple[timedelta, timedelta], ...]:
    """Hours without breaks, as distances from midnight, in order."""
    opening, closing = data.hours
    edges = [opening, *(edge for pause in sorted(data.breaks) for edge in pause), closing]
    distances = [timedelta(hours=edge.hour, minutes=edge.minute) for edge in edges]
    return tuple((begin, end) for begin, end in zip(distances[::2], distances[1::2], strict=True) if begin < end)
