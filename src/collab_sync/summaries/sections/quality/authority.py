"""Restricted words of people who may not say them."""

from __future__ import annotations

from collab_sync.analysis.authority import RESTRICTED, voices
from collab_sync.model.document import Block, BulletList, Text
from collab_sync.model.work_item import Entry
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sheet import Section, heading, sentence


def authority(scope: SectionScope) -> tuple[Block, ...]:
    """Restricted words of people who may not say them: visible in the tracker, without effect."""
    found = tuple(
        (
            *line.ref(),
            _without_effect(scope, entry),
        )
        for line in scope.lines
        for entry in line.facts.item.entries
        if entry.kind in RESTRICTED and entry.at <= scope.now and not line.facts.authorized(entry)
    )
    title = heading(scope, "权限核对")
    return (title, BulletList(found)) if found else (title, sentence(scope, "没有越权提交的审批、验收或会签。"))


def _without_effect(scope: SectionScope, entry: Entry) -> Text:
    said = scope.say(
        " 【{kind}】由 {person} 于 {at} 提交,未生效;须由{voices}提交。",
        kind=scope.words.term(entry.kind),
        person=scope.person(entry.by),
        at=scope.moment(entry.at),
        voices=scope.words.joined(map(scope.words.term, voices(entry.kind))),
    )
    return Text(said)


SECTION = Section("权限核对", authority, serves=("S3-92", "S1-40"))
