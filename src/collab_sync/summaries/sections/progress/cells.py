"""How a table names a task."""

from __future__ import annotations

from collab_sync.summaries.scope import Line


def task_id(line: Line) -> str:
    """The frozen number where there is one, with the key behind it."""
    number = line.text("task_id")
    return f"{number} ({line.key})" if number else line.key
