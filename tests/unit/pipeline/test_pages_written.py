"""Pages on the way to a tracker: once, in order, whatever the tracker does; one that says the same is left alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import MAPPING, organisation
from tests.unit.engine_world import Faulty, SmallWorld

from collab_sync.errors import RejectedActionError, TransientError, UnknownOutcomeError
from collab_sync.model.action import PlannedWrite, Receipt
from collab_sync.model.document import Document, Paragraph, Quiet, Text
from collab_sync.model.mapping import PageTarget, ProjectMapping, Writeback
from collab_sync.model.page import Page
from collab_sync.pipeline.runtime import Ruling, Runtime
from collab_sync.ports import PagePublisher
from collab_sync.ports.store import OutboxRow
from collab_sync.summaries.kinds import LANDING

MEMO = """\
  - id: memo
    name: 记一笔
    for: work_item
    where: {type: 资源申请}
    when: {event: {entry: 资源调配}}
    do:
      - page: {key: 资源调配记录, section: "{{ s.key }}"}
"""
WRONG = """\
  - id: wrong
    name: 写错的页面
    for: work_item
    where: {type: 资源申请}
    when: {event: {entry: 资源调配}}
    do:
      - page: {key: "{{ s.title }}", section: 全部}
      - label: {add: 延期}
"""


def no_fault(_when: str, _page: Page) -> None:
    """The tracker is well."""


@dataclass
class Wiki:
    """The pages of one project; ``on_publish`` is called before and after, and raises what is to happen. The
    landing page, which follows on others, is kept apart and never fails."""

    inner: PagePublisher
    on_publish: Callable[[str, Page], None] = no_fault
    published: list[Page] = field(default_factory=list)
    landings: list[Page] = field(default_factory=list)

    def publish(self, page: Page) -> Receipt:
        if page.key == LANDING:
            self.landings.append(page)
            return self.inner.publish(page)
        self.on_publish("before", page)
        receipt = self.inner.publish(page)
        self.published.append(page)
        self.on_publish("after", page)
        return receipt

    def find(self, page: Page) -> Receipt | None:
        return self.inner.find(page)


@dataclass
class Bookish(Faulty):
    """A connection with a wiki."""

    wiki: Wiki | None = None

    def pages(self, project: ProjectMapping) -> PagePublisher:
        assert self.wiki is not None
        return self.wiki


@dataclass
class Writing(SmallWorld):
    """A world whose pages go to the office's own project, unless told otherwise."""

    pages_in: str = "gl-pmo"

    def __post_init__(self) -> None:
        super().__post_init__()
        plain = self.sites["gitlab"].inner
        self.wiki = Wiki(plain.pages(MAPPING.projects[1]))
        self.sites["gitlab"] = Bookish(plain, wiki=self.wiki)

    @property
    def runtime(self) -> Runtime:
        mapping = MAPPING.model_copy(update={"writeback": Writeback(pages=PageTarget(project=self.pages_in))})
        connections: dict[str, Any] = dict(self.sites)
        return Runtime(self.store, connections, Ruling(self.rules, mapping), self.clock, self.offers)


def writing(world_of: WorldMaker, rules: str = MEMO, **office: object) -> Writing:
    known = world_of(rules, organisation(**office), watching=False)
    world = Writing(known.store, known.rules, known.clock)
    world.tick()
    return world


def moved(world: Writing, time: str, *keys: str, title: str = "场地") -> None:
    """Requests are made and settled at once."""
    world.clock.set(world.clock.now())
    world.tick(f"09-17 {time}")
    for key in keys:
        world.make(key, type="资源申请", title=title, program="甲" if key == "NPX-8" else None)
        world.say(key, "林珊", "资源调配", "内容: 调拨")
    world.tick()


def page_lines(world: SmallWorld) -> list[tuple[str, str, str]]:
    return [(line.target, line.project, line.detail) for line in world.log() if line.action == "page"]


def states(world: SmallWorld) -> list[str]:
    return [row.state for row in asked_for(world)]


def asked_for(world: SmallWorld) -> list[OutboxRow]:
    """Rows of pages that rules asked for."""
    return [row for row in world.rows() if isinstance(row.planned.write, Page) and row.planned.write.key != LANDING]


def first_time(when: str, error: Exception) -> Callable[[str, Page], None]:
    left: list[Exception] = [error]

    def fault(at: str, _page: Page) -> None:
        if at == when and left:
            raise left.pop()

    return fault


def test_两个起因同一轮要同一页_写一次_各记一行(world_of: WorldMaker) -> None:
    world = writing(world_of)
    moved(world, "10:00", "NPX-1", "NPX-2")
    (page,) = world.wiki.published
    assert page.path.startswith("协同/资源调配记录")
    assert page_lines(world) == [("page:资源调配记录", "gl-pmo", "NPX-1"), ("page:资源调配记录", "gl-pmo", "NPX-2")]


def test_再看一次什么也不写(world_of: WorldMaker) -> None:
    world = writing(world_of)
    moved(world, "10:00", "NPX-1")
    moved(world, "11:00")
    assert len(world.wiki.published) == len(states(world)) == 1


def test_内容变了才重写(world_of: WorldMaker) -> None:
    world = writing(world_of)
    moved(world, "10:00", "NPX-1")
    moved(world, "11:00", "NPX-2")
    first, second = world.wiki.published
    assert (first.key, first.path) == (second.key, second.path)
    assert first.hash != second.hash


