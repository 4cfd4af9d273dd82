"""What the rules did: read off the write-back log and the journal, for the few pages that look back on it."""

from __future__ import annotations

from collab_sync.planner.context import PlanningContext
from collab_sync.summaries.past import Practice

VERSIONS = "version:"
"""Under ``version:‹instant›`` the journal remembers which version of the rules came into force then."""


def practice(context: PlanningContext, asked_by: str) -> Practice:
    """The whole log of what was written (not of what was only reported: nobody saw it), every rule in force, every
    version there was; ``asked_by``: the rule that wants the page.

    Read only where a page shows it: it costs as much as there is."""
    versions = sorted(context.memory.recorded(VERSIONS).values())
    rules = {rule.id: rule.title for rule in sorted(context.rules.values(), key=lambda rule: rule.order)}
    return Practice(context.memory.log_lines(reported=False), rules, tuple(versions), asked_by)
