"""What is said on an item is said in the language of its project's readers."""

from __future__ import annotations

import pytest
from tests.unit.conftest import WorldMaker
from tests.unit.engine_world import SmallWorld, new_item

from collab_sync.model.action import CommentWrite, CreateWrite
from collab_sync.model.document import plain

RULES = """\
  - id: criteria
    name: 完成标准
    for: work_item
    where: {type: 任务}
    when: {state: {fields.完成标准: missing}}
    do:
      - comment:
          mode: sticky
          key: fields
          to: [R]
          text: {zh: "请补完成标准({{ s.key }})", en: "Please add the criteria ({{ s.key }})"}
      - create_issue:
          key: "会:{{ s.key }}"
          type: 会议
          dept: 协同办公室
          title: {zh: "商量 {{ s.key }}", en: "Talk about {{ s.key }}"}
          body: {zh: 请开会。, en: Please meet.}
"""


CHINESE = "规则:完成标准(criteria) · 为什么:collab-sync explain NPX-1 criteria"


def told(world_of: WorldMaker, locale: str | None) -> SmallWorld:
    world = world_of(RULES, watching=False)
    projects = tuple(one.model_copy(update={"locale": locale}) for one in world.mapping.projects)
    world.mapping = world.mapping.model_copy(update={"projects": projects})
    world.tick()
    world.make("NPX-1")
    world.tick("09-15 10:00")
    return world


@pytest.mark.parametrize(
    ("locale", "comment", "title", "asked"),
    [
        (None, "请补完成标准(NPX-1)", "商量 NPX-1", CHINESE),
        ("zh", "请补完成标准(NPX-1)", "商量 NPX-1", CHINESE),
        ("en", "Please add the criteria (NPX-1)", "Talk about NPX-1",
         "rule: 完成标准(criteria) · why: collab-sync explain NPX-1 criteria"),
    ],
)  # fmt: skip
def test_评论与新事项用项目读者的语言(
    world_of: WorldMaker, locale: str | None, comment: str, title: str, asked: str
) -> None:
    world = told(world_of, locale)
    writes = world.sites["jira"].performed
    said = [plain(write.document) for write in writes if isinstance(write, CommentWrite)]
    made = [write.title for write in writes if isinstance(write, CreateWrite)]
    assert len(said) == 1
    assert comment in said[0]
    assert asked in said[0]
    assert made == [title]


def test_英文评论的段落划掉时也用英文(world_of: WorldMaker) -> None:
    world = told(world_of, "en")
    world.edit("NPX-1", body=new_item("NPX-1", world.clock.now(), fields={"完成标准": "通过"}).body)
    world.tick("09-16 10:00")
    (text,) = world.comments("NPX-1")
    assert "Please add the criteria (NPX-1) settled on 2025-09-16" in text
