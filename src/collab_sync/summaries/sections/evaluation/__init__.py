"""How well it went: rates, durations, marks; by department, by programme. Numbers with what they were counted from.

Figures of single persons are never ranked and carry no score: a page names departments and teams.
"""

from __future__ import annotations

from collab_sync.summaries.sections.evaluation import awards, card, comparison, completion, durations, effect, ratings
from collab_sync.summaries.sheet import Section

SECTIONS: tuple[Section, ...] = (
    card.SECTION,
    completion.SECTION,
    durations.SECTION,
    ratings.SECTION,
    comparison.SECTION,
    effect.SECTION,
    awards.SECTION,
)
