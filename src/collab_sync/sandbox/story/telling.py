"""The story as data: the issues people make and the things they do, in order."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
YEAR = 2025
OPENING = datetime(2025, 9, 15, 8, 50, tzinfo=ZONE)
"""Ten minutes before the first issue: the product is switched on over empty projects."""


def _program(key: str, code: str, title: str, lead: tuple[str, str], rest: tuple[str, str]) -> Mapping[str, str]:
    named = {"key": key, "代号": code, "title": title, "牵头部门": lead[0], "负责人": lead[1]}
    return {**named, "战略": rest[0], "阶段": rest[1]}


PROGRAMS: tuple[Mapping[str, str], ...] = (
    _program("NPX-93", "C", "供应商准入流程优化", ("采购部", "吴敏"), ("中", "执行")),
)
"""Programmes that exist from the start, as issues of type 项目."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline. ``number``: its place, for ever; ``at``: aware, to the minute."""

    number: int
    at: datetime
    key: str
    op: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """The whole story: events in order, and the initial state of each issue by key."""

    events: tuple[Event, ...]
    issues: Mapping[str, Mapping[str, Any]]


def read_story() -> Told:
    """The shipped story."""
    folder = files("collab_sync.sandbox.story") / "data"
    issues = json.loads((folder / "issues.json").read_text(encoding="utf-8"))
    rows = csv.DictReader((folder / "timeline.tsv").read_text(encoding="utf-8").splitlines(), delimiter="\t",
                          quoting=csv.QUOTE_NONE)  # fmt: skip
    events = tuple(
        Event(number, _at(row["at"]), row["key"], row["op"], json.loads(row["args"])) for number, row in enumerate(rows)
    )
    return Told(events=events, issues={issue["key"]: issue for issue in issues})


def _at(text: str) -> datetime:
    return datetime.strptime(f"{YEAR}-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
