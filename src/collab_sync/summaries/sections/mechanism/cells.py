"""What all of these sections read: the log without what concerns confidential items."""

from __future__ import annotations

from collab_sync.model.action import LogLine
from collab_sync.summaries.scope import SectionScope


def told(scope: SectionScope) -> tuple[LogLine, ...]:
    """The lines of the log, oldest first; confidential items are neither named nor counted."""
    lines = scope.request.practice.lines if scope.request.practice else ()
    secret = {target for target in dict.fromkeys(line.target for line in lines) if _confidential(scope, target)}
    return tuple(line for line in lines if line.target not in secret)


def _confidential(scope: SectionScope, target: str) -> bool:
    facts = scope.view.item_by_key(target) or scope.view.created(target)
    return facts is not None and facts.item.confidential
