"""One finding together with everything its actions need, and one write together with whether it may be sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.scope import Scope
from collab_sync.analysis.view import SubjectFacts
from collab_sync.model.action import LogLine, PlannedWrite
from collab_sync.model.episode import Episode, Finding
from collab_sync.model.organisation import Person, Stage
from collab_sync.planner.desks.labels import Cause
from collab_sync.rules.compile import CompiledRule

SLOT = "slot "
EXIT = "exit"


@dataclass(frozen=True, slots=True)
class Occasion:
    """One finding. ``day``: the local day on which it fell due; ``names``: what its texts may name.

    ``each``: the member of ``each`` it is for, as part of idempotency keys; ``said`` and ``people``: text and
    recipients where they are worked out already (None: as the action says).
    """

    finding: Finding
    facts: SubjectFacts
    rule: CompiledRule
    episode: Episode
    names: Scope
    day: date
    stage: Stage
    each: str = ""
    said: str | None = None
    people: tuple[Person, ...] | None = None

    def for_member(self, key: str, member: object, facts: SubjectFacts | None = None) -> Occasion:
        """The same occasion for one member of ``each``: texts may name it as ``i``; ``facts``: whom it is about."""
        names = {**self.names, "i": member}
        return replace(self, each=key, names=names, facts=facts or self.facts)

    def saying(self, text: str, people: tuple[Person, ...]) -> Occasion:
        """The same occasion with its text and the people to tell worked out already."""
        return replace(self, said=text, people=people)

    @property
    def step(self) -> str:
        """The step as the log shows it: the ``after`` text, ``slot DATE``, or ``exit``."""
        if self.finding.edge == "ended":
            return EXIT
        if self.episode.key.startswith(SLOT):
            return self.episode.key
        return next((step.label for step in self.rule.steps if step.id == self.finding.step), "")

    @property
    def cause(self) -> Cause:
        return Cause(self.rule.id, self.rule.order, self.step)

    @property
    def sent(self) -> bool:
        """Whether what is decided here is sent, or only reported."""
        return self.stage != "report_only" and self.rule.mode == "live"

    @property
    def item(self) -> ItemFacts | None:
        return self.facts if isinstance(self.facts, ItemFacts) else None

    def key(self, place: str) -> str:
        """Idempotency key of the action at ``place`` (step and index) of the rule."""
        finding = self.finding
        parts = [finding.rule, str(finding.subject), finding.episode, place]
        return "|".join([*parts, self.each] if self.each else parts)

    def line(self, at: datetime, target: str, project: str, action: str, detail: str) -> LogLine:
        """What the log says of ``action`` on ``target`` at the instant ``at``; nobody is told by it."""
        return LogLine(
            at=at,
            rule=self.rule.id,
            order=self.rule.order,
            step=self.step,
            target=target,
            project=project,
            action=action,
            detail=detail,
        )

    def reason(self) -> str:
        """Why, for people who read a plan."""
        subject = self.item.item.source.key if self.item else self.finding.subject.key
        return " · ".join(part for part in (f"规则 {self.rule.title}", self.step, subject) if part)


@dataclass(frozen=True, slots=True)
class Decided:
    """A write and whether it is sent; what is not sent is kept for the record."""

    write: PlannedWrite
    sent: bool = True
