"""Issues we make: once per key, merged, linked, secret where they must be; limits; the order of a plan."""

from __future__ import annotations

from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import ladder, organisation, overdue
from tests.unit.engine_world import SmallWorld

from collab_sync.model.action import CommentWrite, CreateWrite, LabelWrite, LinkWrite
from collab_sync.model.marker import Marker


def meeting(key: str = "会:{{ today }}", *, merge: bool = True, link: str = "relates") -> str:
    return f"""\
  - id: meet
    name: 开会
    for: work_item
    where: {{type: 任务, due: present}}
    when: {{clock: {{start: due, unit: wd, stop: {{open: false}}}}}}
    steps:
      - after: ">0wd"
        do:
          - label: {{add: 延期}}
          - create_issue:
              {{key: "{key}", merge: {str(merge).lower()}, type: 会议, kind: 应急会议, dept: 研发部, title: 应急会议,
               body: "{{{{ s.key }}}} {{{{ s.title }}}}", to: [dept.lead], link: {link}, due_in: 2wd,
               roles: {{R: 陈志远}}}}
"""


SAY = """\
  - id: say
    name: 说
    for: work_item
    where: {type: 任务}
    when: {state: {fields.完成标准: missing}}
    do: [{comment: {mode: post, to: [R], text: 请补完成标准}}]
"""


def late(world: SmallWorld, *keys: str, **said: object) -> None:
    for key in keys:
        world.make(key, due="2025-09-16", **said)


def kinds(world: SmallWorld, text: str) -> list[str]:
    return [type(write.write).__name__ for write in world.decided(text).plan.writes]


def test_同一早晨的几个起因并进一个会_各自关联(world_of: WorldMaker) -> None:
    world = world_of(meeting())
    late(world, "NPX-2", "NPX-10")
    world.tick("09-17 09:00")
    assert world.made() == ["会:2025-09-17"]
    made = world.raw("会:2025-09-17")
    assert sorted(link.target for link in made.links) == ["NPX-10", "NPX-2"]
    body = "\n".join(line.text for line in made.body)
    assert body.index("NPX-2 事项") < body.index("NPX-10 事项")
    assert world.told() == [("09-17 09:00", "会:2025-09-17", ("陈志远",))]
    assert made.native["duedate"] == ("2025-09-19",)


def test_并入已开的会_在那里说一句并关联(world_of: WorldMaker) -> None:
    world = world_of(meeting("会:长期"))
    late(world, "NPX-1")
    world.tick("09-17 09:00")
    world.make("NPX-2", due="2025-09-17")
    world.tick("09-18 09:00")
    assert world.made() == ["会:长期"]
    (text,) = world.comments("会:长期")
    assert "NPX-2" in text
    assert sorted(link.target for link in world.raw("会:长期").links) == ["NPX-1", "NPX-2"]


def test_会已关就另开一个带序号的(world_of: WorldMaker) -> None:
    world = world_of(meeting("会:长期"))
    late(world, "NPX-1")
    world.tick("09-17 09:00")
    world.edit("会:长期", status="已结项")
    world.make("NPX-2", due="2025-09-17")
    world.tick("09-18 09:00")
    assert world.made() == ["会:长期", "会:长期-2"]


def test_不合并的键只建一次(world_of: WorldMaker) -> None:
    world = world_of(meeting("会:唯一", merge=False))
    late(world, "NPX-1")
    world.tick("09-17 09:00")
    world.make("NPX-2", due="2025-09-17")
    world.tick("09-18 09:00")
    assert world.made() == ["会:唯一"]


def test_自己建的事项在同一轮里就被判断(world_of: WorldMaker) -> None:
    again = SAY.replace("type: 任务", "type: 会议")
    world = world_of(meeting() + again)
    late(world, "NPX-1")
    world.tick("09-17 09:00")
    assert len(world.comments("会:2025-09-17")) == 1


