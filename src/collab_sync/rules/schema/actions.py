"""What a rule does: one action, one key. Texts may be Chinese alone or ``{zh: …, en: …}``."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, field_validator, model_validator

from collab_sync.calendar.durations import parse_duration
from collab_sync.model.organisation import StrictModel
from collab_sync.model.page import ViewKind
from collab_sync.model.work_item import RoleLetter, Status
from collab_sync.rules.schema.conditions import Condition

FIXED_RECIPIENTS: tuple[str, ...] = (
    "R",
    "A",
    "C",
    "I",
    "F",
    "dept.lead",
    "dept.liaison",
    "program.lead",
    "reporter",
    "owner",
    "resource.owner",
    "resource.dept.lead",
    "e.by",
    "missing.persons",
    "all.liaisons",
)
"""Recipients besides ``role:‹角色›`` and ``fields.‹多部门字段›.leads``."""


def _recipient(who: str) -> str:
    if who in FIXED_RECIPIENTS or (who.startswith("role:") and who != "role:"):
        return who
    if who.startswith("fields.") and who.endswith(".leads") and len(who) > len("fields..leads"):
        return who
    close = difflib.get_close_matches(who, FIXED_RECIPIENTS, n=1)
    known = f"是否想写“{close[0]}”?" if close else f"可写 {'、'.join(FIXED_RECIPIENTS)}、role:角色名、fields.字段.leads"
    raise ValueError(f"不认识的收件人“{who}”;{known}")


Recipient: TypeAlias = Annotated[str, AfterValidator(_recipient)]


class Localised(StrictModel):
    """A text in Chinese and, if somebody wrote it, in English."""

    zh: str
    en: str | None = None


Wording: TypeAlias = str | Localised


class LabelSpec(StrictModel):
    """``add``: while the rule holds. ``set``: exclusive in its group before ``::``. ``latch``: stays afterwards."""

    add: str | None = None
    remove: str | None = None
    set_: str | None = Field(default=None, alias="set")
    each: str | None = None
    latch: bool = False

    @model_validator(mode="after")
    def _something(self) -> LabelSpec:
        if self.set_ is not None and (self.add is not None or self.remove is not None):
            raise ValueError("set 会自己去掉同组的其他标签,不能再和 add、remove 一起写")
        if self.set_ is None and self.add is None and self.remove is None:
            raise ValueError("label 里要写 add、remove 或 set")
        return self


class CommentSpec(StrictModel):
    """``sticky``: one comment per item and key, edited in place. ``post``: a new comment each time."""

    mode: Literal["sticky", "post"]
    key: str | None = None
    target: Literal["self", "program.weekly", "desk"] = "self"
    to: tuple[Recipient, ...] = ()
    notify: Literal["now", "digest"] = "now"
    text: Wording
    each: str | None = None
    window: Literal["since_last_slot", "today"] | None = None
    only: Condition | None = None

    @model_validator(mode="after")
    def _keyed(self) -> CommentSpec:
        if self.mode == "sticky" and not self.key:
            raise ValueError("sticky 评论必须有 key:同一事项上同一个 key 只有一条评论")
        return self


class CreateSpec(StrictModel):
    """An issue of ours, made once per ``key``; ``merge`` adds to the open one instead."""

    key: str
    merge: bool = False
    type: str
    kind: str | None = None
    dept: str
    title: Wording
    body: Wording = ""
    roles: Mapping[RoleLetter, str] = Field(default_factory=dict)
    due: str | None = None
    due_in: str | None = None
    to: tuple[Recipient, ...] = ()
    link: Literal["relates", "blocks", "blocked_by", "parent", "none"] = "none"
    each: str | None = None
    only: Condition | None = None

    @field_validator("due_in")
    @classmethod
    def _duration(cls, due_in: str | None) -> str | None:
        if due_in is not None:
            parse_duration(due_in)
        return due_in

    @model_validator(mode="after")
    def _one_due(self) -> CreateSpec:
        if self.due is not None and self.due_in is not None:
            raise ValueError("due 与 due_in 只能写一个")
        return self


class PageSpec(StrictModel):
    """A page is always rendered whole; ``section`` names what changed."""

    key: str
    section: str
    blocks: tuple[str, ...] = ()


class TransitionSpec(StrictModel):
    """``optional``: only proposed in a comment unless transitions are switched on."""

    to: Status
    if_: Condition | None = Field(default=None, alias="if")
    optional: bool


class ChecklistSpec(StrictModel):
    key: str
    items: Literal["criteria_and_depts"] | tuple[str, ...]


class ProgramSpec(StrictModel):
    """Make a programme (``create`` its name, ``key`` its code), or set its phase."""

    create: str | None = None
    key: str | None = None
    milestones: bool = False
    set_phase: Literal["筹备", "执行", "收尾", "归档"] | None = None

    @model_validator(mode="after")
    def _either(self) -> ProgramSpec:
        if (self.create is None) == (self.set_phase is None):
            raise ValueError("program 里要写 create 或 set_phase 其中一个")
        if self.create is not None and not self.key:
            raise ValueError("program 的 create 必须同时写 key(项目代号)")
        return self


class PanelSpec(StrictModel):
    """A part of a dashboard. ``view``: the name of a filter of the same rule, written before; ``by``: what a table
    (two fields) or a pie (one) counts by."""

    title: Wording
    view: str
    shows: Literal["list", "table", "pie"] = "list"
    by: tuple[Literal["status", "assignee", "component", "label", "priority"], ...] = ()

    @model_validator(mode="after")
    def _counted(self) -> PanelSpec:
        wanted = {"list": 0, "table": 2, "pie": 1}[self.shows]
        if len(self.by) != wanted:
            raise ValueError(f"shows: {self.shows} 的 by 要写 {wanted} 个字段")
        return self


class ViewSpec(StrictModel):
    """A view made once: boards and filters over labels, a dashboard over filters. ``any_of``: at least one of these
    labels (a board has a list for each), ``all_of``: all of them; ``部门::*`` stands for every label that begins so."""

    name: Wording
    kinds: tuple[ViewKind, ...] = Field(alias="as", min_length=1)
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    open: bool = True
    panels: tuple[PanelSpec, ...] = ()

    @model_validator(mode="after")
    def _asks(self) -> ViewSpec:
        if ("dashboard" in self.kinds) != bool(self.panels):
            raise ValueError("仪表板要写 panels,看板和筛选器不写")
        if "dashboard" in self.kinds and len(self.kinds) > 1:
            raise ValueError("仪表板请单独写一个 view 动作")
        if not self.panels and not (self.any_of or self.all_of):
            raise ValueError("看板和筛选器要写 any_of 或 all_of(看哪些标签)")
        if "board" in self.kinds and not self.any_of:
            raise ValueError("看板要写 any_of:每个标签一列")
        return self


class DigestSpec(StrictModel):
    target: Literal["desk"]


class Action(StrictModel):
    """Exactly one key."""

    label: LabelSpec | None = None
    comment: CommentSpec | None = None
    create_issue: CreateSpec | None = None
    page: PageSpec | None = None
    transition: TransitionSpec | None = None
    checklist: ChecklistSpec | None = None
    program: ProgramSpec | None = None
    digest: DigestSpec | None = None
    view: ViewSpec | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Action:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"每个动作恰好写一个键({'、'.join(type(self).model_fields)})")
        return self
