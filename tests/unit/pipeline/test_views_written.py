"""Views on the way to a tracker: a board per project, a filter per site, once, never touched again."""

from __future__ import annotations

import pytest
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import OFFERED, organisation, rule_set
from tests.unit.engine_world import SmallWorld

from collab_sync.model.action import PlannedWrite
from collab_sync.model.connection import Offers
from collab_sync.model.page import Panel, View
from collab_sync.rules.schema.rule import PackFile
from collab_sync.rules.yaml_text import read_yaml, validate

DAILY = """\
  - id: views
    name: 备好视图
    for: org
    when: {schedule: {at: 工作日 09:00}}
    do:
      - view: {name: {zh: 升级, en: Escalations}, as: [board, filter], any_of: ["升级::L1", "升级::L2"]}
      - view: {name: 部门, as: [board], any_of: ["部门::*"], open: false}
      - view:
          name: 领导小组
          as: [dashboard]
          panels:
            - {title: 已升级, view: 升级}
            - {title: 谁手上的, view: 升级, shows: table, by: [assignee, label]}
"""


def ready(world_of: WorldMaker, rules: str = DAILY) -> SmallWorld:
    world = world_of(rules, watching=False)
    world.offers = OFFERED
    world.tick()
    return world


def shown(world: SmallWorld, site: str) -> dict[str, View]:
    return world.sites[site].inner.shown


def planned(world: SmallWorld) -> list[PlannedWrite]:
    return [row.planned for row in world.rows() if isinstance(row.planned.write, View)]


def test_每个放得下看板的项目各建一块_筛选器和仪表板一个站点一份(world_of: WorldMaker) -> None:
    world = ready(world_of)
    world.tick("09-15 09:00")
    assert sorted(shown(world, "jira")) == ["升级", "领导小组"]
    assert sorted(shown(world, "gitlab")) == ["升级", "部门"]
    assert sorted(one.write.key for one in planned(world) if isinstance(one.write, View)) == [
        "board:升级:gl-pmo",
        "board:部门:gl-pmo",
        "dashboard:领导小组:jira",
        "filter:升级:jira",
    ]


def test_看板每个标签一列_星号是已知的全部(world_of: WorldMaker) -> None:
    world = ready(world_of)
    world.tick("09-15 09:00")
    departments = [f"部门::{one.name}" for one in world.rules.organisation.departments]
    assert list(shown(world, "gitlab")["部门"].question.any_of) == departments
    assert not shown(world, "gitlab")["部门"].question.open_only
    assert shown(world, "gitlab")["升级"].question.any_of == ("升级::L1", "升级::L2")


def test_仪表板带着它要用的筛选器(world_of: WorldMaker) -> None:
    world = ready(world_of)
    world.tick("09-15 09:00")
    board, escalated = shown(world, "jira")["领导小组"], shown(world, "jira")["升级"]
    assert board.panels == (
        Panel(title="已升级", filter=escalated.key),
        Panel(title="谁手上的", filter=escalated.key, shows="table", by=("assignee", "label")),
    )
    assert board.filters == (escalated,)


def test_建过就不再建_被人删了也不重建(world_of: WorldMaker) -> None:
    world = ready(world_of)
    world.tick("09-15 09:00")
    del shown(world, "gitlab")["升级"]
    world.tick("09-16 09:00")
    world.tick("09-17 09:00")
    assert "升级" not in shown(world, "gitlab")
    assert len(planned(world)) == 4
    assert [line.at.day for line in world.log() if line.action == "view"] == [15] * 4


def test_计划里写明要建什么(world_of: WorldMaker) -> None:
    world = ready(world_of)
    plan = world.decided("09-15 09:00").plan
    assert {line.target for write in plan.writes for line in write.lines} == {
        "view:board:升级:gl-pmo",
        "view:board:部门:gl-pmo",
        "view:filter:升级:jira",
        "view:dashboard:领导小组:jira",
    }
    assert {write.reason for write in plan.writes} == {"规则 备好视图(views) · slot 2025-09-15 · org"}


def test_英文的站点_名称用英文_是哪一块不变(world_of: WorldMaker) -> None:
    world = ready(world_of)
    projects = tuple(one.model_copy(update={"locale": "en"}) for one in world.mapping.projects)
    world.mapping = world.mapping.model_copy(update={"projects": projects})
    world.tick("09-15 09:00")
    assert shown(world, "gitlab")["Escalations"].key == "board:升级:gl-pmo"


