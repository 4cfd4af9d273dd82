"""Pull: pages with their cursors, failures half-way, first contact in pieces, our own comments recalled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec
import pytest
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import MAPPING, NAMED
from tests.unit.engine_world import SmallWorld, at, id_of

from collab_sync.errors import AccessError, TransientError
from collab_sync.model import marker
from collab_sync.model.identity import ItemId, SourceRef
from collab_sync.model.work_item import OwnComment, WorkItem
from collab_sync.pipeline.pull import PAUSED, pull_project
from collab_sync.ports import Payload, PulledPage, Whereabouts, WorkItemReader

PROJECT = MAPPING.projects[0]


@dataclass
class Paged:
    """A reader that gives one item a page and fails where told. The cursor is how many pages were read."""

    inner: WorkItemReader
    fails_at: int = -1
    error: Exception = field(default_factory=lambda: TransientError("断在中间"))
    asked: list[str | None] = field(default_factory=list)
    recalled: int = 0

    def pull(self, cursor: str | None) -> Iterator[PulledPage]:
        self.asked.append(cursor)
        payloads = [payload for page in self.inner.pull(None) for payload in page.payloads]
        start = int(cursor or 0)
        for number in range(start, len(payloads)):
            if number == self.fails_at:
                raise self.error
            yield PulledPage((payloads[number],), str(number + 1), complete=number == len(payloads) - 1)
        if start >= len(payloads):
            yield PulledPage((), str(start), complete=True)

    def census(self) -> Iterator[tuple[ItemId, ...]]:
        yield from self.inner.census()

    def read(self, ref: SourceRef) -> Payload:
        return self.inner.read(ref)

    def whereabouts(self, item: WorkItem) -> Whereabouts:
        return self.inner.whereabouts(item)

    def normalize(self, payload: Payload) -> WorkItem:
        """Like Jira's: what our comments hold costs another request."""
        item = self.inner.normalize(payload)
        own = tuple(msgspec.structs.replace(one, marker=None) for one in item.own_comments)
        return msgspec.structs.replace(item, own_comments=own)

    def recall(self, items: Sequence[WorkItem]) -> Mapping[ItemId, tuple[OwnComment, ...]]:
        self.recalled += 1
        return self.inner.recall(items)


def paged(world: SmallWorld, count: int, **options: object) -> Paged:
    for number in range(1, count + 1):
        world.make(f"NPX-{number}")
    reader = Paged(world.sites["jira"].reader(PROJECT))
    for name, value in options.items():
        setattr(reader, name, value)
    return reader


def mirrored(world: SmallWorld) -> int:
    with world.store.read() as tx:
        return len(tx.ids_where(project="jira-npx"))


def test_断在中间_读到的留下_下次从断处接着(stored_world_of: WorldMaker) -> None:
    world = stored_world_of(NAMED, watching=False)
    reader = paged(world, 4, fails_at=2)
    report = pull_project(reader, PROJECT, world.store, at("09-15 10:00"))
    assert (report.pages, report.changed, report.error) == (2, 2, "断在中间")
    assert mirrored(world) == 2
    with world.store.read() as tx:
        shard = tx.shards()["jira-npx"]
    assert (shard.cursor, shard.complete_as_of, shard.error) == (None, None, "断在中间")
    reader.fails_at = -1
    report = pull_project(reader, PROJECT, world.store, at("09-15 10:01"))
    assert reader.asked == [None, "2"]
    assert (report.changed, report.error, mirrored(world)) == (2, "", 4)
    with world.store.read() as tx:
        shard = tx.shards()["jira-npx"]
    assert (shard.cursor, shard.complete_as_of) == ("4", at("09-15 10:00")), "自开始读的那一刻起完整"


def test_轮到的时间用完就停_下一轮从那里接着(stored_world_of: WorldMaker) -> None:
    """A large project keeps the others waiting for its turn only; until it is read nothing follows from its silence."""
    world = stored_world_of(NAMED, watching=False)
    reader = paged(world, 5)
    turns = iter([False, True, False, True])
    found = [pull_project(reader, PROJECT, world.store, at(f"09-15 10:0{n}"), lambda: next(turns)) for n in (0, 1)]
    assert [(one.pages, one.error) for one in found] == [(2, ""), (2, "")]
    with world.store.read() as tx:
        assert (tx.shards()["jira-npx"].complete_as_of, tx.shards()["jira-npx"].error) == (None, PAUSED)
    last = pull_project(reader, PROJECT, world.store, at("09-15 10:02"))
    assert (last.pages, mirrored(world), reader.asked) == (1, 5, [None, "2", "4"])
    with world.store.read() as tx:
        assert tx.shards()["jira-npx"].error == ""


def test_映射改了_重读断在中间_也从断处接着(stored_world_of: WorldMaker) -> None:
    world = stored_world_of(NAMED, watching=False)
    reader = paged(world, 3)
    pull_project(reader, PROJECT, world.store, at("09-15 10:00"))
    other = PROJECT.model_copy(update={"bots": ("机器人",)})
    reader.fails_at = 2
    pull_project(reader, other, world.store, at("09-15 10:01"))
    reader.fails_at = -1
    again = pull_project(reader, other, world.store, at("09-15 10:02"))
    assert reader.asked == [None, None, "2"]
    assert again.changed == 1, "没读过的那一个,内容没变也要重新理解"


