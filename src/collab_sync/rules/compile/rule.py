"""A rule, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from collab_sync.calendar.durations import Offset
from collab_sync.errors import Place
from collab_sync.model.identity import SubjectKind
from collab_sync.rules.compile.actions import CompiledAction, LabelAction
from collab_sync.rules.compile.anchors import Fixed
from collab_sync.rules.compile.triggers import CompiledTrigger
from collab_sync.rules.conditions import Predicate


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """``id`` is unique in the rule and part of idempotency keys; ``label`` is the ``after`` text the log shows.
    Rules without a clock have one step with both empty and ``after`` None."""

    id: str
    label: str
    after: Offset | None
    if_: Predicate | None
    unless: Predicate | None
    actions: tuple[CompiledAction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """``order``: place in the catalogue. ``anchors``: texts that a path must have for ``where`` to hold (path →
    allowed values); it may admit too many subjects, never too few. ``filing``: the same of all conditions that must
    hold, for the paths by which rules are filed. ``fingerprint``: changes whenever the rule says something else.
    ``labels_vary``: a label's text depends on facts."""

    id: str
    name: str
    order: int
    pack: str
    seeds: tuple[str, ...]
    subject: SubjectKind
    urgent: bool
    mode: Literal["live", "shadow"]
    where: Predicate | None
    anchors: Mapping[str, frozenset[str]]
    filing: Mapping[str, frozenset[Fixed]]
    fingerprint: str
    trigger: CompiledTrigger
    steps: tuple[CompiledStep, ...]
    place: Place
    labels_vary: bool = field(init=False)

    @property
    def title(self) -> str:
        """As people read it: ``名称(id)``."""
        return f"{self.name}({self.id})"

    def __post_init__(self) -> None:
        actions = (action for step in self.steps for action in step.actions)
        vary = any(isinstance(action, LabelAction) and not action.template.constant for action in actions)
        object.__setattr__(self, "labels_vary", vary)
