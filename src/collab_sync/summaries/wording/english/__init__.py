"""The English of pages, by the Chinese that sections say: a module for each topic of sections, merged here."""

from __future__ import annotations

from collections.abc import Mapping

from collab_sync.summaries.wording.english import columns, landing, mechanism, pages, period, terms
from collab_sync.summaries.wording.english.sections import (
    archive,
    decisions,
    evaluation,
    overview,
    program,
    progress,
    quality,
    resources,
    risks,
    roles,
    tasks,
)

MONTHS: tuple[str, ...] = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

PARTS: tuple[Mapping[str, str], ...] = (
    columns.SAID,
    pages.SAID,
    archive.SAID,
    decisions.SAID,
    evaluation.SAID,
    landing.SAID,
    mechanism.SAID,
    overview.SAID,
    period.SAID,
    program.SAID,
    progress.SAID,
    quality.SAID,
    resources.SAID,
    risks.SAID,
    roles.SAID,
    tasks.SAID,
)

SAID: Mapping[str, str] = {text: english for part in PARTS for text, english in part.items()}
"""Sentences, headings and columns; ``{places}`` as in the Chinese."""

TERMS: Mapping[str, str] = terms.TERMS
"""Words of the model."""
