"""Changes of status: made on issues of ours, elsewhere proposed in the rule's own comment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import MAPPING
from tests.unit.engine_world import SmallWorld

from collab_sync.model.action import TransitionWrite
from collab_sync.model.mapping import Writeback
from collab_sync.model.marker import Marker
from collab_sync.pipeline.runtime import Ruling, Runtime

OURS = Marker(key="跟进:1", generation=1)


def rule(*, optional: bool, order: str = "transition first", condition: str = "") -> str:
    asked = f"if: {{{condition}}}, " if condition else ""
    actions = [
        f"      - transition: {{{asked}to: 已结项, optional: {str(optional).lower()}}}",
        "      - comment: {mode: sticky, key: result, to: [R], text: 已通过。}",
    ]
    said = "\n".join(actions if order == "transition first" else reversed(actions))
    return f"""\
  - id: passed
    name: 通过
    for: work_item
    where: {{type: 任务}}
    when: {{event: {{entry: 验收结论, if: {{e.结果: 通过}}}}}}
    do:
{said}
"""


@dataclass
class Switched(SmallWorld):
    """A world whose office has switched transitions on."""

    @property
    def runtime(self) -> Runtime:
        mapping = MAPPING.model_copy(update={"writeback": Writeback(transitions=True)})
        connections: dict[str, Any] = dict(self.sites)
        return Runtime(self.store, connections, Ruling(self.rules, mapping), self.clock, self.offers)


def switched_on(world: SmallWorld) -> SmallWorld:
    on = Switched(world.store, world.rules, world.clock)
    on.sites = world.sites
    return on


def passed(world: SmallWorld, key: str = "NPX-1", **said: object) -> SmallWorld:
    world.make(key, **said)
    world.tick("09-17 10:00")
    world.say(key, "陈志远", "验收结论", "结果: 通过", when=world.clock.now())
    world.tick("09-17 10:01")
    return world


def transitions(world: SmallWorld) -> list[tuple[str, str]]:
    return [(line.action, line.detail) for line in world.log() if line.action.startswith("transition")]


def written(world: SmallWorld) -> list[TransitionWrite]:
    return [row.write for row in world.planned() if isinstance(row.write, TransitionWrite)]


@pytest.mark.parametrize("order", ["transition first", "comment first"])
def test_人的事项_只在规则自己的评论里建议一次(world_of: WorldMaker, order: str) -> None:
    world = passed(world_of(rule(optional=True, order=order)))
    assert transitions(world) == [("transition?", "已结项")]
    (comment,) = world.comments("NPX-1")
    assert comment.count("建议把状态改为“已结项”。") == 1
    assert (world.raw("NPX-1").status, written(world)) == ("进行中", [])


def test_我们的事项_必做的直接做(world_of: WorldMaker) -> None:
    world = passed(world_of(rule(optional=False)), marker=OURS)
    assert transitions(world) == [("transition", "已结项")]
    assert world.raw("NPX-1").status == "已结项"
    assert "建议" not in world.comments("NPX-1")[0]


def test_我们的事项_可选的只建议(world_of: WorldMaker) -> None:
    assert transitions(passed(world_of(rule(optional=True)), marker=OURS)) == [("transition?", "已结项")]


def test_打开开关后_可选的也做(world_of: WorldMaker) -> None:
    world = passed(switched_on(world_of(rule(optional=True))))
    assert (transitions(world), world.raw("NPX-1").status) == ([("transition", "已结项")], "已结项")


def test_打开开关后_必做的仍只动我们的事项(world_of: WorldMaker) -> None:
    """What is done without asking is done on issues of ours only."""
    world = passed(switched_on(world_of(rule(optional=False))))
    assert (transitions(world), world.raw("NPX-1").status) == ([("transition?", "已结项")], "进行中")


def test_已是那个状态_或条件不成立_都不提(world_of: WorldMaker) -> None:
    there = passed(world_of(rule(optional=True)), status="已结项")
    unmet = passed(world_of(rule(optional=True, condition="title: 别的")))
    for world in (there, unmet):
        assert transitions(world) == []
        assert "建议" not in world.comments("NPX-1")[0]


def test_再看一次什么也不写(world_of: WorldMaker) -> None:
    world = passed(world_of(rule(optional=False)), marker=OURS)
    before = len(world.rows())
    world.tick("09-17 11:00")
    assert len(world.rows()) == before
