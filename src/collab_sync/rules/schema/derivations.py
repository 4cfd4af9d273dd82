"""Derived values as people write them (``rules/derivations.yaml``): table, bands, weighted, ratio, template."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from collab_sync.model.identity import SubjectKind
from collab_sync.model.organisation import StrictModel
from collab_sync.rules.schema.conditions import Condition
from collab_sync.rules.schema.rule import Identifier


class TableSpec(StrictModel):
    """Matrix lookup: values of ``by`` joined by ``/`` are a key of ``map``; ``default`` for everything else."""

    by: tuple[str, ...] = Field(min_length=1)
    map: Mapping[str, str] = Field(min_length=1)
    default: str | None = None

    @model_validator(mode="after")
    def _as_many_parts(self) -> TableSpec:
        odd = [key for key in self.map if len(key.split("/")) != len(self.by)]
        if odd:
            raise ValueError(f"“{odd[0]}”应有 {len(self.by)} 段,用 / 分开,与 by 一一对应")
        return self


class Band(StrictModel):
    """``if`` missing: always (must be the last)."""

    value: str
    if_: Condition | None = Field(default=None, alias="if")


class Term(StrictModel):
    field: str
    weight: Decimal


class WeightedSpec(StrictModel):
    """Sum of scaled values times weights; missing where a value is missing or not on the scale."""

    scale: str
    terms: tuple[Term, ...] = Field(min_length=1)


class RatioSpec(StrictModel):
    """Share of the members of ``of`` (those in ``where``): ``num`` of ``den``; or the mean of ``field``."""

    of: str
    where: Condition | None = None
    num: Condition | None = None
    den: Condition | None = None
    avg: Literal["mean"] | None = None
    field: str = "value"

    @model_validator(mode="after")
    def _either(self) -> RatioSpec:
        if (self.avg is None) != (self.num is not None and self.den is not None):
            raise ValueError("ratio 里写 num 与 den 两项,或只写 avg: mean")
        return self


class NumberingSpec(StrictModel):
    """A number that never changes once given: ``T{created_at:%Y%m%d}{seq:03d}``."""

    text: str
    seq_scope: Literal["day", "month", "year", "all"] = "day"
    freeze: Literal[True] = True


class Derivation(StrictModel):
    """``set``: the path under which rules read the result."""

    id: Identifier
    for_: SubjectKind = Field(alias="for")
    where: Condition | None = None
    set_: str = Field(alias="set")
    table: TableSpec | None = None
    bands: tuple[Band, ...] | None = None
    weighted: WeightedSpec | None = None
    ratio: RatioSpec | None = None
    template: NumberingSpec | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Derivation:
        kinds = ("table", "bands", "weighted", "ratio", "template")
        if sum(getattr(self, kind) is not None for kind in kinds) != 1:
            raise ValueError(f"每个派生字段恰好写一种算法({'、'.join(kinds)})")
        if any(band.if_ is None for band in (self.bands or ())[:-1]):
            raise ValueError("没有 if 的一档总是成立,只能放在最后")
        return self


class DerivationFile(StrictModel):
    """``scales`` give words numbers: ``三级: {高: 3, 中: 2, 低: 1}``."""

    scales: Mapping[str, Mapping[str, Decimal]] = Field(default_factory=dict)
    derive: tuple[Derivation, ...] = ()