def test_规则建的事项不再召集会议(world_of: WorldMaker) -> None:
    """It may be reminded of; without this most meetings would be about our own follow-ups."""
    world = world_of(meeting())
    world.make("NPX-1", due="2025-09-16", marker=Marker(key="决议:1", generation=1))
    world.tick("09-17 09:00")
    assert world.labels("NPX-1") == {"延期"}
    assert world.made() == ["决议:1"]


def test_跨系统的关联写在放得下它的一边(world_of: WorldMaker) -> None:
    """Jira holds a link to GitLab, GitLab none to Jira; the description names the cause in any case."""
    world = world_of(meeting("会:{{ s.key }}"))
    world.make("NPX-9", type="项目", fields={"代号": "甲"})
    world.make("pmo/collab#8", type="项目", fields={"代号": "乙"})
    world.make("pmo/collab#1", due="2025-09-16", program="甲")
    world.make("NPX-1", due="2025-09-16", program="乙")
    world.tick("09-17 09:00")
    in_jira, in_gitlab = world.raw("会:pmo/collab#1"), world.raw("会:NPX-1")
    assert in_jira.source.connection == "jira"
    assert [link.target for link in in_jira.links] == [world.raw("pmo/collab#1").source.url]
    assert in_gitlab.source.connection == "gitlab"
    assert in_gitlab.links == ()
    assert any("NPX-1" in line.text for line in in_gitlab.body)


def test_保密事项的内容不进别处的标题和正文(world_of: WorldMaker) -> None:
    world = world_of(meeting("会:{{ s.key }}").replace("title: 应急会议", 'title: "{{ s.title }}"'))
    world.make("NPX-9", type="项目", fields={"代号": "甲"})
    world.make("pmo/collab#1", due="2025-09-16", program="甲", title="裁员方案", confidential=True)
    world.tick("09-17 09:00")
    made = world.raw("会:pmo/collab#1")
    shown = "\n".join([made.title, *(line.text for line in made.body)])
    assert "裁员方案" not in shown
    assert not any("裁员方案" in write.title for write in world.sites["jira"].performed if isinstance(write, LinkWrite))
    assert "pmo/collab#1" in shown


# --- order ---------------------------------------------------------------------------------------------------------
def test_计划的顺序_新建_关联_标签_评论(world_of: WorldMaker) -> None:
    world = world_of(SAY + meeting())
    world.make("NPX-1", due="2025-09-16")
    world.tick("09-17 08:00")
    assert kinds(world, "09-17 09:00") == ["CreateWrite", "LinkWrite", "LabelWrite", "CommentWrite"]


def test_同样的输入给出同样的计划(world_of: WorldMaker) -> None:
    """Sorted by rule, project and key as people count; never by chance."""

    def plan(keys: list[str]) -> list[str]:
        world = world_of(SAY + meeting())
        late(world, *keys)
        world.tick("09-17 08:00")
        return [write.key for write in world.decided("09-17 09:00").plan.writes]

    keys = ["NPX-10", "pmo/collab#3", "NPX-2", "NPX-1"]
    assert plan(keys) == plan(sorted(keys))
    said = [key for key in plan(keys) if key.startswith("say")]
    assert [key.split("|")[1].rpartition(":")[2] for key in said] == ["NPX-1", "NPX-2", "NPX-10", "pmo/collab#3"]


def test_看计划不留痕迹(world_of: WorldMaker) -> None:
    """The plan people read is the one that is applied, and reading it changes nothing."""
    world = world_of(SAY + meeting())
    late(world, "NPX-1")
    world.tick("09-17 08:00")
    first, second = world.decided("09-17 09:00"), world.decided("09-17 09:00")
    assert first.plan == second.plan
    assert world.rows() == ()
    assert world.tick().planned == len(first.plan.writes)


# --- limits --------------------------------------------------------------------------------------------------------
def test_超过一轮的上限_标签照写_其余等人核对(world_of: WorldMaker) -> None:
    labelled = SAY.replace("do: [", "do: [{label: {add: 延期}}, ")
    world = world_of(labelled, organisation(budget={"writes_per_tick": 2, "share_floor": 99, "writes_per_person": 99}))
    for number in range(1, 4):
        world.make(f"NPX-{number}")
    report = world.tick("09-15 10:00")
    assert [(one.count, one.limit) for one in report.refusals] == [(3, 2)]
    assert all(world.labels(f"NPX-{number}") == {"延期"} for number in range(1, 4))
    dead = world.rows("dead")
    assert len(dead) == 3
    assert all("3 > 2" in row.last_error and "outbox" in row.last_error for row in dead)
    world.tick("09-15 11:00")
    assert len(world.rows("dead")) == 3


