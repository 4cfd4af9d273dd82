"""What may go wrong: the register, and what people flagged."""

from __future__ import annotations

from collab_sync.summaries.sections.risks import flagged, register
from collab_sync.summaries.sheet import Section

SECTIONS: tuple[Section, ...] = (
    register.SECTION,
    flagged.SECTION,
)
