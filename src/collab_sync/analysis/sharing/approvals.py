"""Who has decided about a request for a resource, and whether the department may ask for it at all.

A decision is an authorised 【资源审批】. The owner's counts whatever it says (the request is dealt with); only an
agreement starts the clock of the leading group.
"""

from __future__ import annotations

from datetime import datetime

from collab_sync.analysis.authority import Voice
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.model.work_item import Entry

DECISION = "资源审批"
AGREED = "同意"
OWNER: Voice = "resource.owner"
GROUP: Voice = "role:领导小组"


def decided_by_owner(facts: ItemFacts) -> bool:
    """Whether the resource's owner, or who stands in, has decided."""
    return bool(_decisions(facts, OWNER))


def owner_decided_at(facts: ItemFacts) -> datetime | None:
    """Since when the owner agrees; None while nothing is decided and after a later refusal."""
    since: datetime | None = None
    for entry in _decisions(facts, OWNER):
        if not _agrees(entry):
            since = None
        elif since is None:
            since = entry.at
    return since


def approved_by_group(facts: ItemFacts) -> bool:
    """Whether the leading group's newest word is an agreement."""
    decisions = _decisions(facts, GROUP)
    return bool(decisions) and _agrees(decisions[-1])


def restricted(facts: ItemFacts) -> bool | None:
    """Whether the resource is kept for other departments; None while the request's department is not known."""
    allowed = facts.resource.allowed_depts if facts.resource else ()
    if not allowed:
        return False
    return facts.department.key not in allowed if facts.department else None


def _decisions(facts: ItemFacts, voice: Voice) -> tuple[Entry, ...]:
    return tuple(entry for entry in facts.entries(DECISION) if facts.said_as(entry, voice))


def _agrees(entry: Entry) -> bool:
    return entry.data.get("结果", "") == AGREED
