"""Comments of a run: its own are deleted; in those that others wrote in too, its passages give way to what was there
before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from collab_sync.model import marker
from collab_sync.model.action import CommentWrite, RetractWrite, Target
from collab_sync.model.document import Document, Quiet, Text
from collab_sync.model.identity import SourceRef, id_of
from collab_sync.model.marker import Marker
from collab_sync.planner.context import DESK_KEY
from collab_sync.planner.desks.comments import (
    ANEW,
    STICKY,
    Passage,
    Sticky,
    content_hash,
    passages,
    stored,
    unaddressed,
)
from collab_sync.planner.undo.past import GONE, Desk, mark_of
from collab_sync.ports.store import ManagedTrace, OutboxRow

MOVED = "moved:"
RETRACTED = "retracted:"
"""Key of the marker in what stays of a comment that could not be deleted."""

_NOT_THERE = "评论现在不在:已被删除,或还在路上"
_LATER = "后来的运行已更新这条评论"


def take_back_comments(desk: Desk, rows: Sequence[OutboxRow]) -> None:
    """``rows``: all rows of the run that post or edit one comment; for a sticky one also the pointer to it."""
    last = rows[-1]
    write = _comment(last)
    ref = desk.past.ref(write.target)
    if ref is None:
        desk.leave(write.target.name, GONE)
        return
    key = mark_of(write.marker).key
    if not key.startswith(STICKY):
        _post(desk, last, ref)
        return
    trace = desk.past.trace(ref, key)
    if trace is None or not trace.remote_id:
        desk.leave(ref.key, _NOT_THERE)
    elif trace.state or mark_of(write.marker).state:
        _Passages(desk, rows, ref, trace).take_back()
    else:
        _whole(desk, rows, ref, trace)


def comment_of(desk: Desk, row: OutboxRow) -> str:
    """Names the comment that a row is about: rows of one comment are taken back together."""
    write = _comment(row)
    key = mark_of(write.marker).key
    if key.startswith(MOVED):
        key = STICKY + key.removeprefix(MOVED)
    return f"{desk.past.place(write.target)}|{key if key.startswith(STICKY) else row.planned.key}"


def _post(desk: Desk, row: OutboxRow, ref: SourceRef) -> None:
    posted = row.receipt.remote_id if row.receipt else ""
    if posted:
        _retract(desk, row, ref, posted)
    else:
        desk.leave(ref.key, _NOT_THERE)


def _whole(desk: Desk, rows: Sequence[OutboxRow], ref: SourceRef, trace: ManagedTrace) -> None:
    """A comment without passages (登记, 核对清单): the text before the run, or none. What the run said keeps counting
    as said: the trace keeps its hash."""
    before, last = _before(desk, rows[0], trace), rows[-1]
    if _after(desk, last, trace):
        desk.leave(ref.key, _LATER)
    elif before is not None:
        old = _comment(before)
        desk.write(
            last,
            CommentWrite(target=Target(ref=ref), document=old.document, marker=old.marker, comment_id=trace.remote_id),
            ref.project,
        )
    elif _comment(rows[0]).comment_id:
        desk.leave(ref.key, "评论此前的文字已不可考,保留现在的")
    else:
        _retract(desk, last, ref, trace.remote_id)
        desk.traces.append(msgspec.structs.replace(trace, remote_id=""))


class _Passages:
    """A sticky comment in which every rule has a passage of its own."""

    def __init__(self, desk: Desk, rows: Sequence[OutboxRow], ref: SourceRef, trace: ManagedTrace) -> None:
        self.desk, self.ref, self.trace = desk, ref, trace
        self.rows = [row for row in rows if not mark_of(_comment(row).marker).key.startswith(MOVED)]
        self.pointers = [row for row in rows if row not in self.rows]
        before = _passages_before(desk, self.rows[0], trace)
        self.known = before is not None or not (_comment(self.rows[0]).comment_id or self.pointers)
        self.was = before or {}

    def take_back(self) -> None:
        now, said = passages(self.trace.state), _said(self.rows[-1])
        for rule in self._changed(said):
            current, ours = now.get(rule), said.get(rule)
            if current is not None and ours is not None and current.text != ours.text:
                self.desk.leave(self.ref.key, f"评论里规则 {rule} 的一段:后来的运行改写过")
                continue
            self._restore(now, rule)
        self._write(now)

    def _changed(self, said: Mapping[str, Passage]) -> list[str]:
        """The rules whose passages the run wrote: told by the text before it or, where that is lost, by its log."""
        if not self.known:
            return [rule for rule in said if any(line.rule == rule for row in self.rows for line in row.planned.lines)]
        return [rule for rule in said if _words(said.get(rule)) != _words(self.was.get(rule))]

    def _restore(self, now: dict[str, Passage], rule: str) -> None:
        if rule in self.was:
            now[rule] = unaddressed(self.was[rule])
        elif self.known:
            now.pop(rule, None)
        elif rule in now:
            now[rule] = msgspec.structs.replace(now[rule], resolved=self.desk.past.day, undone=True)
            self.desk.leave(self.ref.key, f"评论里规则 {rule} 的一段:此前的文字已不可考,划去,不恢复")

    def _write(self, now: dict[str, Passage]) -> None:
        before = passages(self.trace.state)
        if now == before:
            return
        last, place = self.rows[-1], self.trace.remote_id
        old = self._old_place(now)
        if old:
            _retract(self.desk, last, self.ref, place)
            self._edit(self.pointers[-1], now, old)
        elif now:
            self._edit(last, now, place)
        else:
            _retract(self.desk, last, self.ref, place)
            self._remember({}, "", "")

    def _old_place(self, now: Mapping[str, Passage]) -> str:
        """The comment that the run turned into a pointer to its own, if nobody but the run spoke in the new one."""
        posted = self.rows[-1].receipt
        if not self.pointers or not posted or not self.rows[-1].planned.key.endswith(ANEW):
            return ""
        alone = {rule: _words(one) for rule, one in now.items()} == {
            rule: _words(one) for rule, one in self.was.items()
        }
        return _comment(self.pointers[-1]).comment_id if alone and posted.remote_id == self.trace.remote_id else ""

    def _edit(self, row: OutboxRow, now: dict[str, Passage], comment_id: str) -> None:
        sticky = Sticky(
            key=self.trace.key.removeprefix(STICKY),
            connection=self.ref.connection,
            subject="" if mark_of(self._item_marker()).key == DESK_KEY else self.ref.key,
            locale=self.desk.past.locale_of(self.ref.project),
            passages={rule: unaddressed(passage) for rule, passage in now.items()},
        )
        document = sticky.document()
        digest = content_hash(document)
        write = CommentWrite(
            target=Target(ref=self.ref), document=document, marker=sticky.marker(digest), comment_id=comment_id
        )
        self.desk.write(row, write, self.ref.project)
        self._remember(sticky.passages, comment_id, digest)

    def _item_marker(self) -> str:
        return self.desk.past.items[id_of(self.ref)].item.marker or ""

    def _remember(self, now: Mapping[str, Passage], comment_id: str, digest: str) -> None:
        trace = msgspec.structs.replace(self.trace, remote_id=comment_id, hash=digest, state=stored(now))
        self.desk.traces.append(trace)


def _retract(desk: Desk, row: OutboxRow, ref: SourceRef, comment_id: str) -> None:
    words = f"本条由 {desk.past.when} 的运行发出,已撤回"
    if desk.past.locale_of(ref.project) == "en":
        words = f"Written by the run of {desk.past.when}, and taken back"
    left = marker.dumps(Marker(key=f"{RETRACTED}{comment_id}"))
    document = Document((Quiet((Text(words),)),))
    write = RetractWrite(target=Target(ref=ref), comment_id=comment_id, document=document, marker=left)
    desk.write(row, write, ref.project)


def _before(desk: Desk, first: OutboxRow, trace: ManagedTrace) -> OutboxRow | None:
    """The row that wrote this comment last before the run, and was not taken back; None if none is known."""
    rows = [row for row in _written_before(desk, first, trace) if row.planned.key not in desk.past.undone]
    return rows[-1] if rows and isinstance(rows[-1].planned.write, CommentWrite) else None


def _passages_before(desk: Desk, first: OutboxRow, trace: ManagedTrace) -> dict[str, Passage] | None:
    """What every rule said in this comment before the run, without what was taken back; None if nothing is known."""
    rows = _written_before(desk, first, trace)
    stands: dict[str, Passage] = {}
    shown: dict[str, Passage] = {}
    for row in rows:
        said = _said(row) if isinstance(row.planned.write, CommentWrite) else {}
        fresh = {rule: one for rule, one in said.items() if _words(one) != _words(shown.get(rule))}
        kept = {rule: one for rule, one in stands.items() if rule in said}
        stands = kept if row.planned.key in desk.past.undone else {**kept, **fresh}
        shown = said
    return stands if rows else None


def _written_before(desk: Desk, first: OutboxRow, trace: ManagedTrace) -> list[OutboxRow]:
    """The rows that wrote this comment before ``first``, from where it was last deleted by us."""
    found: list[OutboxRow] = []
    for row in desk.past.until(first):
        write = row.planned.write
        if not isinstance(write, CommentWrite | RetractWrite) or desk.past.place(write.target) != trace.item:
            continue
        if isinstance(write, RetractWrite):
            if found and _stands_in(found[-1]) == write.comment_id:
                found = [row]
        elif mark_of(write.marker).key == trace.key:
            found.append(row)
    return found


def _after(desk: Desk, last: OutboxRow, trace: ManagedTrace) -> bool:
    """Whether later runs wrote this comment, or are about to."""
    return any(
        isinstance(row.planned.write, CommentWrite)
        and mark_of(row.planned.write.marker).key == trace.key
        and desk.past.place(row.planned.write.target) == trace.item
        for row in desk.past.since(last)
    )


def _stands_in(row: OutboxRow) -> str:
    """The id of the comment that a row wrote."""
    write = row.planned.write
    assert isinstance(write, CommentWrite | RetractWrite), "sorted by kind before"
    return (row.receipt.remote_id if row.receipt else "") or write.comment_id


def _said(row: OutboxRow) -> dict[str, Passage]:
    return passages(mark_of(_comment(row).marker).state)


def _words(passage: Passage | None) -> tuple[str, str] | None:
    return (passage.text, passage.resolved) if passage else None


def _comment(row: OutboxRow) -> CommentWrite:
    assert isinstance(row.planned.write, CommentWrite), "sorted by kind before"
    return row.planned.write
