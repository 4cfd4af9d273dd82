"""What became of the acceptance of an item: the newest 【验收结论】 of each department, the worst of which counts."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.carriers import values
from collab_sync.model.work_item import Entry

RESULTS: tuple[str, ...] = ("未通过", "部分通过", "通过")
"""The only conclusions there are, the worst first."""

CONCLUSION = "验收结论"
REQUEST = "验收申请"

_SAID_AS: Mapping[str, str] = {"不通过": "未通过", "不合格": "未通过", "合格": "通过", "验收通过": "通过"}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """``result`` is the worst of all departments; score, opinion and the date for rework belong to it (None: not
    said). ``at``: the newest conclusion of any department."""

    result: str
    at: datetime
    score: Decimal | None = None
    opinion: str | None = None
    rework_by: date | None = None


def acceptance(facts: ItemFacts) -> Acceptance | None:
    """The conclusion as it stands, None while there is none."""
    newest = conclusions(facts)
    if not newest:
        return None
    worst = min((result(entry) for entry in newest.values()), key=RESULTS.index)
    decisive = [entry for entry in newest.values() if result(entry) == worst]
    decisive.sort(key=lambda entry: (entry.at, entry.id), reverse=True)
    return Acceptance(
        result=worst,
        at=max(entry.at for entry in newest.values()),
        score=next((found for entry in decisive if (found := values.number(entry.data.get("评分", "")))), None),
        opinion=next((text for entry in decisive if (text := entry.data.get("意见") or entry.text)), None),
        rework_by=next((day for entry in decisive if (day := _rework_by(facts, entry))), None),
    )


def conclusions(facts: ItemFacts) -> Mapping[str, Entry]:
    """The newest counting conclusion of each department, by its name; without 部门 it is the item's own department.

    An entry whose 结果 is none of ``RESULTS`` concludes nothing."""
    return {_department(facts, entry): entry for entry in facts.entries(CONCLUSION) if result(entry) in RESULTS}


def resubmitted(facts: ItemFacts) -> bool:
    """Whether a 【验收申请】 is newer than the newest 【验收结论】."""
    requests = facts.entries(REQUEST)
    concluded = [entry.at for entry in conclusions(facts).values()]
    return bool(requests) and (not concluded or requests[-1].at > max(concluded))


def result(entry: Entry) -> str:
    """结果 of an entry as people mean it: without a full stop at the end; of a conclusion one of ``RESULTS`` where it
    says the same in other words (不通过). Empty if it says nothing."""
    said = unicodedata.normalize("NFKC", entry.data.get("结果", "")).strip(" \n。.!")
    return _SAID_AS.get(said, said) if entry.kind == CONCLUSION else said


def _department(facts: ItemFacts, entry: Entry) -> str:
    said = entry.data.get("部门", "").strip()
    if not said:
        return facts.department.name if facts.department else ""
    known = facts.around.organisation.department(said)
    return known.name if known else said


def _rework_by(facts: ItemFacts, entry: Entry) -> date | None:
    return values.day(entry.data.get("整改时限", ""), facts.calendar.local_date(entry.at))
