"""What was accepted, by whom, with which marks."""

from __future__ import annotations

from collab_sync.summaries.sections.acceptance import feedback, pending
from collab_sync.summaries.sheet import Section

SECTIONS: tuple[Section, ...] = (
    feedback.SECTION,
    pending.SECTION,
)
