"""Examples beside the rules: what is given, what people do, what the rule then writes, to the minute.

All times are local to the organisation. The world of an example is the office's own folder (departments, people,
roles, resources, calendar) plus the items and programmes given; collab-sync watches from the first moment, so
nothing counts as first contact. Compared are all lines of the rule under test, missing and surplus ones alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, TypeAlias

from pydantic import Field, model_validator

from collab_sync.model.organisation import Absence, StrictModel
from collab_sync.model.work_item import RoleLetter, Status
from collab_sync.rules.schema.conditions import Scalar

LEVEL: TypeAlias = Literal["紧急", "高", "中", "低"]

OPERATIONS: tuple[str, ...] = (
    "create",
    "status",
    "entry",
    "due",
    "set",
    "label",
    "title",
    "dept",
    "role",
    "phase",
    "resource",
    "org",
    "absence",
)


class GivenItem(StrictModel):
    """An item as people made it; ``created``: None is the start of the example. ``generation`` 1 or more: an issue
    that a rule made. ``project`` is a name of mapping.yaml; None: by the key."""

    key: str
    project: str | None = None
    type: str = "任务"
    title: str = "未命名"
    dept: str | None = None
    related: tuple[str, ...] = ()
    roles: Mapping[RoleLetter, tuple[str, ...]] = Field(default_factory=dict)
    program: str | None = None
    due: date | None = None
    urgency: LEVEL = "中"
    importance: Literal["高", "中", "低"] = "中"
    native_priority: str | None = None
    reporter: str | None = None
    labels: tuple[str, ...] = ()
    fields: Mapping[str, Scalar] = Field(default_factory=dict)
    parent: str | None = None
    blocked_by: tuple[str, ...] = ()
    resource: str | None = None
    status: Status = "未开始"
    created: datetime | None = None
    generation: int = 0


class GivenProgram(StrictModel):
    key: str
    name: str
    lead_dept: str
    lead: str
    phase: Literal["筹备", "执行", "收尾", "归档"] = "执行"
    strategic: Literal["高", "中", "低"] = "中"


class Given(StrictModel):
    """``now``: when the example begins; None: with the first thing that happens."""

    items: tuple[GivenItem, ...] = ()
    programs: tuple[GivenProgram, ...] = ()
    now: datetime | None = None


class EntryText(StrictModel):
    """A structured comment 【kind】: ``data`` are its ``键: 值`` lines, ``items`` its ``- …`` lines."""

    kind: str
    data: Mapping[str, Scalar] = Field(default_factory=dict)
    items: tuple[str, ...] = ()
    text: str = ""


class LabelChange(StrictModel):
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class OrganisationChange(StrictModel):
    """The office edits a department: names its liaison, renames it, or says that it is outside the organisation."""

    liaison: str | None = None
    external: bool | None = None
    rename: str | None = None


class Happening(StrictModel):
    """Exactly one operation. ``on``: an item, programme, department, person or resource, as the operation needs;
    ``by``: who did it. ``due``: another date; ``set``: lines of the 「协同信息」."""

    at: datetime
    on: str | None = None
    by: str | None = None
    create: GivenItem | None = None
    status: Status | None = None
    entry: EntryText | None = None
    due: date | None = None
    set_: Mapping[str, Scalar] | None = Field(default=None, alias="set")
    label: LabelChange | None = None
    title: str | None = None
    dept: str | None = None
    role: Mapping[RoleLetter, tuple[str, ...]] | None = None
    phase: Literal["筹备", "执行", "收尾", "归档"] | None = None
    resource: Mapping[str, Scalar | None] | None = None
    org: OrganisationChange | None = None
    absence: Absence | None = None

    @model_validator(mode="after")
    def _one_operation(self) -> Happening:
        given = [name for name in OPERATIONS if getattr(self, "set_" if name == "set" else name) is not None]
        if len(given) != 1:
            raise ValueError(f"每一步恰好写一件事({'、'.join(OPERATIONS)})")
        if self.on is None and self.create is None:
            raise ValueError("缺少 on:发生在哪个事项上")
        return self

    @property
    def operation(self) -> str:
        """The name of the one operation, as written."""
        return next(name for name in OPERATIONS if getattr(self, "set_" if name == "set" else name) is not None)


class ExpectedLine(StrictModel):
    """One line of the log. ``on``: item key, creation key, ``page:‹名›`` or the desk; ``detail`` and ``due`` (by when
    what is created is due) are compared only if given; the order of people does not matter."""

    at: datetime
    on: str
    action: str
    step: str = ""
    detail: str | None = None
    due: date | None = None
    mention: tuple[str, ...] = ()
    digest: tuple[str, ...] = ()


class Example(StrictModel):
    """``expect: []`` says that the rule stays silent."""

    name: str = Field(min_length=1)
    given: Given = Given()
    timeline: tuple[Happening, ...] = ()
    until: datetime
    expect: tuple[ExpectedLine, ...]

    @model_validator(mode="after")
    def _in_time(self) -> Example:
        times = [happening.at for happening in self.timeline]
        if times != sorted(times):
            raise ValueError("timeline 要按时间先后写")
        late = [at for at in (*times, *(line.at for line in self.expect)) if at > self.until]
        if late:
            raise ValueError(f"{late[0]:%Y-%m-%d %H:%M} 晚于 until {self.until:%Y-%m-%d %H:%M}")
        if self.given.now is None and not times:
            raise ValueError("没有 timeline 时要写 given.now")
        return self

    @property
    def begins(self) -> datetime:
        """When the example's clock starts, local and without a zone."""
        return self.given.now or min(happening.at for happening in self.timeline)


class ExampleFile(StrictModel):
    """``rules/‹pack›/examples/‹rule-id›.yaml``."""

    rule: str
    examples: tuple[Example, ...] = Field(min_length=1)
