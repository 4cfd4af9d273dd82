"""Moments in JQL: absolute ones in the asking account's time zone, relative ones from now, on Data Center also epoch
milliseconds (a bare number)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from collab_sync.sandbox.jira.jql.parse import Call, Empty, Operand, Value
from collab_sync.sandbox.jira.refusal import Refusal

_ABSOLUTE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d{2}))?")
_PERIOD = re.compile(r"\s*([+-]?)\s*((?:\d+[wdhm]\s*)+)")
_NUMBER = re.compile(r"[+-]?\d+")
_PART = re.compile(r"(\d+)([wdhm])")
_UNITS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_DAY_FUNCTIONS = {"startofday": timedelta(0), "endofday": timedelta(days=1, milliseconds=-1)}


def moment(field: str, operand: Operand, now: datetime, zone: ZoneInfo, *, epoch: bool = False) -> datetime | None:
    """The instant an operand of a date field means, None for EMPTY; a literal has minutes at most, read in ``zone``.

    ``epoch``: a bare number is milliseconds since 1970, and in quotes a period in minutes; otherwise it is refused.
    A time that the zone skips in spring is refused; one that it has twice in autumn is the later one.
    Raises Refusal 400 in Jira's words.
    """
    if isinstance(operand, Empty):
        return None
    if isinstance(operand, Call):
        return _function(field, operand, now, zone)
    absolute = _ABSOLUTE.fullmatch(operand.text.strip())
    if absolute is not None:
        return _absolute(field, absolute, zone)
    if epoch and _NUMBER.fullmatch(operand.text):
        return _numbered(field, operand, now)
    offset = _period(operand.text)
    if offset is None:
        raise _invalid(field, operand.text)
    return now + offset


def _numbered(field: str, operand: Value, now: datetime) -> datetime:
    number = int(operand.text)
    try:
        if operand.quoted:
            return now + timedelta(minutes=number)
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=number)
    except OverflowError:
        raise _invalid(field, operand.text) from None


def _absolute(field: str, found: re.Match[str], zone: ZoneInfo) -> datetime:
    year, month, day, hour, minute = (int(part or 0) for part in found.groups())
    try:
        local = datetime(year, month, day, hour, minute, tzinfo=zone, fold=1)
    except ValueError:
        raise _invalid(field, found[0]) from None
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise _invalid(field, found[0])
    return local.astimezone(UTC)


def _function(field: str, call: Call, now: datetime, zone: ZoneInfo) -> datetime:
    name = call.name.lower()
    if name == "now" and not call.arguments:
        return now
    if name not in _DAY_FUNCTIONS:
        raise Refusal(400, f"Unable to find JQL function '{call.name}({', '.join(call.arguments)})'.")
    offset = _period(call.arguments[0]) if call.arguments else timedelta(0)
    if offset is None:
        raise _invalid(field, call.arguments[0])
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + offset + _DAY_FUNCTIONS[name]


def _period(text: str) -> timedelta | None:
    found = _PERIOD.fullmatch(text)
    if found is None:
        return None
    total = sum((int(number) * _UNITS[unit] for number, unit in _PART.findall(found[2])), timedelta(0))
    return -total if found[1] == "-" else total


def _invalid(field: str, text: str) -> Refusal:
    return Refusal(
        400,
        f"Date value '{text}' for field '{field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
        "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
    )
