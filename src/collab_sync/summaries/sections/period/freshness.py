"""Which sources this page could not hear of; nothing while all of them were heard."""

from __future__ import annotations

from collab_sync.model.document import Block, Paragraph, Strong, Text
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sheet import Section


def freshness(scope: SectionScope) -> tuple[Block, ...]:
    """The sources whose last changes are not on this page, first thing to be seen."""
    if not scope.request.stale:
        return ()
    sources = scope.words.joined(scope.request.stale)
    said = scope.say("以下来源未能按时同步:{sources}。本页缺少它们最近的变化,数字可能偏旧。", sources=sources)
    return (Paragraph((Strong(scope.say("注意")), Text(" "), Text(said))),)


SECTION = Section("同步情况", freshness)
