"""The daily digest: what could wait, one comment on the desk, one paragraph per person."""

from __future__ import annotations

from itertools import groupby

import msgspec

from collab_sync.model.document import Block, BulletList, Document, Inline, Paragraph, Reference, Strong, Text
from collab_sync.planner.context import PlanningContext
from collab_sync.planner.desks.comment_desk import CommentDesk
from collab_sync.planner.desks.comments import quiet_line
from collab_sync.planner.desks.mentions import name_inline
from collab_sync.planner.occasion import Occasion
from collab_sync.planner.plan import DigestClosing
from collab_sync.ports.store import DigestEntry


class DigestDesk:
    """Sends what has gathered since the last digest."""

    def __init__(self, context: PlanningContext, comments: CommentDesk) -> None:
        self._context = context
        self._comments = comments
        self.closed: list[DigestClosing] = []

    def send(self, occasion: Occasion) -> None:
        """Posts the open entries dated before the slot; nothing where there are none."""
        before = occasion.finding.due
        entries = self._context.memory.open_digest(before)
        # Entries come only from what was sent: where a pilot runs, its digest goes out whatever holds elsewhere.
        if not entries or occasion.rule.mode != "live":
            return
        place = self._comments.desk()
        people = tuple(dict.fromkeys(entry.person for entry in entries))
        key = occasion.key("digest")
        said = f"{len(people)} 人 {len(entries)} 条"
        line = occasion.line(self._context.now, place.name, place.project, "digest", said)
        log = msgspec.structs.replace(line, mention=people)
        document = self._document(entries, occasion, place.connection)
        self._comments.post(place, document, key, occasion, (log,), sent=True)
        self.closed.append(DigestClosing(before, key))

    def _document(self, entries: tuple[DigestEntry, ...], occasion: Occasion, connection: str) -> Document:
        blocks: list[Block] = [Paragraph((Strong(f"个人摘要 {occasion.day.isoformat()}"),))]
        known = self._context.view.organisation.person_by_key
        for key, own in groupby(entries, key=lambda entry: entry.person):
            account = known[key].account(connection) if key in known else None
            blocks.append(Paragraph((name_inline(key, account, connection),)))
            blocks.append(BulletList(tuple(self._line(entry) for entry in own)))
        blocks.append(quiet_line((occasion.rule.title,), ""))
        return Document(tuple(blocks))

    def _line(self, entry: DigestEntry) -> tuple[Inline, ...]:
        item: Inline = Reference(entry.item, entry.url) if entry.url else Text(entry.item)
        return (item, Text(f" {entry.text}"))
