"""Reviews of documents: opinions that ask for a revision, and the signatures of the departments' leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.measures.acceptance import result
from collab_sync.carriers import values
from collab_sync.model.organisation import Department
from collab_sync.model.work_item import Entry

ANSWERED_BY: Mapping[str, str] = {"审核意见": "修订"}
"""Kinds of entry that stay open until an entry of another kind follows."""

SIGNATURE = "会签"
AGREED = "同意"
DEPARTMENTS_TO_SIGN = "会签部门"

_NO = frozenset({"否", "无", "不", "不需要", "不需修订", "无需", "无需修订", "false", "no", "n", "0"})


def open_entries(facts: ItemFacts, kind: str) -> tuple[Entry, ...]:
    """Opinions with 需修订 that no 【修订】 has followed, oldest first. ``kind`` is a key of ``ANSWERED_BY``."""
    answers = facts.entries(ANSWERED_BY[kind])
    since = answers[-1].at if answers else None
    asking = (entry for entry in facts.entries(kind) if _asks(entry))
    return tuple(entry for entry in asking if since is None or entry.at >= since)


def signatures_missing(facts: ItemFacts) -> tuple[str, ...] | None:
    """Names of 会签部门 that have not agreed since the newest 【修订】; None if the document names none.

    For a department its lead or the lead's delegate signs, and the newest signature counts. A department that nobody
    knows, or that has no lead, cannot have signed."""
    names = values.names(facts.item.fields.get(DEPARTMENTS_TO_SIGN, ""))
    if not names:
        return None
    revisions = facts.entries(ANSWERED_BY["审核意见"])
    since = revisions[-1].at if revisions else None
    known = [(name, facts.around.organisation.department(name)) for name in names]
    return tuple(name for name, department in known if not _signed(facts, department, since))


def _asks(entry: Entry) -> bool:
    said = entry.data.get("需修订", "").strip().casefold().rstrip("。.")
    return bool(said) and said not in _NO


def _signed(facts: ItemFacts, department: Department | None, since: datetime | None) -> bool:
    if department is None or department.lead is None:
        return False
    theirs = [
        entry
        for entry in facts.entries(SIGNATURE)
        if (since is None or entry.at > since) and _signs_for(facts, department.lead, entry)
    ]
    return bool(theirs) and result(theirs[-1]) == AGREED


def _signs_for(facts: ItemFacts, lead: str, entry: Entry) -> bool:
    organisation = facts.around.organisation
    author, holder = organisation.person(entry.by), organisation.person_by_key.get(lead)
    if author is None or holder is None:
        return False
    return author == holder or author in facts.standing_in(holder, facts.calendar.local_date(entry.at))
