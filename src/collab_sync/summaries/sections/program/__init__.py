"""A programme: what it is for, how it was applied for, its milestones, its flow; all programmes beside each other."""

from __future__ import annotations

from collab_sync.summaries.sections.program import application, basics, charter, flow, milestones, portfolio
from collab_sync.summaries.sheet import Section

SECTIONS: tuple[Section, ...] = (
    basics.SECTION,
    application.SECTION,
    charter.SECTION,
    milestones.SECTION,
    flow.SECTION,
    portfolio.SECTION,
)