def test_回应丢了_页面已在那里就不再写(world_of: WorldMaker) -> None:
    world = writing(world_of)
    world.wiki.on_publish = first_time("after", UnknownOutcomeError("断线"))
    moved(world, "10:00", "NPX-1")
    moved(world, "10:30")
    assert (len(world.wiki.published), states(world)) == (1, ["done"])


def test_连不上时留着_先旧后新(world_of: WorldMaker) -> None:
    world = writing(world_of)

    def down(_when: str, _page: Page) -> None:
        raise TransientError("连不上")

    world.wiki.on_publish = down
    moved(world, "10:00", "NPX-1")
    moved(world, "10:10", "NPX-2")
    assert states(world) == ["pending", "pending"]
    world.wiki.on_publish = no_fault
    world.run("09-17 12:00")
    assert states(world) == ["done", "done"]
    assert [_names_in(page) for page in world.wiki.published] == [["NPX-1"], ["NPX-1", "NPX-2"]]


def test_同一系列的两期先旧后新_不知道的五分钟之后才再写(world_of: WorldMaker) -> None:
    """They may share one place, which is searched for: the newer one waits until the older one is known."""
    world = writing(world_of)
    world.wiki.on_publish = first_time("before", UnknownOutcomeError("断线"))
    older, newer = edition("2025-09-19"), edition("2025-09-26")
    with world.store.write() as tx:
        tx.enqueue([row(older), row(newer), row(edition("2025-09-26", "产线"))], at=world.clock.now())
    moved(world, "10:00")
    assert [page.series for page in world.wiki.published] == ["周报:产线"]
    world.run("09-17 10:04")
    assert states(world) == ["unknown", "pending", "done"]
    world.run("09-17 10:06")
    assert states(world) == ["done", "done", "done"]
    assert [page.slot for page in world.wiki.published if page.series == "周报:新品"] == ["2025-09-19", "2025-09-26"]


@pytest.mark.parametrize(
    ("key", "series", "slot"),
    [
        ("周报:新品:2025-09-26", "周报:新品", "2025-09-26"),
        ("周报:新品:二期:2025-09-26", "周报:新品:二期", "2025-09-26"),
        ("案例库", "案例库", ""),
        ("角色分工表:新品", "角色分工表:新品", ""),
        ("角色分工表:2025-9-1", "角色分工表:2025-9-1", ""),
    ],
)
def test_页面的系列是去掉期次的键(key: str, series: str, slot: str) -> None:
    page = msgspec.structs.replace(edition("2025-09-26"), key=key)
    assert (page.series, page.slot) == (series, slot)


def edition(slot: str, name: str = "新品") -> Page:
    notice, document = Quiet((Text("说明"),)), Document((Paragraph((Text(f"{name} {slot}"),)),))
    key = f"周报:{name}:{slot}"
    return Page(key=key, path=f"协同/{key}", title=f"周报 {slot}", notice=notice, document=document)


def row(page: Page) -> PlannedWrite:
    return PlannedWrite(key=f"page|{page.key}", project="gl-pmo", write=page, lines=(), reason="试一试")


def test_别人的页面不覆盖_只成死信_别的写入照常(world_of: WorldMaker) -> None:
    world = writing(world_of)
    world.wiki.on_publish = first_time("before", RejectedActionError("这一页不是我们写的"))
    moved(world, "10:00", "NPX-1")
    assert (states(world), world.wiki.published) == (["dead"], [])
    moved(world, "11:00", "NPX-2")
    assert states(world) == ["dead", "done"]


def test_只报告的项目不妨碍同一页为别的项目写出(world_of: WorldMaker) -> None:
    """What is only reported keeps nothing from being sent, and stands in a row of its own."""
    world = writing(world_of, rollout={"default": "full", "programs": {"甲": "report_only"}})
    moved(world, "10:00", "NPX-8", "NPX-9")
    assert len(world.wiki.published) == 1
    rows = [(row.state, [line.detail for line in row.planned.lines]) for row in asked_for(world)]
    assert sorted(rows) == [("done", ["NPX-9"]), ("reported", ["NPX-8"])]


def test_没有这种页面_告诉办公室_同一规则的其他动作照做(world_of: WorldMaker) -> None:
    world = writing(world_of, WRONG)
    moved(world, "10:00", "NPX-1", title="不存在的页面")
    assert world.wiki.published == []
    assert "延期" in world.labels("NPX-1")
    (notice,) = world.notices()
    assert "没有“不存在的页面”这种页面" in notice


def _names_in(page: Page) -> Sequence[str]:
    said = repr(page.document)
    return [key for key in ("NPX-1", "NPX-2") if key in said]


def test_换了写页面的项目_同样的页面在新地方再写一次(world_of: WorldMaker) -> None:
    """What stands in the old wiki is of no use to whoever reads the new one."""
    world = writing(world_of)
    moved(world, "10:00", "NPX-1")
    moved(world, "10:30", "NPX-2", title="场地")
    old = len(world.wiki.published)
    world.pages_in = "jira-npx"
    plain = world.sites["jira"].inner
    world.sites["jira"] = Bookish(plain, wiki=Wiki(plain.pages(MAPPING.projects[0])))
    world.say("NPX-2", "林珊", "资源调配", "内容: 调拨")
    world.tick("09-17 11:00")
    new = world.sites["jira"]
    assert isinstance(new, Bookish)
    assert new.wiki is not None
    assert len(world.wiki.published) == old
    assert [page.key for page in (*new.wiki.published, *new.wiki.landings)] == ["资源调配记录", LANDING]
