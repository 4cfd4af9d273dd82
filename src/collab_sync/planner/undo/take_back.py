"""What an undo of one run writes, and what it leaves: a pure decision over what is known of the past."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import assert_never

from collab_sync.model.action import (
    CommentWrite,
    CreateWrite,
    DescriptionWrite,
    LabelWrite,
    LinkWrite,
    RetractWrite,
    Target,
    TransitionWrite,
    UnlinkWrite,
)
from collab_sync.model.identity import id_of
from collab_sync.model.page import Page, View
from collab_sync.planner.undo.comments import comment_of, take_back_comments
from collab_sync.planner.undo.labels import take_back_labels
from collab_sync.planner.undo.past import GONE, Desk, Past, Undoing
from collab_sync.planner.undo.runs import Run
from collab_sync.ports.store import OutboxRow
from collab_sync.summaries.kinds import LANDING

Group = Callable[[Desk, Sequence[OutboxRow]], None]


def take_back(run: Run, past: Past) -> Undoing:
    """What takes the run back, latest first; what has been taken back before is left alone."""
    desk = Desk(run, past)
    groups: dict[str, tuple[Group, list[OutboxRow]]] = {}
    for row in run.done:
        name, group = _group(desk, row)
        groups.setdefault(name, (group, []))[1].append(row)
    before = 0
    for group, rows in sorted(groups.values(), key=lambda one: -one[1][-1].id):
        if any(row.planned.key in run.undone for row in rows):
            before += len(rows)
        else:
            _told(desk, rows)
            group(desk, rows)
    return Undoing(run, tuple(desk.writes), tuple(desk.left), tuple(desk.traces), tuple(desk.episodes.values()), before)


def _told(desk: Desk, rows: Sequence[OutboxRow]) -> None:
    """Whom the run has told, or will tell in a digest: nothing takes that back."""
    for line in (line for row in rows for line in row.planned.lines):
        for name in line.mention:
            desk.leave(line.target, f"已提醒 @{name},通知收不回")
        for name in line.digest:
            desk.leave(line.target, f"已记入 {name} 的摘要,不抽出")


def _group(desk: Desk, row: OutboxRow) -> tuple[str, Group]:
    """Which rows are taken back together, and how."""
    write = row.planned.write
    match write:
        case LabelWrite():
            return f"label|{desk.past.place(write.target)}", take_back_labels
        case CommentWrite():
            return f"comment|{comment_of(desk, row)}", take_back_comments
        case Page():
            return f"page|{write.key}", _page
        case LinkWrite():
            return row.planned.key, _link
        case _:
            return row.planned.key, _stays


def _page(desk: Desk, rows: Sequence[OutboxRow]) -> None:
    """The edition before the run, if we still have it."""
    last = rows[-1]
    assert isinstance(last.planned.write, Page), "sorted by kind before"
    key = last.planned.write.key
    if key.partition(":")[0] == LANDING:
        return  # it follows the others by itself
    before = [row for row in desk.past.until(rows[0]) if row.planned.key not in desk.past.undone and _of(row, key)]
    if any(_of(row, key) for row in desk.past.since(last)):
        desk.leave(f"page:{key}", "后来的运行已更新这个页面")
    elif before:
        desk.write(last, before[-1].planned.write, last.planned.project)
    else:
        desk.leave(f"page:{key}", f"页面此前没有旧版,留在 {last.planned.write.path};不需要时请在那里删除")


def _of(row: OutboxRow, key: str) -> bool:
    return isinstance(row.planned.write, Page) and row.planned.write.key == key


def _link(desk: Desk, rows: Sequence[OutboxRow]) -> None:
    """Only a link that we made: it was made for an issue of ours, or the tracker told us its number."""
    row = rows[-1]
    write = row.planned.write
    assert isinstance(write, LinkWrite), "sorted by kind before"
    source, target = desk.past.ref(write.source), desk.past.ref(write.target)
    if source is None or (target is None and not write.url):
        desk.leave(write.source.name, f"与 {write.title or write.target.name} 的关联:{GONE}")
        return
    ours = any(desk.past.items[id_of(ref)].item.marker for ref in (source, target) if ref)
    if not ours and not (row.receipt and row.receipt.remote_id):
        desk.leave(source.key, f"与 {write.title or write.target.name} 的关联:不能断定是我们建的")
        return
    end = Target(ref=target) if target else write.target
    desk.write(row, UnlinkWrite(source=Target(ref=source), kind=write.kind, target=end, url=write.url), source.project)


def _stays(desk: Desk, rows: Sequence[OutboxRow]) -> None:
    """What is not taken back, each with the reason and what people can do."""
    row = rows[-1]
    write = row.planned.write
    match write:
        case CreateWrite():
            made = row.receipt.ref.key if row.receipt and row.receipt.ref else write.project
            desk.leave(made, f"新建的事项《{write.title}》不删除;不需要时请在那里关闭")
        case TransitionWrite():
            desk.leave(write.target.name, f"状态已改为“{write.to}”,不改回:后来的工作可能以它为准")
        case DescriptionWrite():
            desk.leave(write.target.name, "说明已改写,不改回")
        case View():
            desk.leave(f"view:{write.key}", f"视图《{write.name}》不删除:建立之后由你们调整")
        case LabelWrite() | CommentWrite() | RetractWrite() | LinkWrite() | UnlinkWrite() | Page():
            raise AssertionError("taken back elsewhere, or written by no run")
        case _:
            assert_never(write)
