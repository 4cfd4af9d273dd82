"""Calendars and instants that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from collab_sync.calendar.data import CalendarData
from collab_sync.calendar.working_calendar import WorkingCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHIPPED = Path(__file__).parents[3] / "rules" / "calendars" / "cn-office.yaml"


def shipped_data() -> CalendarData:
    """The calendar that is delivered with the rules."""
    return CalendarData.model_validate(YAML(typ="safe", pure=True).load(SHIPPED))


def calendar(**changes: object) -> WorkingCalendar:
    """Autumn 2025 as in the worked values, with changes in the words of the file."""
    return WorkingCalendar(CalendarData.model_validate({**AUTUMN, **changes}))


def local(text: str, year: int = 2025) -> datetime:
    """``"09-30 16:00"`` in Shanghai, as UTC."""
    return datetime.fromisoformat(f"{year}-{text}").replace(tzinfo=SHANGHAI).astimezone(UTC)


def day(text: str, year: int = 2025) -> date:
    return date.fromisoformat(f"{year}-{text}")


def shown(at: datetime | None) -> str:
    """Local weekday, date and time, as people say it: ``周二 09-30 17:00``."""
    if at is None:
        return "永不"
    there = at.astimezone(SHANGHAI)
    return f"周{'一二三四五六日'[there.weekday()]} {there:%m-%d %H:%M}"


AUTUMN: Mapping[str, object] = {
    "key": "cn-office",
    "tz": "Asia/Shanghai",
    "hours": ["09:00", "18:00"],
    "valid_through": "2026-12-31",
    "holidays": {f"2025-10-0{number}": "国庆" for number in range(1, 9)},
    "makeups": {"2025-09-28": "国庆调休", "2025-10-11": "国庆调休"},
}