@pytest.mark.parametrize("error", [AccessError("令牌过期"), TransientError("忙"), KeyError("意外")])
def test_读不成只记在那个项目上(stored_world_of: WorldMaker, error: Exception) -> None:
    """Also a defect: it is shown, and the other projects go on."""
    world = stored_world_of(NAMED)
    reader = paged(world, 1, fails_at=0, error=error)
    report = pull_project(reader, PROJECT, world.store, at("09-15 10:00"))
    assert report.error
    with world.store.read() as tx:
        assert tx.shards()["jira-npx"].error == report.error
        assert tx.shards()["gl-pmo"].error == ""


def test_没变的不再写也不再看(stored_world_of: WorldMaker) -> None:
    world = stored_world_of(NAMED)
    reader = paged(world, 2)
    first = pull_project(reader, PROJECT, world.store, at("09-15 10:00"))
    with world.store.write() as tx:
        tx.clear_dirty(tx.dirty())
        tx.put_shards([msgspec.structs.replace(tx.shards()["jira-npx"], cursor=None)])
    again = pull_project(reader, PROJECT, world.store, at("09-15 10:05"))
    assert (first.changed, again.read, again.changed) == (2, 2, 0)
    with world.store.read() as tx:
        assert tx.dirty() == ()


class Overlapping(Paged):
    """Lists everything again each time, as a window that reaches back does."""

    def pull(self, cursor: str | None) -> Iterator[PulledPage]:
        for page in super().pull(cursor):
            yield replace(page, cursor="0") if page.complete else page


def test_读了几页都没有新的_也算读完_下一次从头问起(stored_world_of: WorldMaker) -> None:
    """Where a pull was between its pages is forgotten with the last one, whether that brings anything or not."""
    world = stored_world_of(NAMED, watching=False)
    reader = Overlapping(paged(world, 3).inner)
    for minute in range(4):
        report = pull_project(reader, PROJECT, world.store, at(f"09-15 10:0{minute}"))
        assert (report.pages, report.changed, report.error) == (3, 0 if minute else 3, "")
    assert reader.asked == [None, "0", "0", "0"]


def test_分几次读完的初次接触_仍然谁也不提醒(world_of: WorldMaker) -> None:
    """The first pages were read, then the tracker was busy: what they hold is still first contact when all is there."""
    world = world_of(NAMED, watching=False)
    world.make("NPX-1")
    world.clock.set(at("09-15 10:00"))
    halves = iter([True, False])

    def partly(project: str) -> None:
        if project == "jira-npx" and next(halves, False):
            pull_project(
                Paged(world.sites["jira"].inner.reader(PROJECT), fails_at=1), PROJECT, world.store, world.clock.now()
            )
            raise TransientError("忙")

    world.sites["jira"].on_pull = partly
    world.make("NPX-2")
    world.tick("09-15 10:00")
    world.tick("09-15 10:05")
    world.tick("09-15 10:10")
    assert world.labels("NPX-1") == {"需补齐:完成标准"}
    assert world.labels("NPX-2") == {"需补齐:完成标准"}
    assert world.told() == []


def test_丢了数据库_认得出自己写过的(world_of: WorldMaker) -> None:
    """A new store over old trackers: the same comments, edited in place; no second issue, no mention."""
    world = world_of(NAMED)
    world.make("NPX-1")
    world.tick("09-15 10:00")
    before = world.comments("NPX-1")
    rebuilt = world_of(NAMED, watching=False)
    rebuilt.sites, rebuilt.clock = world.sites, world.clock
    rebuilt.tick("09-16 10:00")
    rebuilt.tick("09-16 11:00")
    assert rebuilt.comments("NPX-1") == before
    assert rebuilt.told() == []
    rebuilt.edit("NPX-1", status="已完成")
    rebuilt.tick("09-16 12:00")
    (text,) = rebuilt.comments("NPX-1")
    assert "已解决 2025-09-16" in text


def test_认出来的评论不盖过已知的_也不反复去问(stored_world_of: WorldMaker) -> None:
    """The store may be ahead of the tracker; a comment it knows by name stays where it says."""
    world = stored_world_of(NAMED)
    world.make("NPX-1")
    world.tick("09-15 10:00")
    with world.store.read() as tx:
        (known,) = tx.managed([id_of("NPX-1")])[id_of("NPX-1")]
    item = world.raw("NPX-1")
    copy = msgspec.structs.replace(item.comments[0], id="抄来的", marker=item.comments[0].marker)
    world.edit("NPX-1", comments=(*item.comments, copy))
    reader = Paged(world.sites["jira"].inner.reader(PROJECT))
    for minute in range(3):
        world.edit("NPX-1", title=f"改名 {minute}")
        with world.store.write() as tx:
            tx.put_shards([msgspec.structs.replace(tx.shards()["jira-npx"], cursor=None)])
        pull_project(reader, PROJECT, world.store, world.clock.now())
    with world.store.read() as tx:
        traces = {trace.key: trace for trace in tx.managed([id_of("NPX-1")])[id_of("NPX-1")]}
    assert traces[known.key] == known
    assert reader.recalled == 1
    assert marker.loads(item.comments[0].marker) is not None


def test_项目换了代号_两个代号都重新判断(stored_world_of: WorldMaker) -> None:
    from tests.unit.engine_world import new_item

    world = stored_world_of(NAMED)
    world.make("NPX-9", type="项目", fields={"代号": "甲"})
    world.tick("09-15 10:00")
    world.edit("NPX-9", body=new_item("NPX-9", world.clock.now(), fields={"代号": "乙"}).body)
    pull_project(world.sites["jira"].reader(PROJECT), PROJECT, world.store, at("09-15 10:05"))
    with world.store.read() as tx:
        assert {str(subject) for subject in tx.dirty()} >= {"program:甲", "program:乙"}
