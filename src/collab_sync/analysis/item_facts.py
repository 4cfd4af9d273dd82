"""One work item at one instant: identity resolved, authority settled, the due date that counts.

Everything here is lazy and computed once per look. Nothing is stored: departments are renamed, people go on leave and
entries are edited, so what a fact means is decided each time it is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property

from collab_sync.analysis.authority import AUTHORITY, Voice
from collab_sync.analysis.due_date import DueChange, DueHistory, due_history
from collab_sync.analysis.facts import UNKNOWN, Absent
from collab_sync.analysis.surroundings import Surroundings
from collab_sync.calendar import deadlines
from collab_sync.calendar.working_calendar import WorkingCalendar
from collab_sync.model import marker
from collab_sync.model.identity import PersonMention, SubjectKind, SubjectRef
from collab_sync.model.organisation import Department, Person
from collab_sync.model.resource import Resource
from collab_sync.model.work_item import ENTRIES, Entry, WorkItem

MAX_DELEGATIONS = 2
"""Longer chains mean that nobody is there: the manager or the office is asked instead."""


class ItemFacts:
    """A work item as rules and pages see it. ``entry`` is the entry behind the event being judged, if any."""

    def __init__(self, item: WorkItem, around: Surroundings, entry: Entry | None = None) -> None:
        self.item = item
        self.around = around
        self.entry = entry

    @property
    def subject(self) -> SubjectRef:
        return SubjectRef(SubjectKind.WORK_ITEM, self.item.id)

    @property
    def now(self) -> datetime:
        return self.around.now

    def with_entry(self, entry: Entry) -> ItemFacts:
        """The same item, judged because of ``entry``."""
        return ItemFacts(self.item, self.around, entry)

    @cached_property
    def name(self) -> str:
        """What rules and the log call the item: the tracker's key, or the creation key of an issue of ours, which
        stays the same wherever the issue is made or moved to."""
        mark = marker.loads(self.item.marker)
        return mark.key if mark else self.item.source.key

    # --- organisation ------------------------------------------------------------------------------------------
    @cached_property
    def department(self) -> Department | None:
        return self.around.organisation.department(self.item.dept)

    @cached_property
    def calendar(self) -> WorkingCalendar:
        return self.around.calendar(self.department.key if self.department else None)

    @cached_property
    def stale(self) -> bool:
        return self.around.stale(self.item.source.project) or ENTRIES in self.item.unreadable

    @cached_property
    def resource(self) -> Resource | None:
        return self.around.resource(self.item.resource)

    @cached_property
    def program_code(self) -> str | None:
        return self.item.program

    def role(self, letter: str) -> tuple[PersonMention, ...]:
        """People in a role as the tracker says, known to the organisation or not."""
        return self.item.roles.get(letter, ())

    def people(self, letter: str) -> tuple[Person, ...]:
        """Those in a role whom the organisation knows."""
        return self.known(self.role(letter))

    def known(self, mentions: Iterable[PersonMention]) -> tuple[Person, ...]:
        found = (self.around.organisation.person(mention) for mention in mentions)
        return tuple(person for person in found if person)

    @cached_property
    def reporter(self) -> Person | None:
        return self.around.organisation.person(self.item.reporter)

    @cached_property
    def generation(self) -> int:
        """0 for what people made, 1 or more for what a rule made."""
        mark = marker.loads(self.item.marker)
        return mark.generation if mark else 0

    # --- entries and authority ---------------------------------------------------------------------------------
    def entries(self, kind: str) -> tuple[Entry, ...]:
        """Entries of a kind that count, oldest first."""
        return self._counting.get(kind, ())

    @cached_property
    def _counting(self) -> dict[str, tuple[Entry, ...]]:
        counting: dict[str, tuple[Entry, ...]] = {}
        for entry in sorted(self.item.entries, key=lambda entry: (entry.at, entry.id)):
            if entry.at <= self.now and self.authorized(entry):
                counting[entry.kind] = (*counting.get(entry.kind, ()), entry)
        return counting

    def authorized(self, entry: Entry) -> bool:
        """Whether the entry's author may say this, as of its date; leave makes the delegate's word count."""
        author = self.around.organisation.person(entry.by)
        if author is None or author.bot:
            return False
        voices = AUTHORITY.get(entry.kind)
        return voices is None or any(self._speaks(author, voice, entry) for voice in voices)

    def said_as(self, entry: Entry, voice: Voice) -> bool:
        """Whether the entry's author speaks with this voice (or stands in for who does), as of its date."""
        author = self.around.organisation.person(entry.by)
        return author is not None and not author.bot and self._speaks(author, voice, entry)

    def _speaks(self, author: Person, voice: Voice, entry: Entry) -> bool:
        if voice == "dept.member":
            return bool(self.department) and author.dept == (self.department.key if self.department else None)
        day = self.calendar.local_date(entry.at)
        holders = self._holders(voice)
        if author in holders:
            return True
        doers = self.people("R") if voice in ("A", "resource.owner") else ()
        return author not in doers and any(author in self.standing_in(holder, day) for holder in holders)

    def _holders(self, voice: Voice) -> tuple[Person, ...]:  # noqa: C901, PLR0911  # one case per voice: a table
        organisation = self.around.organisation
        match voice:
            case "R" | "A":
                return self.people(voice)
            case "reporter":
                return (self.reporter,) if self.reporter else ()
            case "dept.member":
                return ()
            case "dept.lead":
                return self._persons(self.department.lead if self.department else None)
            case "dept.liaison":
                return self._persons(self.department.liaison if self.department else None)
            case "program.lead":
                return self._program_lead()
            case "chair":
                return self.people("R") or self._program_lead()
            case "resource.owner":
                return self._persons(self.resource.owner if self.resource else None)
            case "resource.dept.lead":
                owner = organisation.department(self.resource.dept) if self.resource else None
                return self._persons(owner.lead if owner else None)
            case "any.lead":
                return self._persons(*(department.lead for department in organisation.departments))
            case _:
                return organisation.members(voice.removeprefix("role:"))

    def _program_lead(self) -> tuple[Person, ...]:
        program = self.around.program(self.program_code)
        return (program.lead,) if program and program.lead else ()

    def _persons(self, *keys: str | None) -> tuple[Person, ...]:
        known = self.around.organisation.person_by_key
        return tuple(known[key] for key in keys if key and key in known)

    def standing_in(self, holder: Person, day: date) -> tuple[Person, ...]:
        """Delegates of somebody who is on leave that day, along a short chain."""
        chain: list[Person] = []
        person = holder
        for _ in range(MAX_DELEGATIONS):
            absence = person.absence_on(day)
            delegates = self._persons(absence.delegate) if absence else ()
            if not delegates:
                break
            person = delegates[0]
            chain.append(person)
        return tuple(chain)

    # --- time --------------------------------------------------------------------------------------------------
    @cached_property
    def due_history(self) -> DueHistory:
        changes = [
            DueChange(change.at, _day(change.old), _day(change.new))
            for change in sorted(self.item.changes, key=lambda change: change.at)
            if change.field == "due" and change.at <= self.now
        ]
        if changes and changes[-1].new != self.item.raw_due:
            changes.append(DueChange(self.item.updated_at, changes[-1].new, self.item.raw_due))
        approvals = [entry.at for entry in self.entries("延期审批") if entry.data.get("结果") == "同意"]
        return due_history(self.item.raw_due, changes, approvals, self.calendar)

    @property
    def due(self) -> date | None:
        return self.due_history.due if self.item.changes else self.item.raw_due

    @cached_property
    def late_days(self) -> int | None:
        """Working days after ``due`` whose opening has passed; frozen when done; None without a due date."""
        if self.due is None:
            return None
        return deadlines.late_days(self.due, self.item.done_at or self.now, self.calendar)

    @cached_property
    def due_in_wd(self) -> int | None:
        return None if self.due is None else deadlines.due_in_wd(self.due, self.now, self.calendar)

    def status_before(self, instant: datetime) -> str:
        """The status that held just before an instant, as far as the history tells."""
        later = [change for change in self.item.changes if change.field == "status" and change.at >= instant]
        earliest = min(later, key=lambda change: change.at, default=None)
        return earliest.old or self.item.status if earliest else self.item.status

    def latest_change(self) -> datetime:
        """When a fact of this item last changed, as far as the tracker tells; at least its creation."""
        dates = [change.at for change in self.item.changes]
        dates += [entry.edited_at or entry.at for entry in self.item.entries]
        return max([date for date in dates if date <= self.now], default=self.item.created_at)

    # --- progress ----------------------------------------------------------------------------------------------
    @cached_property
    def progress(self) -> tuple[str, datetime] | None:
        """The reported state and the instant it last took another value: the newest counting 【进度更新】 with 状态."""
        state: tuple[str, datetime] | None = None
        for entry in self.entries("进度更新"):
            value = entry.data.get("状态", "")
            if value and (state is None or state[0] != value):
                state = (value, entry.at)
        return state

    def absent(self, value: object) -> Absent | None:
        """UNKNOWN where absence may only mean that we could not look, None where absence can be concluded."""
        return UNKNOWN if self.stale and not value else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
