"""Until when something is kept."""

from __future__ import annotations

from collab_sync.summaries.scope import Line

KEEP = "保留至:"
"""Prefix of the label that says until which month something is kept."""


def kept_until(line: Line) -> str:
    """The latest month written on it."""
    months = [label.removeprefix(KEEP) for label in line.facts.item.labels if label.startswith(KEEP)]
    return max(months, default="")