def test_没有这些能力的系统什么也不建(world_of: WorldMaker) -> None:
    world = ready(world_of)
    world.offers = {"jira": Offers(), "gitlab": Offers()}
    world.tick("09-15 09:00")
    assert planned(world) == []


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("{name: 甲, as: [board], all_of: [延期]}", "每个标签一列"),
        ("{name: 甲, as: [filter]}", "any_of 或 all_of"),
        ("{name: 甲, as: [dashboard]}", "panels"),
        ("{name: 甲, as: [board, dashboard], any_of: [延期], panels: [{title: 乙, view: 甲}]}", "单独写"),
        ("{name: 甲, as: [dashboard], panels: [{title: 乙, view: 甲, shows: pie}]}", "1 个字段"),
    ],
)
def test_写错的视图_说清缺什么(view: str, words: str) -> None:
    rule = f"{{id: v, name: 视图, for: org, when: {{schedule: {{at: 工作日 09:00}}}}, do: [{{view: {view}}}]}}"
    document, _ = read_yaml(f"rules: [{rule}]", "规则.yaml")
    assert document is not None
    file, problems = validate(PackFile, document)
    assert file is None
    assert words in problems[0].message


POOLS = """\
  - id: pools
    name: 任务池
    for: program
    when: {schedule: {at: 工作日 09:00}}
    do:
      - view: {name: "任务池 {{ s.name }}", as: [filter], all_of: ["项目::{{ s.key }}"]}
"""
NARROW = """\
  - id: gaps
    name: 研发的缺项
    for: org
    when: {schedule: {at: 工作日 09:00}}
    do:
      - view: {name: 研发缺项, as: [filter], any_of: ["需补齐:*"], all_of: ["部门::研发部"]}
"""


def programme(world: SmallWorld, key: str, code: str, name: str, *, confidential: bool = False) -> None:
    world.make(key, type="项目", title=name, fields={"代号": code, "名称": name}, confidential=confidential)


def test_保密项目没有以它命名的视图(world_of: WorldMaker) -> None:
    """Everybody who may log in reads the name of a shared filter."""
    world = ready(world_of, POOLS)
    programme(world, "NPX-1", "X1", "新品X1")
    programme(world, "NPX-2", "X2", "并购X2", confidential=True)
    world.tick()
    world.tick("09-15 09:00")
    assert list(shown(world, "jira")) == ["任务池 新品X1"]
    assert "X2" not in repr(planned(world))


def test_名字里的星号不是通配(world_of: WorldMaker) -> None:
    world = ready(world_of, POOLS)
    programme(world, "NPX-1", "X1", "新品X1")
    programme(world, "NPX-2", "X*", "星")
    world.tick()
    world.tick("09-15 09:00")
    assert shown(world, "jira")["任务池 星"].question.all_of == ("项目::X*",)


def test_通配的标签一个也没有_就不问成全部(world_of: WorldMaker) -> None:
    """A filter that is made once must not ask for more than was meant."""
    world = ready(world_of, NARROW)
    world.tick("09-15 09:00")
    assert planned(world) == []


def test_排着队的和死信_第二天的计划不再列(world_of: WorldMaker) -> None:
    """What the plan lists is what a tick would enqueue."""
    world = ready(world_of)
    writes = world.decided("09-15 09:00").plan.writes
    with world.store.write() as tx:
        tx.enqueue(writes[:2], at=world.clock.now())
        tx.enqueue(writes[2:], at=world.clock.now(), state="dead")
    assert len(writes) == 4
    assert world.decided("09-16 09:00").plan.writes == ()


def test_先只记录_后打开_视图这时才建(world_of: WorldMaker) -> None:
    world = world_of(DAILY, organisation(rollout={"default": "report_only"}), watching=False)
    world.offers = OFFERED
    world.tick()
    world.tick("09-15 09:00")
    assert shown(world, "jira") == {}
    assert world.decided("09-16 09:00").plan.reported == ()
    world.rules = rule_set(DAILY)
    world.tick("09-17 09:00")
    assert sorted(shown(world, "jira")) == ["升级", "领导小组"]
