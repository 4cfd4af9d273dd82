"""What a task takes, what it waits for, how long it lasts."""

from __future__ import annotations

from collab_sync.summaries.scope import Line


def resources(line: Line) -> str:
    return line.words.joined((line.facts.item.resource or "", line.field("所需资源")))


def dependencies(line: Line) -> str:
    """The items it waits for; a confidential one is not named."""
    return line.words.joined(
        line.scope.named(link.target) for link in line.facts.item.links if link.kind == "blocked_by"
    )


def span(line: Line) -> str:
    began = line.words.day(line.began)
    return (
        line.scope.say("{start} 至 {end}", start=began, end=line.due)
        if line.due
        else line.scope.say("{start} 起", start=began)
    )
