"""The running number of a decision is fixed at first sight: editing an older one moves nobody else's."""

from __future__ import annotations

import msgspec
from tests.unit.conftest import WorldMaker
from tests.unit.engine_world import SmallWorld

from collab_sync.analysis.measures.decisions import decision_items
from collab_sync.carriers.raw import Line, RawComment

FOLLOWED = """\
- id: follow
  name: 决议跟进
  for: work_item
  where: {type: 会议}
  when: {event: {entry: 决议}}
  do:
    - create_issue:
        each: decision_items
        only: {dept: present, due: present}
        key: "决议:{{ s.key }}:{{ i.n }}"
        type: 任务
        dept: "{{ i.dept }}"
        title: "{{ i.text }}"
        due: "{{ i.due }}"
"""


def lines_of(*texts: str) -> tuple[Line, ...]:
    return (Line("【决议】"), *(Line(text, 0, True) for text in texts))


def test_往旧决议里插一行_先前的编号和跟进事项都不变(world_of: WorldMaker) -> None:
    """The inserted line gets the next free number, and one issue of its own."""
    world = world_of(FOLLOWED)
    world.make("NPX-1", type="会议", roles={"R": ("陈志远",)}, dept="研发部")
    world.say("NPX-1", "陈志远", "决议")
    raw = world.raw("NPX-1")
    comment = replace_lines(raw.comments[0], "根因分析;研发部;10-09", "盘点库存;研发部;10-10")
    world.put("NPX-1", msgspec.structs.replace(raw, comments=(comment,)))
    world.tick("09-16 10:00")
    assert numbers(world) == {"根因分析": 1, "盘点库存": 2}
    edited = replace_lines(comment, "补充预算;研发部;10-13", "根因分析;研发部;10-09", "盘点库存;研发部;10-10")
    world.put("NPX-1", msgspec.structs.replace(world.raw("NPX-1"), comments=(edited,)))
    world.tick("09-16 11:00")
    assert numbers(world) == {"根因分析": 1, "盘点库存": 2, "补充预算": 3}


def replace_lines(comment: RawComment, *texts: str) -> RawComment:
    return msgspec.structs.replace(comment, lines=lines_of(*texts))


def numbers(world: SmallWorld) -> dict[str, int]:
    facts = world.view().item_by_key("NPX-1")
    assert facts is not None
    return {item.text: item.n for item in decision_items(facts)}
