"""Every change of a pack that its examples must notice: thresholds by one unit, conditions left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from collab_sync.errors import Place
from collab_sync.rules.yaml_text import Document, with_parameters
from collab_sync.rules.yaml_text.document import Loc, Node
from collab_sync.workbench.mutation.edits import DROPPED, edited
from collab_sync.workbench.mutation.values import neighbours

ALWAYS: dict[str, object] = {"all": []}
NEVER: dict[str, object] = {"any": []}

_ACTION_CONDITIONS = ("if", "only")


@dataclass(frozen=True, slots=True)
class Mutation:
    """One changed pack. ``rule``: the id of the rule changed, None for a parameter; ``touched``: rules that are not
    what they were; ``what``: for people; ``document``: the pack's file with parameters in place."""

    rule: str | None
    touched: frozenset[str]
    place: Place
    what: str
    document: Document


def mutations(document: Document) -> Iterator[Mutation]:
    """All mutations of a pack's file as it was read (before its parameters are put in place)."""
    filled = _filled(document)
    head = document.root.children.get("parameters")
    for name, node in head.children.items() if head else ():
        for new in neighbours(node.value):
            after = _filled(edited(document, ("parameters", name), new))
            what = f"{name}:{_shown(node.value)} → {_shown(new)}"
            yield Mutation(None, _touched(filled, after), node.place, what, after)
    for index, rule in filled.node(("rules",)).children.items():
        yield from _Sites(filled, ("rules", index), str(rule.children["id"].value)).all()


class _Sites:
    """The mutations of one rule."""

    def __init__(self, document: Document, rule: Loc, id_: str) -> None:
        self._document = document
        self._rule = rule
        self._id = id_

    def all(self) -> Iterator[Mutation]:
        yield from self._condition(("where",), DROPPED)
        yield from self._trigger()
        yield from self._actions(("do",))
        steps = self._node(("steps",))
        unit = self._node(("when", "clock", "unit"))
        for index in steps.children if steps else ():
            yield from self._threshold(("steps", index, "after"), str(unit.value) if unit else None)
            for word in ("if", "unless"):
                yield from self._condition(("steps", index, word), DROPPED)
            yield from self._actions(("steps", index, "do"))

    def _trigger(self) -> Iterator[Mutation]:
        yield from self._condition(("when", "state"), ALWAYS)
        yield from self._threshold(("when", "held"))
        yield from self._condition(("when", "event", "if"), DROPPED)
        if self._node(("when", "event", "to")):
            yield self._changed(("when", "event", "to"), DROPPED)
        yield from self._condition(("when", "clock", "stop"), NEVER)
        yield from self._condition(("when", "clock", "pause"), DROPPED)
        for word in ("at", "every", "anchor"):
            yield from self._threshold(("when", "schedule", word))

    def _actions(self, loc: Loc) -> Iterator[Mutation]:
        actions = self._node(loc)
        for index, action in actions.children.items() if actions else ():
            for kind in action.children:
                for word in _ACTION_CONDITIONS:
                    yield from self._condition((*loc, index, kind, word), DROPPED)
                yield from self._threshold((*loc, index, kind, "due_in"))

    # --- conditions --------------------------------------------------------------------------------------------
    def _condition(self, loc: Loc, emptied: object | None) -> Iterator[Mutation]:
        """``emptied``: what stands at ``loc`` when the last part goes; None: leaving it out is tried elsewhere."""
        node = self._node(loc)
        for word in node.children if node else ():
            if node is not None and len(node.children) > 1:
                yield self._changed((*loc, word), DROPPED)
            elif emptied is not None:
                yield self._changed(loc, emptied, shown=(*loc, word))
            yield from self._inside((*loc, word))

    def _inside(self, loc: Loc) -> Iterator[Mutation]:
        match loc[-1]:
            case "all" | "any":
                yield from self._operands(loc)
            case "not":
                yield from self._condition(loc, None)
            case "exists":
                yield from self._condition((*loc, "where"), ALWAYS)
            case _:
                yield from self._match(loc)

    def _operands(self, loc: Loc) -> Iterator[Mutation]:
        node = self._node(loc)
        for index in node.children if node else ():
            if node is not None and len(node.children) > 1:
                yield self._changed((*loc, index), DROPPED)
            yield from self._condition((*loc, index), None)

    def _match(self, loc: Loc) -> Iterator[Mutation]:
        node = self._node(loc)
        words = set(node.children) if node and isinstance(node.value, dict) else set()
        for word in sorted(words, key=str):
            if words - {word, "since"}:
                yield self._changed((*loc, word), DROPPED)
        yield from self._thresholds(loc)

    def _thresholds(self, loc: Loc) -> Iterator[Mutation]:
        """Every number and every day at ``loc`` or below it."""
        node = self._node(loc)
        if node is None:
            return
        if isinstance(node.value, int | date) or not isinstance(node.value, str | dict | list):
            yield from self._threshold(loc)
        for step in node.children:
            yield from self._thresholds((*loc, step))

    def _threshold(self, loc: Loc, unit: str | None = None) -> Iterator[Mutation]:
        node = self._node(loc)
        for new in neighbours(node.value, unit) if node else ():
            yield self._changed(loc, new)

    # --- small parts -------------------------------------------------------------------------------------------
    def _node(self, loc: Loc) -> Node | None:
        node: Node | None = self._document.node(self._rule)
        for step in loc:
            node = node.children.get(step) if node else None
        return node

    def _changed(self, loc: Loc, new: object, *, shown: Loc | None = None) -> Mutation:
        node = self._node(shown or loc)
        assert node is not None, "only what is there is changed"
        path = ".".join(str(step) for step in (shown or loc))
        dropped = new is DROPPED or new in (ALWAYS, NEVER)
        what = f"删去 {path}:{_shown(node.value)}" if dropped else f"{path}:{_shown(node.value)} → {_shown(new)}"
        after = edited(self._document, (*self._rule, *loc), new)
        return Mutation(self._id, frozenset({self._id}), node.key_place or node.place, what, after)


def _filled(document: Document) -> Document:
    return with_parameters(document)[0]


def _touched(before: Document, after: Document) -> frozenset[str]:
    pairs = zip(*(one.node(("rules",)).children.values() for one in (before, after)), strict=True)
    return frozenset(str(old.children["id"].value) for old, new in pairs if old.value != new.value)


def _shown(value: object) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {_shown(one)}" for key, one in value.items()) + "}"
        case list():
            return "[" + ", ".join(_shown(one) for one in value) + "]"
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)
