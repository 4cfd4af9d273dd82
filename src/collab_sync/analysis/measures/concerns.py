"""What an item has to do with, apart from its links: under these topics it is found without looking at any other.

Topics are kept by the store with every item, so that a question about one programme or one resource costs what it
finds, however many there are.
"""

from __future__ import annotations

from collab_sync.analysis.measures.triggers import watched
from collab_sync.analysis.sharing.conflicts import REQUEST_TYPE
from collab_sync.analysis.subject_facts import PROGRAM_TYPE
from collab_sync.model.work_item import WorkItem


def programme(code: str) -> str:
    """The topic of the issue that is the programme with this code."""
    return f"code:{code}"


def request(resource: str) -> str:
    """The topic of requests that name a resource so (its key or its name)."""
    return f"resource:{resource}"


def watch(name: str) -> str:
    """The topic of items that watch what is called so (a key or an address)."""
    return f"watch:{name}"


def concerns(item: WorkItem) -> frozenset[str]:
    """All topics of an item; most have none."""
    found = {watch(name) for name in watched(item)}
    if item.type == PROGRAM_TYPE and (code := item.fields.get("代号")):
        found.add(programme(code))
    if item.type == REQUEST_TYPE and item.resource:
        found.add(request(item.resource))
    return frozenset(found)
