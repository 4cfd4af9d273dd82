"""How the mechanism itself did: which rules were used, what escalating brought, whether the data became better, which
rules held. Facts only: what follows from them is for people to say."""

from __future__ import annotations

from collab_sync.summaries.sections.mechanism import completeness, escalations, usage, versions
from collab_sync.summaries.sheet import Section

SECTIONS: tuple[Section, ...] = (
    usage.SECTION,
    escalations.SECTION,
    completeness.SECTION,
    versions.SECTION,
)
