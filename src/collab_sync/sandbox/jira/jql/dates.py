"""Moments in JQL: absolute ones in the asking account's time zone, relative ones from now."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from collab_sync.sandbox.jira.jql.parse import Call, Empty, Operand
from collab_sync.sandbox.jira.refusal import Refusal

_ABSOLUTE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d{2}))?")
_PERIOD = re.compile(r"\s*([+-]?)\s*((?:\d+[wdhm]\s*)+)")
_PART = re.compile(r"(\d+)([wdhm])")
_UNITS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_DAY_FUNCTIONS = {"startofday": timedelta(0), "endofday": timedelta(days=1, milliseconds=-1)}


def moment(field: str, operand: Operand, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant an operand of a date field means, None for EMPTY; a literal has minutes at most, read in ``zone``.

    Raises Refusal 400 in Jira's words.
    """
    if isinstance(operand, Empty):
        return None
    if isinstance(operand, Call):
        return _function(field, operand, now, zone)
    absolute = _ABSOLUTE.fullmatch(operand.text.strip())
    if absolute is not None:
        return _absolute(field, absolute, zone)
    offset = _period(operand.text)
    if offset is None:
        raise _invalid(field, operand.text)
    return now + offset


def _absolute(field: str, found: re.Match[str], zone: ZoneInfo) -> datetime:
    year, month, day, hour, minute = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, tzinfo=zone)
    except ValueError:
        raise _invalid(field, found[0]) from None


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
