"""What was decided and what became of it; meetings."""

from __future__ import annotations

from collab_sync.summaries.sections.decisions import agenda, follow_up, minutes
from collab_sync.summaries.sheet import Section

SECTIONS: tuple[Section, ...] = (
    follow_up.SECTION,
    minutes.SECTION,
    agenda.SECTION,
)