def test_扣下的提醒不占当天的额度(world_of: WorldMaker) -> None:
    """Nobody was told, so nothing was spent."""
    budget = {"writes_per_tick": 2, "share_floor": 99, "writes_per_person": 99, "mentions_per_person_per_day": 3}
    world = world_of(SAY, organisation(budget=budget))
    for number in range(1, 4):
        world.make(f"NPX-{number}")
    world.tick("09-15 10:00")
    world.make("NPX-4")
    world.tick("09-15 11:00")
    assert world.told() == [("09-15 11:00", "NPX-4", ("李明",))]


def test_一个人太多只扣下他的(world_of: WorldMaker) -> None:
    world = world_of(SAY, organisation(budget={"writes_per_person": 2, "share_floor": 99}))
    for number in range(1, 4):
        world.make(f"NPX-{number}")
    world.make("NPX-4", R=("王蕾",))
    report = world.tick("09-15 10:00")
    assert [one.what for one in report.refusals] == ["本轮提醒 李明"]
    assert len(world.comments("NPX-4")) == 1


def test_一个项目占比太高只扣下那个项目的(world_of: WorldMaker) -> None:
    world = world_of(SAY, organisation(budget={"share_floor": 2, "writes_per_person": 99}))
    for number in range(1, 5):
        world.make(f"NPX-{number}")
    world.make("pmo/collab#1")
    report = world.tick("09-15 10:00")
    assert [(one.count, one.limit) for one in report.refusals] == [(4, 2)]
    assert len(world.comments("pmo/collab#1")) == 1


def test_扣下的新事项_也扣下等它的关联(world_of: WorldMaker) -> None:
    world = world_of(meeting("会:{{ s.key }}"), organisation(budget={"writes_per_tick": 1, "share_floor": 99}))
    late(world, "NPX-1", "NPX-2")
    world.tick("09-17 09:00")
    assert world.made() == []
    assert {type(row.planned.write) for row in world.rows("dead")} == {CreateWrite, LinkWrite}
    assert {type(row.planned.write) for row in world.rows("done")} == {LabelWrite}


def test_无声的修改不算数(world_of: WorldMaker) -> None:
    """Sixty paragraphs struck because sixty tasks were done disturb nobody."""
    sticky = SAY.replace("where: {type: 任务}", "where: {type: 任务, open: true}").replace(
        "mode: post", "mode: sticky, key: 甲"
    )
    world = world_of(sticky, organisation(budget={"writes_per_tick": 3, "share_floor": 3, "writes_per_person": 9}))
    for number in range(1, 7):
        world.make(f"NPX-{number}")
        world.tick("09-15 10:00") if number == 1 else world.tick()
    for number in range(1, 7):
        world.edit(f"NPX-{number}", status="已完成")
    report = world.tick("09-15 12:00")
    assert report.refusals == ()
    assert all("已解决" in world.comments(f"NPX-{number}")[0] for number in range(1, 7))


def test_扣下新评论_也不先把旧评论变成指引(world_of: WorldMaker) -> None:
    rules = ladder((">0wd", overdue("[R]", "过期")), (">1wd", overdue("[R]", "过期两天")))
    world = world_of(rules, organisation(budget={"writes_per_person": 1}))
    world.make("NPX-1", due="2025-09-16")
    world.tick("09-17 09:00")
    world.make("NPX-2", due="2025-09-17")
    world.tick("09-18 09:00")
    assert len(world.rows("dead")) == 3
    (text,) = world.comments("NPX-1")
    assert "接替" not in text
    assert not [row for row in world.rows("done") if isinstance(row.planned.write, CommentWrite) and "接替" in str(row)]
