"""Conditions as people write them: ``COND`` and ``MATCH`` of the rule language.

``{all: [..]}`` ``{any: [..]}`` ``{not: ..}`` ``{exists: {of: PATH, where: COND}}`` ``{PATH: MATCH, ..}``;
several keys of one mapping are joined by *and*.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, TypeAlias

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from collab_sync.model.organisation import StrictModel

Scalar: TypeAlias = bool | int | Decimal | date | str
"""One value in a condition. Text that looks like a number or a date must be quoted to stay text."""

FIELD_OPERATORS: tuple[str, ...] = ("ne_field", "gte_field", "lt_field")


class CountRange(StrictModel):
    """How many members a set or list must have: ``count: {gt: 0}``."""

    eq: int | None = None
    gt: int | None = None
    gte: int | None = None
    lt: int | None = None
    lte: int | None = None


class Operators(StrictModel):
    """``{gt: 2, lte: 5}``: every operator given must hold. ``since: PATH`` counts entries dated after PATH."""

    eq: Scalar | None = None
    ne: Scalar | None = None
    in_: tuple[Scalar, ...] | None = Field(default=None, alias="in")
    not_in: tuple[Scalar, ...] | None = None
    has: str | None = None
    has_any: tuple[str, ...] | None = None
    lt: Scalar | None = None
    lte: Scalar | None = None
    gt: Scalar | None = None
    gte: Scalar | None = None
    between: tuple[Scalar, Scalar] | None = None
    matches: str | None = None
    count: int | CountRange | None = None
    ne_field: str | None = None
    gte_field: str | None = None
    lt_field: str | None = None
    since: str | None = None

    @model_validator(mode="after")
    def _something(self) -> Operators:
        given = self.given()
        if not set(given) - {"since"}:
            raise ValueError("这里至少要写一个比较,例如 {gt: 2}")
        empty = [name for name in self.model_fields_set if getattr(self, name) is None]
        if empty:
            raise ValueError(f"比较 {', '.join(sorted(empty)).replace('in_', 'in')} 后面没有值")
        return self

    def given(self) -> Mapping[str, object]:
        """Operator as written → operand, only those that were written, in the order of the grammar."""
        fields = type(self).model_fields
        return {
            (field.alias or name): getattr(self, name)
            for name, field in fields.items()
            if name in self.model_fields_set and getattr(self, name) is not None
        }


def _shape(value: object) -> str:
    if isinstance(value, dict | Operators):
        return "‹比较›"
    return "‹列表›" if isinstance(value, list | tuple) else "‹值›"


Match: TypeAlias = Annotated[
    Annotated[Scalar, Tag("‹值›")] | Annotated[tuple[Scalar, ...], Tag("‹列表›")] | Annotated[Operators, Tag("‹比较›")],
    Discriminator(_shape),
]
"""A scalar (equal to; ``present`` and ``missing`` are words of the language), a list (one of), or operators."""


class Exists(StrictModel):
    """At least one of the subjects at the end of ``of`` satisfies ``where``."""

    of: str
    where: Condition


class Condition(StrictModel):
    """Every key besides the four words is a path of the subject; all of them must hold."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Match]
    FREE_KEYS: ClassVar[tuple[type[StrictModel], ...]] = (Operators,)
    """What may stand under a path, for suggestions."""

    all_: tuple[Condition, ...] | None = Field(default=None, alias="all")
    any_: tuple[Condition, ...] | None = Field(default=None, alias="any")
    not_: Condition | None = Field(default=None, alias="not")
    exists: Exists | None = None

    @model_validator(mode="after")
    def _something(self) -> Condition:
        if not self.model_fields_set:
            raise ValueError("空的条件;不需要条件时请删去这一行")
        return self

    @property
    def paths(self) -> Mapping[str, Match]:
        """The ``PATH: MATCH`` pairs of this level, in the order written."""
        return self.__pydantic_extra__ or {}
