"""A tracker that has pages and no items: nothing is read there, pages go there, a write of an item is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import MAPPING, organisation
from tests.unit.engine_world import Faulty, SmallWorld
from tests.unit.pipeline.test_pages_written import MEMO, moved

from collab_sync.model.action import CreateWrite, PlannedWrite
from collab_sync.model.document import Document, Paragraph, Text
from collab_sync.model.identity import Account
from collab_sync.model.mapping import PageTarget, ProjectMapping, TrackerMapping, Writeback
from collab_sync.model.marker import Marker, dumps
from collab_sync.pipeline.census.count import take_censuses
from collab_sync.pipeline.runtime import Ruling, Runtime
from collab_sync.pipeline.tick import tick
from collab_sync.ports import ActionWriter, PagePublisher, WorkItemReader
from collab_sync.workbench.fakes.fake_tracker import FakeTracker

SPACE = ProjectMapping(name="协同空间", connection="wiki", project="COLLAB")
MAPPED = TrackerMapping(
    projects=(*MAPPING.projects, SPACE), writeback=Writeback(pages=PageTarget(project="协同空间", prefix="协同/"))
)


@dataclass
class OnlyPages(Faulty):
    """The tracker in memory without its items."""

    def reader(self, project: ProjectMapping) -> WorkItemReader:
        return None  # type: ignore[return-value]  # narrower than the port in the class above

    def writer(self, project: ProjectMapping) -> ActionWriter:
        return None  # type: ignore[return-value]  # as above

    def pages(self, project: ProjectMapping) -> PagePublisher:
        return self.inner.pages(project)


@dataclass
class WithWiki(SmallWorld):
    """A third connection, to which pages go."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.wiki = OnlyPages(FakeTracker("wiki", self.clock, Account("wiki", "我们自己")))
        self.sites["wiki"] = self.wiki

    @property
    def runtime(self) -> Runtime:
        connections: dict[str, Any] = dict(self.sites)
        return Runtime(self.store, connections, Ruling(self.rules, MAPPED), self.clock, self.offers)


def writing(world_of: WorldMaker) -> WithWiki:
    known = world_of(MEMO, organisation(), watching=False)
    world = WithWiki(known.store, known.rules, known.clock)
    world.tick()
    return world


def test_规则要的页面写到只有页面的系统去(world_of: WorldMaker) -> None:
    world = writing(world_of)
    moved(world, "10:00", "NPX-1")  # type: ignore[arg-type]  # any world will do
    assert list(world.wiki.inner.published) == ["协同/资源调配记录", "协同"]
    assert [(line.action, line.project) for line in world.log() if line.action == "page"] == [("page", "协同空间")]


def test_那里不读_不普查_不算没读过(world_of: WorldMaker) -> None:
    world = writing(world_of)
    report = world.tick("09-17 10:00")
    assert [pull.project for pull in report.pulls] == ["jira-npx", "gl-pmo"]
    world.run("09-19 10:00")
    assert [one for one in take_censuses(world.runtime, world.clock.now()) if one.project == "协同空间"] == []
    with world.store.read() as tx:
        assert "协同空间" not in tx.shards()


def test_往那里写事项是死信_说得明白_别的照常(world_of: WorldMaker) -> None:
    world = writing(world_of)
    write = CreateWrite(
        project="协同空间",
        type="会议",
        title="会",
        document=Document((Paragraph((Text("议程"),)),)),
        marker=dumps(Marker(key="会议/一")),
    )
    with world.store.write() as tx:
        tx.enqueue(
            [PlannedWrite(key="创建/一", project="协同空间", write=write, lines=(), reason="试一试")],
            at=world.clock.now(),
        )
    report = tick(world.runtime)
    assert report.dead == 1
    [error] = report.errors
    assert "项目 协同空间 那里只有页面,没有事项" in error
    assert "home" in error
    assert [row.state for row in world.rows()] == ["dead"]
