"""Shared resources and what the office knows about them (``rules/organisation/resources.yaml``)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from pydantic import Field

from collab_sync.model.organisation import StrictModel

Availability: TypeAlias = Literal["充足", "紧张", "缺口"]
Category: TypeAlias = Literal["人力", "物力", "财力", "信息", "技术"]


class Blackout(StrictModel):
    """Days, both included, on which the resource cannot be had."""

    start: date = Field(alias="from")
    end: date = Field(alias="to")
    why: str = ""


class Resource(StrictModel):
    key: str
    name: str
    category: Category
    dept: str
    owner: str
    availability: Availability
    priority: Literal["高", "中", "低"] = "中"
    capacity: Decimal | None = None
    unit: str = ""
    restriction: str | None = None
    allowed_depts: tuple[str, ...] = ()
    blackouts: tuple[Blackout, ...] = ()
    supplement: str | None = None
    gap_since: datetime | None = None
    shareable: bool = True


class Conflict(StrictModel):
    """Requests whose windows overlap and together exceed the capacity of one resource (derived)."""

    key: str
    resource: str
    first_day: date
    last_day: date
    members: tuple[str, ...]
    demand: Decimal
    capacity: Decimal
    open: bool = True
