"""The English of pages, by the Chinese that sections say."""

from __future__ import annotations

from collections.abc import Mapping

MONTHS: tuple[str, ...] = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

SAID: Mapping[str, str] = {}
"""Sentences, headings and columns; ``{places}`` as in the Chinese."""

TERMS: Mapping[str, str] = {}
"""Words of the model."""
