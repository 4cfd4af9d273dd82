"""The landing page follows the pages that were written, names each series once, and never keeps itself going."""

from __future__ import annotations

from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import MAPPING
from tests.unit.pipeline.test_pages_written import Writing, moved, writing

from collab_sync.errors import TransientError
from collab_sync.model.action import Receipt
from collab_sync.model.document import Reference, Table, Text
from collab_sync.model.page import Page
from collab_sync.planner.desks.page_desk import LANDING_REASON
from collab_sync.ports.store import OutboxRow
from collab_sync.summaries.kinds import LANDING

WEEKLY = """\
  - id: weekly
    name: 每周一页
    for: org
    when: {schedule: {at: "周五 17:00"}}
    do:
      - page: {key: "领导小组视图:{{ slot }}", section: all}
  - id: memo
    name: 记一笔
    for: work_item
    where: {type: 资源申请}
    when: {event: {entry: 资源调配}}
    do:
      - page: {key: 资源调配记录, section: "{{ s.key }}"}
"""


class WithAddresses:
    """A wiki that tells where its pages stand."""

    def __init__(self, world: Writing) -> None:
        self.inner = world.wiki.inner

    def publish(self, page: Page) -> Receipt:
        receipt = self.inner.publish(page)
        return Receipt(at=receipt.at, remote_id=receipt.remote_id, url=f"https://wiki.example/{page.path}")

    def find(self, page: Page) -> Receipt | None:
        return self.inner.find(page)


def addressed(world_of: WorldMaker) -> Writing:
    world = writing(world_of, WEEKLY)
    world.wiki.inner = WithAddresses(world)
    return world


def rows_of(page: Page) -> dict[str, list[tuple[str, str]]]:
    """Name of a series → texts and addresses of its editions, newest first."""
    tables = [block for block in page.document.blocks if isinstance(block, Table)]
    found = {}
    for name, newest, earlier in (row for table in tables for row in table.rows):
        links = [one for one in (*newest, *earlier) if isinstance(one, Reference)]
        found["".join(part.text for part in name if isinstance(part, Text))] = [(one.text, one.url) for one in links]
    return found


def landing_rows(world: Writing) -> list[str]:
    return [row.state for row in landings(world)]


def landings(world: Writing) -> list[OutboxRow]:
    return [row for row in world.rows() if isinstance(row.planned.write, Page) and row.planned.write.key == LANDING]


def test_写出一页以后_首页列出它和它的地址(world_of: WorldMaker) -> None:
    """The address is the one the tracker's receipt told."""
    world = addressed(world_of)
    moved(world, "10:00", "NPX-1")
    (landing,) = world.wiki.landings
    assert landing.path == "协同"
    assert rows_of(landing) == {"资源调配记录": [("更新于 2025-09-17", "https://wiki.example/协同/资源调配记录")]}


def test_没有写出页面就没有首页(world_of: WorldMaker) -> None:
    world = addressed(world_of)
    world.run("09-17 12:00")
    assert (world.wiki.landings, landing_rows(world)) == ([], [])


def test_首页只跟着别的页面写_自己不引出自己(world_of: WorldMaker) -> None:
    """Ten more ticks, and the page that says the same again, write nothing."""
    world = addressed(world_of)
    moved(world, "10:00", "NPX-1")
    for minute in range(10, 20):
        world.tick(f"09-17 11:{minute}")
    assert len(world.wiki.landings) == 1
    assert landing_rows(world) == ["done"]


def test_目录没有变化就不重写_也不再去看(world_of: WorldMaker) -> None:
    """The memo page is rewritten the same day: the list of pages is what it was, and the mark is answered."""
    world = addressed(world_of)
    moved(world, "10:00", "NPX-1")
    moved(world, "11:00", "NPX-2")
    assert len(world.wiki.published) == 2
    assert len(world.wiki.landings) == 1
    assert world.decided("09-17 11:30").plan.empty
    assert not world.decided("09-17 11:30").plan.remembered


def test_周期页最新一期在前_往期至多四期(world_of: WorldMaker) -> None:
    world = addressed(world_of)
    world.run("10-26 10:00")
    editions = rows_of(world.wiki.landings[-1])["领导小组视图"]
    assert [slot for slot, _ in editions] == ["2025-10-24", "2025-10-17", "2025-10-10", "2025-10-03", "2025-09-26"]
    assert editions[0][1] == "https://wiki.example/协同/领导小组视图/2025-10-24"
    assert "更早还有 1 期" in repr(world.wiki.landings[-1].document)


def test_首页不在规则的日志里_理由说得清(world_of: WorldMaker) -> None:
    world = addressed(world_of)
    moved(world, "10:00", "NPX-1")
    assert [line.target for line in world.log() if line.action == "page"] == ["page:资源调配记录"]
    (row,) = landings(world)
    assert (row.planned.reason, row.planned.lines, row.planned.project) == (
        LANDING_REASON,
        (),
        MAPPING.projects[1].name,
    )


def test_页面没写成_首页不列它(world_of: WorldMaker) -> None:
    """Only what really stands on the tracker is linked."""
    world = writing(world_of, WEEKLY)

    def down(_when: str, _page: Page) -> None:
        raise TransientError("连不上")

    world.wiki.on_publish = down
    moved(world, "10:00", "NPX-1")
    assert world.wiki.landings == []
