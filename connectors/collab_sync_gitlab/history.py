"""GitLab's system notes as dated changes.

Only notes that say what became of a model field are read: due date, assignees, title, description, state. The notes are
English sentences whatever the language of people; what is not recognised is left out, never guessed. Labels leave no
system note: their changes are seen by the mirror.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeAlias

from collab_sync.model.identity import Account
from collab_sync.model.work_item import Change
from collab_sync_gitlab.payloads import NotePart, User

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DUE = re.compile(r"changed due date to ([A-Z][a-z]+)\s+(\d{1,2}),\s+(\d{4})")
_NO_DUE = re.compile(r"\bremoved due date\b")
_ASSIGNED = re.compile(r"(?<!un)assigned to ((?:@[\w.-]+(?:,? and |, )?)+)")
_UNASSIGNED = re.compile(r"\bunassigned ((?:@[\w.-]+(?:,? and |, )?)+)")
_NAME = re.compile(r"@([\w.-]*[\w-])")
_TITLE = re.compile(r"^changed title from \*\*(.*)\*\* to \*\*(.*)\*\*$", re.DOTALL)
_DIFF_MARKS = re.compile(r"\{[-+]|[-+]\}")
_RELATION = re.compile(r"\b(?:relat(?:ed|ion)|blocking|blocked|blocks)\b", re.IGNORECASE)

Told: TypeAlias = tuple[str, str | None, str | None]
"""Field, old text, new text."""


def changes(notes: Iterable[NotePart], account: Callable[[User], Account]) -> tuple[Change, ...]:
    """What the system notes among ``notes`` tell, oldest first. A note names the new value only, so the old one is that
    of the note before; the first has None."""
    told: list[Change] = []
    last: dict[str, str | None] = {}
    for note in sorted(notes, key=lambda note: (note.created_at, note.id)):
        if not note.system:
            continue
        for field, old, new in _read(note.body, last):
            last[field] = new
            by = account(note.author) if note.author else None
            told.append(Change(field=field, at=note.created_at, old=old, new=new, by=by))
    return tuple(told)


def tells_of_relations(notes: Iterable[NotePart]) -> bool:
    """Whether some system note says that a link to another issue was made (or undone)."""
    return any(note.system and _RELATION.search(note.body) for note in notes)


def _read(body: str, last: dict[str, str | None]) -> list[Told]:
    told = [*_due(body, last), *_assignees(body, last), *_title(body)]
    if body.startswith("changed the description"):
        told.append(("body", None, None))
    state = _state(body)
    if state:
        told.append(("status", last.get("status", "closed" if state == "opened" else "opened"), state))
    return told


def _due(body: str, last: dict[str, str | None]) -> list[Told]:
    if _NO_DUE.search(body):
        return [("due", last.get("due"), None)]
    found = _DUE.search(body)
    day = _date(*found.groups()) if found else None
    return [("due", last.get("due"), day)] if day else []


def _assignees(body: str, last: dict[str, str | None]) -> list[Told]:
    added, removed = _ASSIGNED.search(body), _UNASSIGNED.search(body)
    if not added and not removed:
        return []
    before = (last.get("R") or "").split("、") if last.get("R") else []
    gone = _NAME.findall(removed.group(1)) if removed else []
    come = _NAME.findall(added.group(1)) if added else []
    after = [name for name in before if name not in gone]
    after += [name for name in come if name not in after]
    return [("R", "、".join(before or gone) or None, "、".join(after) or None)]


def _title(body: str) -> list[Told]:
    found = _TITLE.match(body)
    return [("title", _DIFF_MARKS.sub("", found[1]), _DIFF_MARKS.sub("", found[2]))] if found else []


def _state(body: str) -> str | None:
    """``closed`` (also ``closed via merge request !2``), ``reopened``."""
    if re.match(r"(?:status changed to )?closed\b", body):
        return "closed"
    return "opened" if re.match(r"(?:status changed to )?reopened\b", body) else None


def _date(month: str, day: str, year: str) -> str | None:
    try:
        return date(int(year), _MONTHS.index(month) + 1, int(day)).isoformat()
    except ValueError:
        return None
