"""What stays: lessons, published documents, what must be kept until when."""

from __future__ import annotations

from collab_sync.summaries.sections.archive import cases, document, kept
from collab_sync.summaries.sheet import Section

SECTIONS: tuple[Section, ...] = (
    cases.SECTION,
    kept.SECTION,
    document.SECTION,
)
