"""What one sees first: numbers in a sentence, lights, what needs attention, the plan over time."""

from __future__ import annotations

from collab_sync.summaries.sections.overview import curve, gantt, lights, summary
from collab_sync.summaries.sheet import Section

SECTIONS: tuple[Section, ...] = (
    summary.SECTION,
    lights.SECTION,
    gantt.SECTION,
    curve.SECTION,
)
