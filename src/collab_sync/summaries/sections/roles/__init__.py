"""Who stands for what: role table, RACI, duties of departments, gaps and overlaps, everybody concerned."""

from __future__ import annotations

from collab_sync.summaries.sections.roles import duties, gaps, posts, raci, stakeholders
from collab_sync.summaries.sheet import Section

SECTIONS: tuple[Section, ...] = (
    posts.SECTION,
    raci.SECTION,
    duties.SECTION,
    gaps.SECTION,
    stakeholders.SECTION,
)
