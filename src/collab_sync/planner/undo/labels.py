"""Labels of a run: those it put on come off, those it took off come back, unless somebody has decided since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from collab_sync.model.action import LabelWrite, Target
from collab_sync.model.identity import ItemId, SourceRef, id_of
from collab_sync.model.work_item import WorkItem
from collab_sync.planner.undo.past import GONE, Desk
from collab_sync.ports.store import ON_THE_WAY, OutboxRow


def take_back_labels(desk: Desk, rows: Sequence[OutboxRow]) -> None:
    """``rows``: all label rows of the run on one item."""
    last = rows[-1]
    assert isinstance(last.planned.write, LabelWrite), "sorted by kind before"
    ref = desk.past.ref(last.planned.write.target)
    if ref is None:
        desk.leave(last.planned.write.target.name, GONE)
        return
    item = desk.past.items[id_of(ref)].item
    added, removed = _net(rows)
    since = _since(desk, item.id, last)
    present = _present(desk, item)
    off = tuple(label for label in added if _may_go(desk, rows, item, label, since) and label in present)
    left = present - set(off)
    back = tuple(label for label in removed if label not in present and _may_return(desk, ref, label, since, left))
    if off or back:
        desk.write(last, LabelWrite(target=Target(ref=ref), add=back, remove=off), ref.project)


def _net(rows: Iterable[OutboxRow]) -> tuple[list[str], list[str]]:
    """What the run as a whole put on, and what it took off."""
    net: dict[str, bool] = {}
    for label, added in (one for row in rows for one in _changes(row)):
        if net.get(label, added) != added:
            del net[label]
        else:
            net[label] = added
    return [label for label in net if net[label]], [label for label in net if not net[label]]


def _changes(row: OutboxRow) -> Iterator[tuple[str, bool]]:
    write = row.planned.write
    if isinstance(write, LabelWrite):
        yield from ((label, False) for label in write.remove)
        yield from ((label, True) for label in write.add)


def _since(desk: Desk, item: ItemId, row: OutboxRow) -> frozenset[str]:
    """Labels that later runs changed: theirs is the last word."""
    later = (one for one in desk.past.since(row) if _is_on(desk, one, item))
    return frozenset(label for one in later for label, _ in _changes(one))


def _present(desk: Desk, item: WorkItem) -> frozenset[str]:
    """The labels once everything on its way has arrived."""
    labels = set(item.labels)
    for row in desk.past.rows:
        if row.state in ON_THE_WAY and _is_on(desk, row, item.id):
            for label, added in _changes(row):
                (labels.add if added else labels.discard)(label)
    return frozenset(labels)


def _is_on(desk: Desk, row: OutboxRow, item: ItemId) -> bool:
    write = row.planned.write
    return isinstance(write, LabelWrite) and desk.past.place(write.target) == item


def _may_go(desk: Desk, rows: Iterable[OutboxRow], item: WorkItem, label: str, since: frozenset[str]) -> bool:
    """Whether a label of the run comes off; the episodes that held it let go. One that somebody has removed already is
    not put back by them either."""
    if label in since:
        desk.leave(item.source.key, f"标签 {label}:后来的运行又改过它")
        return False
    ours = {line.rule for row in rows for line in row.planned.lines if (line.action, line.detail) == ("label+", label)}
    held = [one for one in desk.past.holds.get(item.id, ()) if one[1].label == label and one[1].item == item.id]
    others = sorted({episode.rule for episode, hold in held if episode.rule not in ours and hold.written})
    if others:
        desk.leave(item.source.key, f"标签 {label}:规则 {'、'.join(others)} 也要它")
        return False
    desk.let_go(one for one in held if one[0].rule in ours)
    return True


def _may_return(desk: Desk, ref: SourceRef, label: str, since: frozenset[str], left: frozenset[str]) -> bool:
    """Whether a label that the run took off is put on again: not beside another of its exclusive group."""
    group = desk.past.writeback.group(label)
    sibling = next((one for one in sorted(left) if group is not None and one.startswith(group)), None)
    if label in since or sibling:
        why = f"那里现在是 {sibling}" if sibling else "后来的运行又改过它"
        desk.leave(ref.key, f"标签 {label} 不放回:{why}")
        return False
    return True
