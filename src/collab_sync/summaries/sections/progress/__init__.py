"""How far things are: the tracking table, dates planned and real."""

from __future__ import annotations

from collab_sync.summaries.sections.progress import schedule, tracking
from collab_sync.summaries.sheet import Section

SECTIONS: tuple[Section, ...] = (
    tracking.SECTION,
    schedule.SECTION,
)
