"""What is shared: the list, what is asked for, what is short, what was moved, how conflicts were settled."""

from __future__ import annotations

from collab_sync.summaries.sections.resources import costs, inventory, moves, requests, results, short, talents
from collab_sync.summaries.sheet import Section

SECTIONS: tuple[Section, ...] = (
    inventory.SECTION,
    talents.SECTION,
    requests.SECTION,
    short.SECTION,
    moves.SECTION,
    results.SECTION,
    costs.SECTION,
)
