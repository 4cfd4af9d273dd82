"""Once per member: what ``each`` means for an action, and the people who owe an update."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from collab_sync.analysis.facts import Absent
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.reporting.updates import MissingUpdate, missing_updates
from collab_sync.analysis.scope import Readable
from collab_sync.analysis.subject_facts import ConflictFacts, ProgramFacts
from collab_sync.calendar.slots import Schedule
from collab_sync.calendar.working_calendar import WorkingCalendar
from collab_sync.planner.context import PlanningContext
from collab_sync.planner.occasion import Occasion
from collab_sync.rules.compile import CommentAction, CompiledSchedule, Each
from collab_sync.summaries.scope import WITHHELD

LONGEST_CYCLE = timedelta(days=200)
"""No cadence of reports is further apart; an earlier slot than that is not looked for."""


def per_member(occasion: Occasion, each: Each, context: PlanningContext) -> Iterator[Occasion]:
    """The occasion once per member of a relation that satisfies ``only``; about the member where it is an item."""
    if each.relation is None:
        return
    found = each.relation.members(occasion.facts)
    for facts in () if isinstance(found, Absent) else found:
        if each.only is None or each.only.holds(facts) is True:
            member = Readable(facts, each.members_are, context.vocabulary)
            about = facts if isinstance(facts, ItemFacts) else None
            yield occasion.for_member(facts.subject.key, member, about)


def certain(occasion: Occasion, each: Each) -> bool:
    """Whether it can be said who the members are: not where some of them may have changed without our seeing it."""
    stale = isinstance(occasion.facts, ItemFacts | ConflictFacts) and occasion.facts.stale
    return not stale and each.relation is not None and not isinstance(each.relation.members(occasion.facts), Absent)


def owing(occasion: Occasion, action: CommentAction, context: PlanningContext) -> Occasion | None:
    """The occasion with one line per person and item without an update; None where nobody owes one."""
    facts, each = occasion.facts, action.each
    if not isinstance(facts, ProgramFacts) or each is None:
        return None
    since, until = window(occasion, action.window or "since_last_slot", context)
    pairs = missing_updates(facts, since, until, each.only.holds if each.only else None)
    if not pairs:
        return None
    locale = context.locale_of(context.home_of(facts))
    lines = [action.text.render(occasion.for_member(pair.key, _named(pair)).names, locale) for pair in pairs]
    people = {pair.person.key: pair.person for pair in pairs}
    return occasion.saying("\n".join(lines), tuple(people[key] for key in sorted(people)))


def _named(pair: MissingUpdate) -> dict[str, str]:
    item = pair.item.item
    return {"person": pair.person.key, "key": item.source.key, "title": WITHHELD if item.confidential else item.title}


def window(occasion: Occasion, name: str, context: PlanningContext) -> tuple[datetime, datetime]:
    """From when to when an update counts: since the previous slot, or since midnight; up to the slot itself."""
    until = occasion.finding.due
    calendar = context.view.office.calendar
    if name == "today" or not isinstance(occasion.rule.trigger, CompiledSchedule):
        local = until.astimezone(calendar.zone)
        return local.replace(hour=0, minute=0, second=0, microsecond=0), until
    return since_last_slot(occasion.rule.trigger.schedule, calendar, until)


def since_last_slot(schedule: Schedule, calendar: WorkingCalendar, until: datetime) -> tuple[datetime, datetime]:
    """From the slot before ``until`` to ``until`` itself."""
    slots = schedule.slots(calendar, until - LONGEST_CYCLE, until - timedelta(minutes=1))
    return (slots[-1].at if slots else until - LONGEST_CYCLE), until
