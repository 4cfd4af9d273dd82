"""What is wrong with the data itself: gaps, unknown names, words without authority, dates nobody can vouch for."""

from __future__ import annotations

from collab_sync.summaries.sections.quality import authority, doubts
from collab_sync.summaries.sheet import Section

SECTIONS: tuple[Section, ...] = (
    doubts.SECTION,
    authority.SECTION,
)
