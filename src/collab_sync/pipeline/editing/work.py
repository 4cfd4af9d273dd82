"""The work an edit leaves: whom it may concern, step by step, as the journal keeps it between two portions.

A step names a population that the store finds by an index, in the order of its index, and how far it has been worked
off. Nothing is written per subject, so an edit that concerns a million of them costs one row.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import msgspec

from collab_sync.model.identity import ItemId, SubjectKind, SubjectRef
from collab_sync.pipeline.editing.in_force import Edit, Kept
from collab_sync.ports.store import Transaction
from collab_sync.rules.compile import CompiledRule, CompiledSchedule

WORK = "rules:work"
"""Under this the journal keeps the work that is left; empty when there is none."""


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """Subjects for which a ``rule`` runs; or (without it) items of a type, a programme (empty: any), open or not.
    ``after``: those up to this one have been seen."""

    rule: str = ""
    type: str = ""
    program: str = ""
    open: bool | None = None
    after: str = ""


class Work(msgspec.Struct, frozen=True, omit_defaults=True):
    """``rules``: ids of the rules that were changed or are gone. ``everything``: whoever is found must be judged,
    without asking whether the changed rules concern it. ``kinds``: subjects that are not items, judged last, when what
    they look at is settled."""

    rules: tuple[str, ...] = ()
    everything: bool = False
    steps: tuple[Step, ...] = ()
    kinds: tuple[SubjectKind, ...] = ()


def work_left(kept: Kept) -> Work | None:
    """What earlier decisions have left."""
    found = kept.get(WORK)
    return msgspec.json.decode(found[1], type=Work) if found and found[1] else None


def work_of(edit: Edit, left: Work | None) -> Work | None:
    """The work that an edit makes, with what was left of an earlier one; None if it makes none."""
    if edit.everything or (left is not None and left.everything):
        # At the first contact every item is dirty anyway.
        steps = () if edit.first else (Step(),)
        return Work(everything=True, steps=steps, kinds=tuple(SubjectKind))
    before = left or Work()
    rules = dict.fromkeys((*before.rules, *(rule.id for rule in edit.changed), *edit.gone))
    runs = (Step(rule=id_) for id_ in (*(rule.id for rule in edit.changed), *edit.gone))
    found = (step for rule in edit.changed if rule.subject is SubjectKind.WORK_ITEM for step in _population(rule))
    kinds = {*before.kinds, *(rule.subject for rule in edit.changed)} - {SubjectKind.WORK_ITEM}
    work = Work(tuple(rules), steps=(*before.steps, *dict.fromkeys((*runs, *found))), kinds=tuple(sorted(kinds)))
    return work if work.rules else None


def _population(rule: CompiledRule) -> Iterable[Step]:
    """Items that the rule could concern, by what it is filed under and the store has an index for. A schedule must know
    since when every one of them has been there."""
    ties = {} if isinstance(rule.trigger, CompiledSchedule) else rule.filing
    types, programs = ([str(one) for one in sorted(ties.get(path, [""]))] for path in ("type", "program"))
    states = sorted(bool(one) for one in ties.get("open", (False, True)))
    # The index by type has the state before the id: both states are two portions in order, one would have to be sorted.
    opens: list[bool | None] = [None] if len(states) > 1 and types == [""] else [*states]
    return (Step(type=one, program=program, open=open_) for one, program, open_ in product(types, programs, opens))


def portion(tx: Transaction, step: Step, most: int) -> tuple[tuple[SubjectRef, ...], Step | None]:
    """The next ``most`` subjects of a step, and what is left of it."""
    found: tuple[SubjectRef, ...]
    if step.rule:
        found = tx.running_for(step.rule, after=step.after, most=most)
        last = str(found[-1]) if found else ""
    else:
        ids = tx.ids_after(ItemId(step.after), most, type_name=step.type, program=step.program, open_=step.open)
        found = tuple(SubjectRef(SubjectKind.WORK_ITEM, id_) for id_ in ids)
        last = found[-1].key if found else ""
    return found, msgspec.structs.replace(step, after=last) if len(found) == most else None
