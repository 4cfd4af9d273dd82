"""The plan over time, and what several pages say of an item at a glance."""

from __future__ import annotations

from collab_sync.summaries.sections.overview import gantt
from collab_sync.summaries.sheet import Section

SECTIONS: tuple[Section, ...] = (gantt.SECTION,)
