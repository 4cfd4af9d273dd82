"""Dates as people type them: ``2025-10-10``, ``2025年10月10日``, ``10-10``, ``9/20``, ``9-20~9-23``.

A date without a year means the one nearest to the text it stands in, from 60 days before to 305 days after.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypeAlias

Window: TypeAlias = tuple[date, date]
"""First and last day, both included."""

_BEFORE = timedelta(days=60)
_AFTER = timedelta(days=305)
_READ = 200
"""So many characters of a value are looked at: no date is longer."""

_FULL = r"(?:(?P<y>[0-9]{4})\s?[-/.年]\s?(?P<m>[0-9]{1,2})\s?[-/.月]\s?(?P<d>[0-9]{1,2})\s?日?)"
_SHORT = r"(?:(?P<m2>[0-9]{1,2})(?:\s?月\s?(?P<d2>[0-9]{1,2})\s?[日号]?|[-/](?P<d3>[0-9]{1,2})))"
_DATE = re.compile(rf"(?:{_FULL}|{_SHORT})(?![0-9]|[-/.][0-9])")
_LAST_DAY = re.compile(r"(?P<d>[0-9]{1,2})\s?[日号]?(?![0-9]|[-/.月][0-9]?)")
_UNTIL = re.compile(r"\s*(?:\([^()]{1,6}\)\s*)?(?:~|-{1,2}|—{1,2}|–|至|到|～)\s*")


def day(text: str, near: date) -> date | None:
    """The date at the beginning of ``text`` (what follows, ``10-10 下班前``, is ignored), None if there is none."""
    found = _DATE.match(_plain(text))
    return _day(found, near) if found else None


def window(text: str, near: date) -> Window | None:
    """``9-20~9-23``, ``2025-09-20 至 2025-09-23``, ``9月20日到23日``; one date alone is a window of one day.

    A last day without a year is the first one not before the first day. None if there is none, or it is reversed."""
    plain = _plain(text)
    begin = _DATE.match(plain)
    first = _day(begin, near) if begin else None
    if begin is None or first is None:
        return None
    until = _UNTIL.match(plain, begin.end())
    if until is None:
        return first, first
    last = _last(plain, until.end(), first)
    return (first, last) if last and last >= first else None


def nearest(month: int, day_of_month: int, near: date) -> date | None:
    """The date with this month and day from 60 days before ``near`` to 305 days after; None if there is none
    (a 29 February, a month 13)."""
    return min(_candidates(month, day_of_month, near), key=lambda found: abs(found - near), default=None)


def _candidates(month: int, day_of_month: int, near: date) -> Iterator[date]:
    for year in (near.year - 1, near.year, near.year + 1):
        found = _date(year, month, day_of_month)
        if found and -_BEFORE <= found - near <= _AFTER:
            yield found


def _last(plain: str, position: int, first: date) -> date | None:
    found = _DATE.match(plain, position)
    if found and found["y"]:
        return _day(found, first)
    if found:
        month, day_of_month = int(found["m2"]), int(found["d2"] or found["d3"])
        this_year = _date(first.year, month, day_of_month)
        return this_year if this_year and this_year >= first else _date(first.year + 1, month, day_of_month)
    alone = _LAST_DAY.match(plain, position)
    return _date(first.year, first.month, int(alone["d"])) if alone else None


def _day(found: re.Match[str], near: date) -> date | None:
    if found["y"]:
        return _date(int(found["y"]), int(found["m"]), int(found["d"]))
    return nearest(int(found["m2"]), int(found["d2"] or found["d3"]), near)


def _date(year: int, month: int, day_of_month: int) -> date | None:
    try:
        return date(year, month, day_of_month)
    except ValueError:
        return None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:_READ]).strip()
