"""The nearest other values of a threshold: one unit more, one unit less."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

DAY = timedelta(days=1)

_LENGTH = re.compile(r"(?P<sign>[>-]?)(?P<amount>[0-9]+)(?P<unit>wd|wh|d|h)")
_SCHEDULE = re.compile(r"(?P<days>\S+ +)?(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})")
_INTERVAL = re.compile(r"(?P<amount>[0-9]+)(?P<unit>\s*(?:days?|weeks?|months?|天|周|个月))")
_MONTH_DAY = re.compile(r"每月(?P<day>[0-9]{1,2})(?P<word>[日号])")
_OTHER_DAYS = {
    "周一": "周二",
    "周二": "周一",
    "周三": "周二",
    "周四": "周三",
    "周五": "周四",
    "工作日": "周三",
    "每月首个工作日": "每季首个工作日",
    "每季首个工作日": "每月首个工作日",
}


def neighbours(value: object, unit: str | None = None) -> tuple[object, ...]:
    """What ``value`` could have been by a slip: numbers, days, lengths of time, times and days of a schedule.

    ``unit``: counts instead of the value's own where the amount is nothing (``0h`` of a clock in working days).
    Empty for everything that is no threshold."""
    match value:
        case bool():
            return ()
        case int() | Decimal():
            return value + 1, value - 1
        case date():
            return value + DAY, value - DAY, value + 7 * DAY
        case str():
            return tuple(_texts(value, unit))
        case _:
            return ()


def _texts(text: str, unit: str | None) -> Iterator[str]:
    if found := _LENGTH.fullmatch(text):
        yield from _lengths(found["sign"], int(found["amount"]), found["unit"], unit)
    elif found := _INTERVAL.fullmatch(text):
        amount = int(found["amount"])
        yield from (f"{other}{found['unit']}" for other in (amount + 1, amount - 1) if other)
    elif found := _SCHEDULE.fullmatch(text):
        days, hour = found["days"] or "", int(found["hour"])
        yield from (f"{days}{other:02}:{found['minute']}" for other in (hour + 1, hour - 1) if 0 <= other < 24)
        yield from (f"{other} {hour:02}:{found['minute']}" for other in _other_days(days.strip()))


def _lengths(sign: str, amount: int, unit: str, instead: str | None) -> Iterator[str]:
    if not amount:
        yield f"{sign}1{instead or unit}"
        return
    yield f"{sign}{amount + 1}{unit}"
    yield f"{sign}{amount - 1}{unit}" if amount > 1 else f"{sign}0{unit}"


def _other_days(days: str) -> Iterator[str]:
    if days in _OTHER_DAYS:
        yield _OTHER_DAYS[days]
    elif found := _MONTH_DAY.fullmatch(days):
        yield from (f"每月{day}{found['word']}" for day in _around(int(found["day"])))


def _around(day: int) -> Iterator[int]:
    yield from (other for other in (day + 1, day - 1) if 1 <= other <= 31)
