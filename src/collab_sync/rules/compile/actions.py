"""Decided kinds of write, with their texts and conditions compiled: one type per action of the grammar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from collab_sync.analysis.facts import MemberKind, Relation
from collab_sync.analysis.scope import Scope
from collab_sync.calendar.durations import Duration
from collab_sync.model.page import ViewKind
from collab_sync.model.work_item import RoleLetter, Status
from collab_sync.rules.conditions import Predicate
from collab_sync.rules.templates import TextTemplate

LabelVerb: TypeAlias = Literal["add", "remove", "set"]


@dataclass(frozen=True, slots=True)
class LocalText:
    """A text in Chinese and perhaps in English."""

    zh: TextTemplate
    en: TextTemplate | None = None

    def render(self, scope: Scope, locale: str = "zh") -> str:
        """The text in ``locale``, in Chinese where nobody wrote another. Raises TextError."""
        return (self.en if locale == "en" and self.en else self.zh).render(scope)

    @property
    def reads(self) -> frozenset[str]:
        return self.zh.reads | (self.en.reads if self.en else frozenset())


@dataclass(frozen=True, slots=True)
class Each:
    """Once per member of a relation (those that satisfy ``only``). ``relation`` is None for ``missing``: pairs of a
    person and an item, which the view computes for the rule's window."""

    name: str
    relation: Relation | None
    members_are: MemberKind
    only: Predicate | None = None


@dataclass(frozen=True, slots=True)
class LabelAction:
    """``add`` and ``set`` hold while the rule holds (``latch``: and stay afterwards); ``set`` is exclusive in its
    group before ``::``; ``remove`` takes off what an earlier step put on."""

    verb: LabelVerb
    template: TextTemplate
    each: Each | None = None
    latch: bool = False


@dataclass(frozen=True, slots=True)
class CommentAction:
    """``key`` is never None for ``sticky``. ``to``: recipients as written, resolved when the plan is made."""

    mode: Literal["sticky", "post"]
    key: TextTemplate | None
    target: Literal["self", "program.weekly", "desk"]
    to: tuple[str, ...]
    notify: Literal["now", "digest"]
    text: LocalText
    each: Each | None = None
    window: Literal["since_last_slot", "today"] | None = None


@dataclass(frozen=True, slots=True)
class CreateAction:
    """An issue of ours. ``dept``, ``roles`` and ``due`` are templates that render a name or an ISO date."""

    key: TextTemplate
    merge: bool
    type: str
    kind: str | None
    dept: TextTemplate
    title: LocalText
    body: LocalText
    roles: Mapping[RoleLetter, TextTemplate]
    due: TextTemplate | None
    due_in: Duration | None
    to: tuple[str, ...]
    link: Literal["relates", "blocks", "blocked_by", "parent", "none"]
    each: Each | None = None


@dataclass(frozen=True, slots=True)
class PageAction:
    key: TextTemplate
    section: TextTemplate
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TransitionAction:
    """``optional``: proposed in a comment unless ``writeback.transitions`` is on."""

    to: Status
    if_: Predicate | None
    optional: bool


@dataclass(frozen=True, slots=True)
class ChecklistAction:
    """``items``: the name of a computed list, or the lines themselves."""

    key: TextTemplate
    items: Literal["criteria_and_depts"] | tuple[TextTemplate, ...]


@dataclass(frozen=True, slots=True)
class ProgramAction:
    """Either ``create`` (with ``key``) or ``set_phase``."""

    create: TextTemplate | None = None
    key: TextTemplate | None = None
    milestones: bool = False
    set_phase: str | None = None


@dataclass(frozen=True, slots=True)
class DigestAction:
    target: Literal["desk"]


@dataclass(frozen=True, slots=True)
class CompiledPanel:
    title: LocalText
    view: TextTemplate
    shows: Literal["list", "table", "pie"]
    by: tuple[Literal["status", "assignee", "component", "label", "priority"], ...] = ()


@dataclass(frozen=True, slots=True)
class ViewAction:
    """Labels are templates; one that ends in ``*`` stands for all that begin so."""

    name: LocalText
    kinds: tuple[ViewKind, ...]
    any_of: tuple[TextTemplate, ...] = ()
    all_of: tuple[TextTemplate, ...] = ()
    open_only: bool = True
    panels: tuple[CompiledPanel, ...] = ()


CompiledAction: TypeAlias = (
    LabelAction
    | CommentAction
    | CreateAction
    | PageAction
    | TransitionAction
    | ChecklistAction
    | ProgramAction
    | DigestAction
    | ViewAction
)


def texts(action: CompiledAction) -> tuple[TextTemplate, ...]:
    """Every template of an action, for checks and for what an event rule reads."""
    match action:
        case CommentAction():
            return (*_given(action.key), *_both(action.text))
        case CreateAction():
            shown = (*_both(action.title), *_both(action.body))
            return (action.key, action.dept, *shown, *action.roles.values(), *_given(action.due))
        case LabelAction():
            return (action.template,)
        case _:
            return _plain_texts(action)


def _plain_texts(action: CompiledAction) -> tuple[TextTemplate, ...]:
    match action:
        case PageAction():
            return (action.key, action.section)
        case ChecklistAction():
            return (action.key, *(() if isinstance(action.items, str) else action.items))
        case ProgramAction():
            return (*_given(action.create), *_given(action.key))
        case ViewAction():
            titles = [text for panel in action.panels for text in (*_both(panel.title), panel.view)]
            return (*_both(action.name), *action.any_of, *action.all_of, *titles)
        case _:
            return ()


def _given(template: TextTemplate | None) -> tuple[TextTemplate, ...]:
    return (template,) if template else ()


def _both(text: LocalText) -> tuple[TextTemplate, ...]:
    return (text.zh, *_given(text.en))
