"""The way to all other pages."""

from __future__ import annotations

from collab_sync.summaries.sections.landing import contents
from collab_sync.summaries.sheet import Section

SECTIONS: tuple[Section, ...] = (contents.SECTION,)
