"""Which versions of the rules held in the period."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.model.document import Block
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet


@dataclass(frozen=True, slots=True)
class Version:
    """Rules that came into force. ``since``: when, as people read it."""

    since: str
    name: str


VERSIONS: Sheet[Version] = Sheet(
    "规则变更记录",
    (
        Column("生效时间", lambda version: version.since, ("S0-38",)),
        Column("规则版本", lambda version: version.name, ("S0-38",)),
    ),
    serves=("S0-38",),
    empty="本期规则没有变更。",
)


def versions(scope: SectionScope) -> tuple[Block, ...]:
    """Changes of rules, organisation and calendar in the period, oldest first."""
    begin, end = scope.period
    known = scope.request.practice.versions if scope.request.practice else ()
    return VERSIONS.blocks(scope, (Version(scope.moment(at), name) for at, name in known if begin <= at < end))


SECTION = Section("规则变更", versions, (VERSIONS,), serves=("S0-38",))
