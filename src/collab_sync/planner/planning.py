"""Makes the plan of one tick from what judging the subjects brought.

Findings are taken in catalogue order, then by project as the mapping lists them, then by key, so that the same findings
always give the same plan. Labels, sticky comments and created issues are collected first and written once per item.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import msgspec

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.natural import natural
from collab_sync.analysis.scope import scope
from collab_sync.analysis.subject_facts import FILED, FILED_LABEL
from collab_sync.analysis.view import SubjectFacts
from collab_sync.model.action import CreateWrite, LabelWrite, LinkWrite, TransitionWrite
from collab_sync.model.episode import Episode, Finding, Hold
from collab_sync.model.identity import ItemId
from collab_sync.planner.context import Judged, PlanningContext, name_of
from collab_sync.planner.desks.checklist_desk import ChecklistDesk
from collab_sync.planner.desks.comment_desk import CommentDesk
from collab_sync.planner.desks.creation_desk import CreationDesk
from collab_sync.planner.desks.digest_desk import DigestDesk
from collab_sync.planner.desks.labels import Cause, EpisodeRef, LabelChange, LabelDesk, ref_of
from collab_sync.planner.desks.mentions import MentionLedger
from collab_sync.planner.desks.mirror_desk import MirrorDesk
from collab_sync.planner.desks.page_desk import PageDesk
from collab_sync.planner.desks.transition_desk import TransitionDesk
from collab_sync.planner.desks.view_desk import ViewDesk
from collab_sync.planner.limits import sift
from collab_sync.planner.members import certain, owing, per_member
from collab_sync.planner.occasion import EXIT, SLOT, Decided, Occasion
from collab_sync.planner.plan import Plan
from collab_sync.planner.recipients import OFFICE_ROLE
from collab_sync.planner.stages import HELD_BACK, caught_up, staged
from collab_sync.planner.writes import label_writes
from collab_sync.rules.compile import (
    ChecklistAction,
    CommentAction,
    CompiledClock,
    CompiledRule,
    CompiledState,
    CreateAction,
    DigestAction,
    Each,
    LabelAction,
    PageAction,
    ProgramAction,
    TransitionAction,
    ViewAction,
)
from collab_sync.rules.templates import TextError


def make_plan(judged: Sequence[Judged], context: PlanningContext) -> Plan:
    """The plan for what was found; the same input always gives the same plan."""
    return _Planning(judged, context).plan()


class _Planning:
    """The desks of one tick, and the findings that are brought to them."""

    def __init__(self, judged: Sequence[Judged], context: PlanningContext) -> None:
        self.context = context
        self.judged = judged
        items = [one.facts.item.id for one in judged if isinstance(one.facts, ItemFacts)]
        self.held = context.memory.holds_on(items)
        organisation = context.view.organisation
        ledger = MentionLedger(
            per_day=organisation.budget.mentions_per_person_per_day,
            today=context.mentions_today,
            office=frozenset(person.key for person in organisation.members(OFFICE_ROLE)),
            cap=context.mention_cap,
        )
        self.ledger = ledger
        self.labels = LabelDesk(context.mapping.writeback)
        self.comments = CommentDesk(context, ledger)
        self.creations = CreationDesk(context, ledger)
        self.digest = DigestDesk(context, self.comments)
        self.pages = PageDesk(context)
        self.views = ViewDesk(context)
        self.checklists = ChecklistDesk(context)
        self.mirrors = MirrorDesk(context)
        self.transitions = TransitionDesk(context, self.comments)
        self.faulty: list[str] = []
        changed = [staged(episode, one, context) for one in judged for episode in one.outcome.episodes]
        active = [episode for one in judged for episode in one.active]
        self.changed: dict[EpisodeRef, Episode] = {ref_of(episode): episode for episode in changed}
        self.known = {**{ref_of(episode): episode for episode in active}, **self.changed}

    def plan(self) -> Plan:
        self._open_sheets()
        self._retire()
        for occasion in self._occasions():
            self._act(occasion)
        self._follow_members()
        self._reassert()
        changes = self.labels.changes()
        comments = self.comments.writes()
        creations = self.creations.writes(desk_wanted=self.comments.desk_wanted)
        for one in self.judged:
            if isinstance(one.facts, ItemFacts) and self.context.is_open(one.facts):
                self.mirrors.relate(one.facts)
        labels = label_writes(changes, self.context)
        said = [*self.checklists.writes(), *comments, *self.pages.writes(), *self.views.writes()]
        decided = sorted([*creations, *self.mirrors.writes(), *self.transitions.writes(), *labels, *said], key=_rank)
        view = self.context.view
        sifted = sift(
            [one.write for one in decided if one.sent],
            view.organisation.budget,
            lambda project: len(view.mirror.ids_where(project=project, open_only=True)),
            self.context.said,
        )
        return Plan(
            writes=sifted.writes,
            reported=tuple(one.write for one in decided if not one.sent),
            withheld=sifted.withheld,
            refusals=sifted.refusals,
            episodes=self._final_episodes(),
            traces=(*self.comments.traces(), *self.checklists.traces(), *self.mirrors.traces()),
            mentions=tuple(sorted(name for write in sifted.writes for line in write.lines for name in line.mention)),
            digest=(*self.comments.digest, *self.creations.digest),
            digest_closed=tuple(self.digest.closed),
            notices=self._notices(changes),
            remembered=self.pages.remembered,
            said=sifted.said,
        )

    def _notices(self, changes: Sequence[LabelChange]) -> tuple[str, ...]:
        """What a person should know of although nothing is written about it."""
        given_up = [f"{name_of(change.item)} 的标签 {label} 被人两次移除,不再重新添加"
                    for change in changes for label in change.given_up]  # fmt: skip
        refused = [f"规则 {cause.rule} 要给 {name_of(change.item)} 加标签 {label},它未在 mapping.yaml 中声明,未写入"
                   for change in changes for label, cause in change.refused.items()]  # fmt: skip
        revoked = [f"{name_of(one.facts.item)} 上规则 {episode.rule} 依据的那条评论已被删除;由它产生的内容保留,请核对"
                   for one in self.judged if isinstance(one.facts, ItemFacts)
                   for episode in one.outcome.revoked]  # fmt: skip
        return tuple(dict.fromkeys([*given_up, *refused, *revoked, *self.faulty, *self.pages.faulty]))

    def _catch_up(self) -> Iterable[tuple[CompiledRule, Finding, SubjectFacts]]:
        """What was held back until now, stored as said."""
        for episode, finding, one in caught_up(self.judged, self.context):
            self.changed[ref_of(episode)] = self.known[ref_of(episode)] = episode
            if finding is not None:
                yield self.context.rules[finding.rule], finding, one.facts

    def _retire(self) -> None:
        """Rules that are no longer there hold nothing any more."""
        for one in self.judged:
            for episode in one.active:
                if episode.rule in self.context.rules or not self.context.is_open(one.facts):
                    continue
                ref = ref_of(episode)
                self.known[ref] = self.changed[ref] = msgspec.structs.replace(episode, ended_at=self.context.now)
                sent = self.context.stage(one.facts) != HELD_BACK
                for item in sorted({hold.item for hold in episode.holds}):
                    self._open_all([item])
                    if self.labels.is_open(item):
                        cause = Cause(episode.rule, len(self.context.rules), EXIT)
                        self.labels.release(item, ref, None, cause, sent=sent)

    # --- findings ----------------------------------------------------------------------------------------------
    def _occasions(self) -> Iterable[Occasion]:
        found = [
            (self.context.rules[finding.rule], finding, one.facts)
            for one in self.judged
            for finding in one.outcome.findings
        ]
        found += self._catch_up()
        # What stopped comes first: a new episode of the same rule must not be struck by the end of the one before.
        found.sort(key=lambda one: (one[0].order, self._place(one[2]), one[1].edge != "ended", one[1].due))
        for rule, finding, facts in found:
            yield self._occasion(rule, finding, facts)

    def _place(self, facts: SubjectFacts) -> tuple[int, tuple[tuple[int, str], ...]]:
        """Where a subject stands in every list: by project, then by key as people count."""
        if isinstance(facts, ItemFacts):
            return self.context.order_of(facts.item.source.project), natural(name_of(facts.item))
        return -1, natural(facts.subject.key)

    def _occasion(self, rule: CompiledRule, finding: Finding, facts: SubjectFacts) -> Occasion:
        episode = self.known[(finding.rule, finding.subject, finding.episode)]
        if isinstance(facts, ItemFacts) and finding.event:
            entry_id = finding.event.rpartition("@")[0]
            entry = next((entry for entry in facts.item.entries if entry.id == entry_id), None)
            facts = facts.with_entry(entry) if entry else facts
        day = self.context.view.office.calendar.local_date(finding.due)
        slot = episode.key.removeprefix(SLOT) if episode.key.startswith(SLOT) else ""
        names = scope(facts, self.context.vocabulary, today=day, slot=slot)
        return Occasion(finding, facts, rule, episode, names, day, self.context.stage(facts))

    def _act(self, occasion: Occasion) -> None:
        finding = occasion.finding
        if finding.edge == "ended":
            self._end(occasion)
            return
        fired = [step for step in occasion.rule.steps if occasion.episode.has_fired(step.id)]
        steps = [step for step in fired if finding.edge == "changed" or step.id == finding.step]
        for step in steps:
            # What is only suggested is said in the rule's own comment, wherever that stands.
            ordered = sorted(enumerate(step.actions), key=lambda one: not isinstance(one[1], TransitionAction))
            for index, action in ordered:
                with self._surviving(occasion):
                    self._take(occasion, action, f"{step.id}|{index}")

    def _take(self, occasion: Occasion, action: object, index: str) -> None:
        finding = occasion.finding
        if isinstance(action, LabelAction):
            self._label(occasion, action)
        elif finding.edge == "changed" and isinstance(action, CommentAction):
            self.comments.revive(occasion, action)
        elif finding.edge == "step" and not finding.superseded:
            self._speak(occasion, action, index)

    @contextmanager
    def _surviving(self, occasion: Occasion) -> Iterator[None]:
        """A text that cannot be made is reported; it stops neither the rest of the rule nor the other rules."""
        try:
            yield
        except TextError as error:
            self.faulty.append(f"{occasion.reason()}:文字无法生成,未写入。{error}")

    def _speak(self, occasion: Occasion, action: object, index: str) -> None:  # noqa: C901  # one case per action
        match action:
            case CommentAction():
                self._say(occasion, action, index)
            case CreateAction():
                for one in self._each(occasion, action.each):
                    self.creations.make(one, action)
            case DigestAction():
                self.digest.send(occasion)
            case PageAction():
                if not occasion.finding.quiet:  # what was before the first contact is no reason for a page
                    self.pages.ask(occasion, action)
            case ViewAction():
                self.views.ask(occasion, action)
            case ChecklistAction():
                self.checklists.make(occasion, action, index)
            case TransitionAction():
                self.transitions.propose(occasion, action, index)
            case ProgramAction():
                self._program(occasion, action)
            case _:
                raise TypeError(f"rule {occasion.rule.id}: {type(action).__name__} has no planner")

    def _each(self, occasion: Occasion, each: Each | None) -> Iterable[Occasion]:
        return [occasion] if each is None else per_member(occasion, each, self.context)

    def _say(self, occasion: Occasion, action: CommentAction, index: str) -> None:
        if action.each is not None and action.each.relation is None:
            owed = owing(occasion, action, self.context)
            if owed is not None:
                self.comments.say(owed, action, index)
            return
        for one in self._each(occasion, action.each):
            self.comments.say(one, action, index)

    def _program(self, occasion: Occasion, action: ProgramAction) -> None:
        """Makes a programme; or marks one as filed, by a label of ours: its text belongs to people."""
        if action.create is not None:
            self.creations.make_program(occasion, action)
            return
        program = self.context.view.program(self.context.program_of(occasion.facts))
        if program is None or action.set_phase != FILED:
            return
        item = program.facts.item
        self._open_all([item.id])
        hold = Hold(item=item.id, label=FILED_LABEL, latch=True, written=occasion.sent)
        self.labels.hold(item.id, ref_of(occasion.episode), hold, occasion.cause)

    def _end(self, occasion: Occasion) -> None:
        ref = ref_of(occasion.episode)
        for item in sorted({hold.item for hold in occasion.episode.holds}):
            self._open_all([item])
            if self.labels.is_open(item):
                self.labels.release(item, ref, None, occasion.cause, sent=occasion.sent)
        for step in occasion.rule.steps:
            for action in step.actions:
                if isinstance(action, CommentAction):
                    with self._surviving(occasion):
                        self.comments.strike(occasion, action)

    # --- labels ------------------------------------------------------------------------------------------------
    def _label(self, occasion: Occasion, action: LabelAction) -> None:
        for one in self._each(occasion, action.each):
            if one.item is not None:
                self._label_one(one, one.item, action)

    def _label_one(self, occasion: Occasion, item: ItemFacts, action: LabelAction) -> None:
        self._open_all([item.item.id])
        label = action.template.render(occasion.names)
        if action.verb == "remove":
            self.labels.release(item.item.id, ref_of(occasion.episode), label, occasion.cause, sent=occasion.sent)
            return
        hold = Hold(item=item.item.id, label=label, latch=action.latch, written=occasion.sent)
        self.labels.hold(item.item.id, ref_of(occasion.episode), hold, occasion.cause)

    def _follow_members(self) -> None:
        """While a rule holds, labels on the members of a relation follow who they are: whoever joins gets them,
        whoever leaves loses them."""
        for one in self.judged:
            if not self.context.is_open(one.facts):
                continue
            for episode in one.active:
                rule = self.context.rules.get(episode.rule)
                now = self.known[ref_of(episode)]
                if (
                    rule is not None
                    and now.ended_at is None
                    and isinstance(rule.trigger, CompiledState | CompiledClock)
                ):
                    self._follow(rule, now, one.facts)

    def _follow(self, rule: CompiledRule, episode: Episode, facts: SubjectFacts) -> None:
        for step in rule.steps:
            for action in step.actions if episode.has_fired(step.id) else ():
                if isinstance(action, LabelAction) and action.each is not None and action.verb != "remove":
                    finding = Finding(rule=rule.id, subject=episode.subject, episode=episode.key, edge="changed",
                                      step=step.id, due=self.context.now)  # fmt: skip
                    occasion = self._occasion(rule, finding, facts)
                    with self._surviving(occasion):
                        self._follow_each(occasion, action, action.each)

    def _follow_each(self, occasion: Occasion, action: LabelAction, each: Each) -> None:
        if not certain(occasion, each):
            return
        members = [(one, one.item) for one in self._each(occasion, each) if one.item is not None]
        self._open_all(item.item.id for _, item in members)
        for one, item in members:
            self._label_one(one, item, action)
        labels = {action.template.render(one.names) for one, _ in members}
        here = {item.item.id for _, item in members} | ({occasion.item.item.id} if occasion.item else set())
        cause = Cause(occasion.rule.id, occasion.rule.order, EXIT)
        for hold in occasion.episode.holds:
            if hold.item not in here and hold.label in labels and not hold.latch:
                self._open_all([hold.item])
                if self.labels.is_open(hold.item):
                    self.labels.release(hold.item, ref_of(occasion.episode), hold.label, cause, sent=occasion.sent)

    def _open_sheets(self) -> None:
        """Opens the sheets of all judged items."""
        for one in self.judged:
            if isinstance(one.facts, ItemFacts):
                item = one.facts.item
                self.labels.open(item, self.held.get(item.id, ()), self.context.undelivered.get(item.id))

    def _open_all(self, ids: Iterable[ItemId]) -> None:
        closed = [id_ for id_ in ids if not self.labels.is_open(id_)]
        held = self.context.memory.holds_on(closed) if closed else {}
        self.context.view.preload(closed)
        for id_ in closed:
            if (facts := self.context.view.item(id_)) is not None:
                self.labels.open(facts.item, held.get(id_, ()), self.context.undelivered.get(id_))

    def _reassert(self) -> None:
        for one in self.judged:
            facts = one.facts
            if not isinstance(facts, ItemFacts) or facts.item.id in self.context.undelivered:
                continue
            if self.context.is_open(facts):
                self.labels.reassert(facts.item.id, self._causes(facts))

    def _causes(self, facts: ItemFacts) -> dict[EpisodeRef, Cause]:
        """Episodes whose labels may be put back: those of live rules where the product is switched on."""
        if self.context.stage(facts) == "report_only":
            return {}
        causes = {}
        for episode, _ in self.held.get(facts.item.id, ()):
            rule = self.context.rules.get(episode.rule)
            if rule is not None and rule.mode == "live":
                causes[ref_of(episode)] = Cause(rule.id, rule.order, "")
        return causes

    def _final_episodes(self) -> tuple[Episode, ...]:
        """All episodes to store, with the holds they end up with."""
        final = dict(self.changed)
        for ref, holds in self.labels.holds().items():
            known = self.known.get(ref) or self.labels.before(ref)
            if known is not None:
                final[ref] = msgspec.structs.replace(known, holds=holds)
        return tuple(final[ref] for ref in sorted(final))


def _rank(decided: Decided) -> int:
    """Order in a plan: create, link, transition, label, then what is said; within, as it was decided."""
    match decided.write.write:
        case CreateWrite():
            return 0
        case LinkWrite():
            return 1
        case TransitionWrite():
            return 2
        case LabelWrite():
            return 3
        case _:
            return 4
