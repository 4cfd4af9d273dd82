"""Who does what by when: the register, the assignment tables, the plan, what waits to be accepted."""

from __future__ import annotations

from collab_sync.summaries.sections.tasks import assignment, plan, register, share, waiting
from collab_sync.summaries.sheet import Section

SECTIONS: tuple[Section, ...] = (
    register.SECTION,
    assignment.SECTION,
    share.SECTION,
    plan.SECTION,
    waiting.SECTION,
)
