"""A department is renamed, an issue moves: what the product knows about them stays with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from tests.scenarios.telling import Bookmark, Telling, WholeStory
from tests.unit.engine_office import ladder, overdue, rule_set
from tests.unit.engine_world import SmallWorld

from collab_sync.analysis.view import TASK_ID
from collab_sync.model.action import LogLine
from collab_sync.model.work_item import Change
from collab_sync.store.sqlite import open_store
from collab_sync.workbench.fakes.memory_store import MemoryStore

KEYS = ("NPX-13", "rd/x1-firmware#11")


def remembered(folder: Path) -> tuple[Mapping[str, str], Mapping[str, tuple[Change, ...]]]:
    """Task ids by journal key, and the histories of KEYS."""
    store = open_store(folder / "state" / "collab-sync.sqlite")
    try:
        with store.read() as tx:
            ids = {key: value for key, (_, value) in tx.recorded(TASK_ID).items()}
            items = tx.items(tx.ids_by_key(KEYS).values()).values()
            return ids, {stored.item.source.key: stored.item.changes for stored in items}
    finally:
        store.close()


@pytest.fixture
def before(story: WholeStory, tmp_path: Path) -> Path:
    """The folder as it was on 09-30, before 客服部 was renamed."""
    place: Bookmark = story.places["09-30 23:59"]
    with place.opened(tmp_path) as telling:
        return telling.folder


def test_部门改名以后_任务编号与历史不变(story: WholeStory, before: Path) -> None:
    """客服部 → 客户成功部 on 10-13: no task gets another number, no change is forgotten."""
    then, histories = remembered(before)
    now, later = remembered(story.places["10-26 23:59"].folder)
    assert len(then) > 40
    assert {key: now.get(key) for key in then} == then
    assert len(set(now.values())) == len(now)
    assert set(histories) == set(KEYS)
    for key, changes in histories.items():
        assert set(changes) <= set(later[key])


def test_部门改名以后_按改名当日起用新名_指标不断开(whole: Telling) -> None:
    """The accountable department of NPX-13 is one and the same: it is not asked for again under its new name."""
    asked = [row["at"] for row in whole.log if row["rule"] in ("dept-main-one", "dept-liaison") and row["at"] > "10-13"]
    assert asked == ["10-13 Mon 14:00", "10-13 Mon 14:00", "10-14 Tue 11:00"], "NPX-36 only"


RULES = ladder(
    (">0wd", "label: {add: 延期}", overdue("[R]", "截止日 {{ s.due }} 已过")),
    (">2wd", 'label: {set: "升级::L1"}', overdue("[dept.lead]", "逾期 {{ s.late_days }} 天")),
)


def lines_of(world: SmallWorld) -> tuple[LogLine, ...]:
    with world.store.read() as tx:
        return tx.log_lines()


def test_事项移到别的项目_阶梯接着走_不重来() -> None:
    """The tracker gives it another key; it is the same issue, by its own id. (Jira's sandbox cannot move issues, so a
    tracker held in memory does.)"""
    world = SmallWorld(MemoryStore(), rule_set(RULES))
    world.tick("09-15 08:00")
    world.make("NPX-1", due="2025-09-16")
    world.run("09-17 09:00")
    raw = world.raw("NPX-1")
    # The tracker in memory knows an item by its first key, as Jira knows one by its number: that stays.
    moved = msgspec.structs.replace(raw.source, key="OPS-7", url=raw.source.url.replace("NPX-1", "OPS-7"))
    world.put("OPS-7", msgspec.structs.replace(raw, source=moved))
    world.run("09-19 09:00")
    assert world.labels("OPS-7") == {"延期", "升级::L1"}
    told = [(line.target, line.step, line.action) for line in lines_of(world) if line.action.startswith("comment")]
    assert told == [("NPX-1", ">0wd", "comment:sticky:overdue"), ("OPS-7", ">2wd", "comment:sticky:overdue")]
    with world.store.read() as tx:
        ids = tx.ids_by_key(("NPX-1", "OPS-7"))
    assert len(set(ids.values())) == 1
