"""Takes the next portion of the work that an edit left, and finds out whom of it the edit concerns.

Whoever the changed rules alone say nothing about, now or running, is not judged by all the others again: those have
said what they had to say, and their next look is known. Only the instant at which a changed rule may speak is noted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from collab_sync.analysis.view import MirrorView
from collab_sync.model.episode import Episode
from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.pipeline.editing.in_force import ABOUT_RULES, Edit, edit_of
from collab_sync.pipeline.editing.work import Work, portion, work_left, work_of
from collab_sync.planner.context import Judged
from collab_sync.planner.plan import NOTHING_SAID, Said
from collab_sync.planner.stages import HELD_BACK
from collab_sync.ports.store import Transaction
from collab_sync.rules.compile import CompiledRule, LabelAction
from collab_sync.rules.evaluate import Outcome
from collab_sync.rules.filed import FiledRules
from collab_sync.rules.load import RuleSet

PORTION = 2_000
"""Subjects of an edit that one decision looks at: they are in memory together, and one transaction holds them."""

SAID = "rules:said"
"""Under this the journal keeps what has been said since an edit began to be worked off: its portions have the safety
stops of one tick together. Empty when nothing is being worked off."""

Judge = Callable[[Sequence[SubjectRef], FiledRules], tuple[Mapping[SubjectRef, Outcome], Sequence[Judged]]]
"""Judges subjects by rules; writes nothing."""


@dataclass(frozen=True, slots=True)
class Portion:
    """``subjects``: to be judged by all rules; ``looks``: when to look at others at the latest; ``left``: the work for
    the next decision; ``looked_at``: subjects found by the way. ``edit``: what comes into force with this one;
    ``said``: what earlier portions have said; ``begun``: whether there were any."""

    subjects: frozenset[SubjectRef] = frozenset()
    looks: Mapping[SubjectRef, datetime] = field(default_factory=dict)
    left: Work | None = None
    looked_at: int = 0
    edit: Edit | None = None
    said: Said = NOTHING_SAID
    begun: bool = False


def take(tx: Transaction, rules: RuleSet, view: MirrorView, judge: Judge, most: int | None) -> Portion:
    """The next portion of whatever edits have left to do; ``most``: so many subjects (None: all there are)."""
    kept = tx.recorded(ABOUT_RULES)
    edit, left = edit_of(tx, kept, rules), work_left(kept)
    work = work_of(edit, left) if edit else left
    if work is None:
        return Portion(edit=edit)
    said = kept.get(SAID)
    before = msgspec.json.decode(said[1], type=Said) if said and said[1] else NOTHING_SAID
    portion = _Survey(tx, rules, view, judge, work).portion(most)
    return replace(portion, edit=edit, said=before, begun=left is not None)


class _Survey:
    def __init__(self, tx: Transaction, rules: RuleSet, view: MirrorView, judge: Judge, work: Work) -> None:
        self.tx = tx
        self.view = view
        self.judge = judge
        self.work = work
        self.changed = {rule.id: rule for rule in rules.rules if rule.id in work.rules}
        self.running_ones = FiledRules(self.changed.values(), work.rules)
        self.new_ones = FiledRules(self.changed.values(), ())
        self.concerned: set[SubjectRef] = set()
        self.looks: dict[SubjectRef, datetime] = {}

    def portion(self, most: int | None) -> Portion:
        steps, seen = list(self.work.steps), 0
        while steps and (most is None or seen < most):
            found, rest = portion(self.tx, steps[0], PORTION if most is None else most - seen)
            seen += len(found)
            self._sort(found, new=not steps[0].rule)
            steps[:1] = [rest] if rest else []
        left = msgspec.structs.replace(self.work, steps=tuple(steps)) if steps else None
        if left is None:
            self.concerned |= self._standing()
        looks = {subject: at for subject, at in self.looks.items() if subject not in self.concerned}
        return Portion(frozenset(self.concerned), looks, left, seen)

    def _sort(self, found: Sequence[SubjectRef], *, new: bool) -> None:
        """Whom the edit concerns, and whom it does not. ``new``: of these no changed rule runs for those who are still
        to be asked; the others have been, in an earlier step."""
        if self.work.everything or self.view.stale_projects:
            self.concerned.update(found)
            return
        if new:
            running = self.tx.episodes(found, self.work.rules)
            found = [subject for subject in found if subject not in running]
        outcomes, judged = self.judge(found, self.new_ones if new else self.running_ones)
        active = {one.facts.subject: one.active for one in judged}
        for subject, outcome in outcomes.items():
            if _says(outcome) or any(self._calls(episode) for episode in active.get(subject, ())):
                self.concerned.add(subject)
            elif outcome.due is not None:
                self.looks[subject] = outcome.due

    def _calls(self, episode: Episode) -> bool:
        """Whether a running episode must be planned for although nothing has happened to it."""
        if episode.rule not in self.work.rules:
            return False
        rule = self.changed.get(episode.rule)
        return rule is None or episode.stage == HELD_BACK or _follows(rule)

    def _standing(self) -> set[SubjectRef]:
        found = (
            {one for one in self.view.standing_subjects() if one.kind in self.work.kinds} if self.work.kinds else set()
        )
        if SubjectKind.CONFLICT in self.work.kinds:
            found |= {*self.view.conflict_subjects(), *self.tx.running(SubjectKind.CONFLICT)}
        return found


def _says(outcome: Outcome) -> bool:
    return bool(outcome.findings or outcome.episodes or outcome.forgotten or outcome.revoked)


def _follows(rule: CompiledRule) -> bool:
    """Whether labels of the rule follow the members of a relation as long as it runs."""
    actions = (action for step in rule.steps for action in step.actions)
    return any(isinstance(action, LabelAction) and action.each is not None for action in actions)
