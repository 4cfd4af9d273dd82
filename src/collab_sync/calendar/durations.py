"""Lengths of time in the words of rule files: ``"4wh"``, ``"1wd"``, ``">2wd"``, ``"-1wd"``, ``"24h"``, ``"3d"``.

``wd`` working days, ``wh`` working hours, ``d`` calendar days, ``h`` hours by the wall clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from collab_sync.calendar.text import meant

Unit: TypeAlias = Literal["wd", "wh", "d", "h"]

_LENGTH = re.compile(r"(?P<sign>[>-]?)(?P<amount>[0-9]{1,4})(?P<unit>wd|wh|d|h)")


@dataclass(frozen=True, slots=True)
class Duration:
    """How long something lasts; ``amount`` is never negative."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


@dataclass(frozen=True, slots=True)
class Offset:
    """When a step comes, counted from the start of its clock; a negative ``amount`` lies before the start.

    ``beyond`` (``>``, working days only): more than so many, so ``>2wd`` is reached with the third.
    """

    amount: int
    unit: Unit
    beyond: bool = False

    def __str__(self) -> str:
        return f"{'>' if self.beyond else ''}{self.amount}{self.unit}"


def parse_offset(text: str) -> Offset:
    """Reads ``"-1wd"``, ``"0h"``, ``">2wd"``, ``"24h"``, ``"3d"``, ``"4wh"``.

    Raises ValueError with a sentence for the person who typed it.
    """
    sign, amount, unit = _length(
        text, '"24h"、"3d"、"4wh"、">2wd"(超过 2 个工作日)、"-1wd"(前 1 个工作日)或 "0h"(立即)'
    )
    if sign == ">" and unit != "wd":
        raise ValueError(f'“{text}”里的 > 只用于工作日(wd),请写成 "{amount}{unit}"')
    return Offset(-amount if sign == "-" else amount, unit, beyond=sign == ">")


def parse_duration(text: str) -> Duration:
    """Reads ``"4wh"``, ``"1wd"``, ``"3d"``, ``"24h"``.

    Raises ValueError with a sentence for the person who typed it.
    """
    forms = '"4wh"(工作小时)、"1wd"(工作日)、"3d"(天)或 "24h"(小时)'
    sign, amount, unit = _length(text, forms)
    if sign:
        raise ValueError(f"时长“{text}”不能带 {sign},请写成 {forms}")
    return Duration(amount, unit)


def _length(text: str, forms: str) -> tuple[str, int, Unit]:
    found = _LENGTH.fullmatch(text.strip())
    if found:
        return found["sign"], int(found["amount"]), cast("Unit", found["unit"])
    if not text.strip():
        raise ValueError(f'时间是空的;以 > 开头的写法必须加引号,如 ">2wd",可写 {forms}')
    raise ValueError(f"时间“{text}”无法识别,请写成 {forms}{_remedy(text)}")


def _remedy(text: str) -> str:
    if re.fullmatch(r"[>-]?[0-9]+", text.strip()):
        return ";缺少单位"
    lowered = text.strip().replace(" ", "").lower()
    if lowered != text.strip() and _LENGTH.fullmatch(lowered):
        return f';是不是 "{lowered}"?'
    return meant(text)
