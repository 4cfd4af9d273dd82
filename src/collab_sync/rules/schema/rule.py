"""A rule and the file of a pack."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from collab_sync.calendar.durations import parse_offset
from collab_sync.model.identity import SubjectKind
from collab_sync.model.organisation import StrictModel
from collab_sync.rules.schema.actions import Action
from collab_sync.rules.schema.conditions import Condition, Scalar
from collab_sync.rules.schema.triggers import Trigger


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]*", text):
        raise ValueError(f"编号“{text}”须以小写字母开头,只含小写字母、数字和连字符,例如 task-001")
    return text


Identifier = Annotated[str, AfterValidator(_identifier)]


class Step(StrictModel):
    """One rung of a clock. ``id`` is needed only where two steps share an ``after``; the log shows ``after``."""

    id: str | None = None
    after: str
    if_: Condition | None = Field(default=None, alias="if")
    unless: Condition | None = None
    do: tuple[Action, ...] = Field(min_length=1)

    @field_validator("after")
    @classmethod
    def _offset(cls, after: str) -> str:
        parse_offset(after)
        return after


class Rule(StrictModel):
    """Where, when and what. ``seeds``: the requirement rows behind it. ``mode: shadow``: decided, never sent."""

    id: Identifier
    name: str = Field(min_length=1)
    seeds: tuple[str, ...] = ()
    for_: SubjectKind = Field(alias="for")
    where: Condition | None = None
    when: Trigger
    do: tuple[Action, ...] = ()
    steps: tuple[Step, ...] = ()
    urgent: bool = False
    mode: Literal["live", "shadow"] = "live"

    @model_validator(mode="after")
    def _effects(self) -> Rule:
        if self.when.clock is not None and (not self.steps or self.do):
            raise ValueError("clock 规则用 steps 写各级动作,不写 do")
        if self.when.clock is None and (self.steps or not self.do):
            raise ValueError("steps 只用于 clock 规则,其他规则用 do 写动作,至少一个")
        return self


class PackFile(StrictModel):
    """``rules/‹pack›/rules.yaml``. ``parameters`` are used as ``${名}`` anywhere below."""

    parameters: Mapping[str, Scalar] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = Field(min_length=1)
