"""What a task takes, what it waits for, how long it lasts."""

from __future__ import annotations

from collab_sync.summaries.scope import Line, joined


def resources(line: Line) -> str:
    return joined((line.facts.item.resource or "", line.field("所需资源")))


def dependencies(line: Line) -> str:
    """The items it waits for; a confidential one is not named."""
    return joined([line.scope.named(link.target) for link in line.facts.item.links if link.kind == "blocked_by"])


def span(line: Line) -> str:
    return f"{line.began.isoformat()} 至 {line.due}" if line.due else f"{line.began.isoformat()} 起"
