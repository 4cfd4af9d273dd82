"""What an undo leaves, and why: decided over values, without a store or a tracker."""

from __future__ import annotations

import pytest
from tests.unit.calendar.calendar_samples import local
from tests.unit.engine_office import MAPPING

from collab_sync.model.action import (
    CreateWrite,
    DescriptionWrite,
    LinkWrite,
    PlannedWrite,
    Receipt,
    Target,
    TransitionWrite,
    UnlinkWrite,
    Write,
)
from collab_sync.model.document import Document
from collab_sync.model.identity import SourceRef, id_of
from collab_sync.model.mapping import Writeback
from collab_sync.model.page import Question, View
from collab_sync.model.work_item import WorkItem
from collab_sync.planner.undo.past import Past, Undoing
from collab_sync.planner.undo.runs import runs
from collab_sync.planner.undo.take_back import take_back
from collab_sync.ports.store import OutboxRow, StoredItem
from collab_sync.workbench.fakes.fake_tracker import source_ref

SIX = local("10-10 18:00")
NPX, OTHER = (source_ref(MAPPING.projects[0], key) for key in ("NPX-1", "NPX-2"))


def item(source: SourceRef, marker: str | None) -> WorkItem:
    return WorkItem(
        id=id_of(source),
        source=source,
        type="任务",
        title="样机评审",
        status="进行中",
        status_raw="进行中",
        created_at=SIX,
        updated_at=SIX,
        marker=marker,
    )


def decided(write: Write, remote_id: str = "", ref: SourceRef | None = None, *, ours: str | None = None) -> Undoing:
    """The undo of a run that wrote this. ``ours``: the marker of NPX-2, where it is an issue of ours."""
    planned = PlannedWrite(key="k", project="jira-npx", write=write, lines=(), reason="规则")
    receipt = Receipt(at=SIX, remote_id=remote_id, ref=ref)
    rows = (OutboxRow(id=1, planned=planned, state="done", enqueued_at=SIX, receipt=receipt),)
    stored = {
        id_of(one): StoredItem(item=item(one, mark), digest=b"", first_seen=SIX)
        for one, mark in ((NPX, None), (OTHER, ours))
    }
    (run,) = runs(rows)
    past = Past(rows, stored, {}, {}, {}, Writeback(), lambda _project: "zh", "2025-10-10", "2025-10-10T18:00")
    return take_back(run, past)


BOARD = View(key="board:升级", kind="board", name="升级", question=Question(projects=("NPX",)))
HERE, THERE = Target(ref=NPX), Target(ref=OTHER)


@pytest.mark.parametrize(
    ("write", "target", "words"),
    [
        (CreateWrite(project="jira-npx", type="会议", title="会", document=Document(()), marker=""), "NPX-2", "不删除"),
        (TransitionWrite(target=HERE, to="已完成"), "NPX-1", "状态已改为“已完成”,不改回"),
        (DescriptionWrite(target=HERE, document=Document(()), marker=""), "NPX-1", "说明已改写,不改回"),
        (BOARD, "view:board:升级", "视图《升级》不删除"),
    ],
)
def test_不撤的逐条说明(write: Write, target: str, words: str) -> None:
    undoing = decided(write, ref=OTHER)
    assert undoing.writes == ()
    (left,) = undoing.left
    assert left.target == target
    assert words in left.why


LINK = LinkWrite(source=HERE, kind="relates", target=THERE)


def test_只撤我们建的关联() -> None:
    """The tracker gave us its number, or one end is an issue of ours: else somebody may have made it before us."""
    for undoing in (decided(LINK, remote_id="7"), decided(LINK, ours='{"key": "会"}')):
        (write,) = undoing.writes
        assert write.write == UnlinkWrite(source=HERE, kind="relates", target=THERE)
        assert undoing.left == ()
    undoing = decided(LINK)
    assert (undoing.writes, [left.why for left in undoing.left]) == (
        (),
        ["与 NPX-2 的关联:不能断定是我们建的"],
    )
