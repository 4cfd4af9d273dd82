"""New rules and new mappings: what came before a rule is not spoken of; another mapping reads everything anew."""

from __future__ import annotations

from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import MAPPING, rule_set
from tests.unit.engine_world import at

from collab_sync.model.mapping import FieldSources
from collab_sync.pipeline.pull import pull_project

NAMED = """\
- id: quiet
  name: 安静
  for: work_item
  where: {status: 待验收}
  when: {state: {due: missing}}
  do: [{label: {add: 延期}}]
"""
ANSWERED = """\
- id: answered
  name: 有响应
  for: work_item
  where: {type: 问题}
  when: {event: {entry: 响应}}
  do: [{comment: {mode: post, to: [reporter], text: 收到响应}}]
"""
PROJECT = MAPPING.projects[0]


def test_新加的事件规则_不翻旧账_此后的照说(world_of: WorldMaker) -> None:
    """An office that adds a rule does not want a comment on every answer of the past year."""
    world = world_of(NAMED)
    world.make("NPX-1", type="问题", dept="研发部")
    world.say("NPX-1", "陈志远", "响应", "内容:旧的")
    world.tick("09-15 10:00")
    world.obey(rule_set(NAMED + ANSWERED))
    world.tick("09-16 10:00")
    assert world.comments("NPX-1") == ()
    world.clock.set(at("09-16 11:00"))
    world.say("NPX-1", "陈志远", "响应", "内容:新的")
    world.tick("09-16 11:00")
    assert len(world.comments("NPX-1")) == 1


def test_映射改了_没变的事项也重新读取和判断(stored_world_of: WorldMaker) -> None:
    """The same bytes mean something else under another mapping."""
    world = stored_world_of(NAMED, watching=False)
    world.make("NPX-1", labels=("紧急度::高",))
    reader = world.sites["jira"].reader(PROJECT)
    first = pull_project(reader, PROJECT, world.store, at("09-15 10:00"))
    same = pull_project(reader, PROJECT, world.store, at("09-15 10:05"))
    other = PROJECT.model_copy(update={"fields": {"urgency": FieldSources(sources=("label:紧急度::",))}})
    changed = pull_project(reader, other, world.store, at("09-15 10:10"))
    settled = pull_project(reader, other, world.store, at("09-15 10:15"))
    assert [first.changed, same.changed, changed.changed, settled.changed] == [1, 0, 1, 0]
