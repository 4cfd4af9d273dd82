"""Changing an issue, with everything that follows: activity notes, resource events, and when ``updated_at`` moves.

``updated_at`` is the treacherous part. A changed attribute (title, description, state, due date, milestone,
confidentiality) moves it, and so does any update by somebody other than the last updater. Everything else (labels,
assignee, notes, links) only *touches* the issue, and a touch within a minute of the last move does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from collab_sync.sandbox.gitlab.hooks.calls import News
from collab_sync.sandbox.gitlab.state import (
    REPORTER,
    Instance,
    Issue,
    Label,
    LabelEvent,
    MilestoneEvent,
    Note,
    Project,
    StateEvent,
    User,
)

TOUCH_INTERVAL = timedelta(minutes=1)
"""A touch moves updated_at only if it lies further back than this."""

NEW_LABEL_COLOR = "#6699cc"
LONGEST_LABEL = 255
"""Characters of a label's name."""

_REFERENCE = re.compile(r"(?<![\w/&])(?:([\w.-]+(?:/[\w.-]+)+))?#(\d+)\b")


@dataclass(slots=True)
class IssueEdit:
    """One update of one issue by one person. Call what changes, then ``finish`` once."""

    instance: Instance
    project: Project
    issue: Issue
    user: User
    now: datetime
    _changed: bool = field(default=False, init=False)
    _touched: bool = field(default=False, init=False)
    _turn: str = field(default="", init=False)

    def title(self, text: str) -> None:
        """Sets the title."""
        if text != self.issue.title:
            self.activity(f"changed title from **{{-{self.issue.title}-}}** to **{{+{text}+}}**")
            self.issue.title = text
            self._changed = True

    def description(self, text: str | None) -> None:
        """Sets the description and leaves a mention with every issue it names."""
        if (text or None) != (self.issue.description or None):
            self.issue.description = text
            self.activity("changed the description")
            self.mention(text or "")
            self._changed = True

    def due(self, day: date | None) -> None:
        """Sets or removes the due date."""
        if day != self.issue.due_date:
            self.issue.due_date = day
            self.activity(f"changed due date to {day:%B} {day.day}, {day.year}" if day else "removed due date")
            self._changed = True

    def state(self, event: str) -> bool:
        """``close`` or ``reopen``; False if the issue is there already."""
        state = {"close": "closed", "reopen": "opened"}[event]
        if self.issue.state == state:
            return False
        closing = state == "closed"
        self.issue.state = state
        self.issue.closed_at = self.now if closing else None
        self.issue.closed_by_id = self.user.id if closing else None
        word = "closed" if closing else "reopened"
        number = self.instance.new_id("state_event")
        self.issue.state_events.append(StateEvent(id=number, user_id=self.user.id, created_at=self.now, state=word))
        self._changed, self._turn = True, event
        return True

    def milestone(self, milestone_id: int | None) -> None:
        """Sets the milestone; an unknown id silently clears it."""
        wanted = self.project.milestone(milestone_id)
        before = self.issue.milestone_id
        after = wanted.id if wanted else None
        if before == after:
            return
        self.issue.milestone_id = after
        for number, action in ((before, "remove"), (after, "add")):
            if number is not None:
                self._milestone_event(number, action)
        self._changed = True

    def confidential(self, wanted: bool) -> None:
        """Hides or shows the issue."""
        if wanted != self.issue.confidential:
            self.issue.confidential = wanted
            self.activity("made the issue confidential" if wanted else "made the issue visible to everyone")
            self._changed = True

    def lock(self, wanted: bool) -> None:
        """Locks or unlocks the discussion."""
        if wanted != bool(self.issue.discussion_locked):
            self.issue.discussion_locked = wanted
            self.activity("locked this issue" if wanted else "unlocked this issue")
            self._changed = True

    def assign(self, user_ids: Iterable[int]) -> None:
        """Keeps those that are members, without Premium only the first; nobody for an empty list or id 0."""
        members = dict.fromkeys(number for number in user_ids if self._is_member(number))
        wanted = list(members) if self.instance.settings.premium else list(members)[:1]
        before = self.issue.assignee_ids
        if set(wanted) == set(before):
            return
        self.issue.assignee_ids = wanted
        come = [number for number in wanted if number not in before]
        gone = [number for number in before if number not in wanted]
        parts = [f"assigned to {self._named(come)}"] if come else []
        parts += [f"unassigned {self._named(gone)}"] if gone else []
        self.activity(" and ".join(parts))
        self._touched = True

    def labels(self, wanted: Iterable[int]) -> None:
        """Replaces the labels, with an event for each that comes or goes. With Premium the last of those that share a
        scope ("a::x", "a::y") takes the place of the others."""
        before, after = list(self.issue.label_ids), list(dict.fromkeys(wanted))
        if self.instance.settings.premium:
            after = self._exclusive(after)
        self.issue.label_ids = after
        self._touched = self._touched or set(before) != set(after)
        for number in after:
            if number not in before:
                self._label_event(number, "add")
        for number in before:
            if number not in after:
                self._label_event(number, "remove")

    def weight(self, wanted: int | None) -> None:
        """Sets or removes the weight; it exists with Premium only."""
        if self.instance.settings.premium and wanted != self.issue.weight:
            self.issue.weight = wanted
            self._changed = True

    def relocate(self, target: Project) -> Issue:
        """Moves the issue to another project: a new issue there, with another id and number but the old creation date
        and copies of all notes; the old one stays behind, closed, and knows the new one's id. Links go along, labels
        and milestone where the target has them by the same name."""
        moved = self._copied_to(target)
        target.add(moved, bot=self.user.bot)
        arrival = IssueEdit(self.instance, target, moved, self.user, self.now)
        arrival.activity(f"moved from {reference(self.project, self.issue, seen_from=target)}")
        arrival.announce("open")
        self.activity(f"moved to {reference(target, moved, seen_from=self.project)}")
        for link in self.instance.links:
            link.source_id = moved.id if link.source_id == self.issue.id else link.source_id
            link.target_id = moved.id if link.target_id == self.issue.id else link.target_id
        self.issue.moved_to_id = moved.id
        self.state("close")
        self._changed = True
        self.finish()
        return moved

    def comment(self, body: str, *, confidential: bool = False, at: datetime | None = None) -> Note:
        """Adds a comment; it touches the issue and mentions every issue it names."""
        note = self._note(body, at or self.now, system=False)
        note.confidential = confidential
        self.touch()
        self.mention(body)
        self.announce_comment(note)
        return note

    def announce(self, action: str) -> None:
        """Web hooks learn of the issue: open, update, close, reopen."""
        self._news().changed(action)

    def announce_comment(self, note: Note) -> None:
        """Web hooks learn of a comment that is new or reads otherwise now."""
        self._news().commented(note)

    def _news(self) -> News:
        return News(self.instance, self.project, self.issue, self.user, self.now)

    def activity(self, body: str) -> None:
        """Adds a line of activity."""
        self._note(body, self.now, system=True)

    def mention(self, text: str) -> None:
        """Leaves "mentioned in issue …" once with every issue that ``text`` names."""
        for path, number in dict.fromkeys(_REFERENCE.findall(text)):
            project = self.instance.project(path) if path else self.project
            target = project.issues.get(int(number)) if project else None
            if project is None or target is None or target is self.issue:
                continue
            body = f"mentioned in issue {reference(self.project, self.issue, seen_from=project)}"
            if any(note.system and note.body == body for note in target.notes):
                continue
            other = IssueEdit(self.instance, project, target, self.user, self.now)
            other.activity(body)
            other.touch()

    def touch(self) -> None:
        """Moves updated_at unless it moved within the last minute."""
        if self.now - self.issue.updated_at > TOUCH_INTERVAL:
            self.issue.updated_at = self.now

    def finish(self) -> None:
        """Ends the update: decides whether updated_at moves."""
        other_hand = self.issue.updated_by_id != self.user.id
        self.issue.updated_by_id = self.user.id
        if self._changed or other_hand:
            self.issue.updated_at = self.now
        elif self._touched:
            self.touch()
        if self._changed or self._touched:
            self.announce(self._turn or "update")

    def _note(self, body: str, at: datetime, *, system: bool) -> Note:
        number = self.instance.new_id("note")
        note = Note(id=number, author_id=self.user.id, body=body, created_at=at, updated_at=at, system=system)
        self.issue.notes.append(note)
        return note

    def _label_event(self, label_id: int, action: str) -> None:
        label = self.project.label(label_id)
        self.issue.label_events.append(
            LabelEvent(
                id=self.instance.new_id("label_event"),
                user_id=self.user.id,
                created_at=self.now,
                label_id=label_id,
                label_name=label.name if label else "",
                action=action,
            )
        )

    def _milestone_event(self, milestone_id: int, action: str) -> None:
        self.issue.milestone_events.append(
            MilestoneEvent(
                id=self.instance.new_id("milestone_event"),
                user_id=self.user.id,
                created_at=self.now,
                milestone_id=milestone_id,
                action=action,
                state=self.issue.state,
            )
        )

    def _copied_to(self, target: Project) -> Issue:
        labels = (target.label_named(name) for name in self.project.label_names(self.issue))
        milestone = self.project.milestone(self.issue.milestone_id)
        there = (each.id for each in target.milestones if milestone and each.title == milestone.title)
        return replace(
            self.issue,
            id=self.instance.new_id("issue"),
            iid=target.new_number(bot=self.user.bot),
            updated_at=self.now,
            label_ids=[label.id for label in labels if label is not None],
            milestone_id=next(there, None),
            updated_by_id=None,
            moved_to_id=None,
            numbered_here=True,
            notes=[replace(note, id=self.instance.new_id("note")) for note in self.issue.notes],
            label_events=[],
            state_events=[],
            milestone_events=[],
        )

    def _exclusive(self, label_ids: list[int]) -> list[int]:
        last: dict[str, int] = {}
        for number in label_ids:
            label = self.project.label(number)
            scope = label.name.rpartition("::")[0] if label else ""
            last[scope or f"\0{number}"] = number
        return [number for number in label_ids if number in last.values()]

    def _named(self, user_ids: list[int]) -> str:
        names = [f"@{self.instance.user(number).username}" for number in user_ids]
        return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])}, and {names[-1]}"

    def _is_member(self, user_id: int) -> bool:
        user = next((user for user in self.instance.users if user.id == user_id), None)
        return self.project.level_of(user) > 0


def label_ids(edit: IssueEdit, names: Iterable[str]) -> list[int]:
    """Ids for label names. Reporters create unknown ones on the way; for anybody less they are silently dropped."""
    may_create = edit.project.level_of(edit.user) >= REPORTER
    found = []
    for name in names:
        label = edit.project.label_named(name)
        if label is None and may_create and len(name) <= LONGEST_LABEL:
            label = Label(id=edit.instance.new_id("label"), name=name, color=NEW_LABEL_COLOR)
            edit.project.labels.append(label)
        if label is not None:
            found.append(label.id)
    return found


def reference(project: Project, issue: Issue, *, seen_from: Project) -> str:
    """``#4`` inside the project, ``rd/x1-firmware#4`` from another one."""
    return f"#{issue.iid}" if project.id == seen_from.id else f"{project.path}#{issue.iid}"
