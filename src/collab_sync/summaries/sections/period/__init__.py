"""What a period brought, for somebody in a hurry: the state in a sentence, what waits for a decision, what is late, who
is silent, how far the work is, how often people were disturbed."""

from __future__ import annotations

from collab_sync.summaries.sections.period import (
    attention,
    burn_up,
    freshness,
    headline,
    noise,
    settlements,
    silence,
)
from collab_sync.summaries.sheet import Section

SECTIONS: tuple[Section, ...] = (
    freshness.SECTION,
    headline.SECTION,
    settlements.SECTION,
    attention.SECTION,
    silence.SECTION,
    burn_up.SECTION,
    noise.SECTION,
)
