"""Comments: one sticky per item and key, edited in place, telling only those who must be told."""

from __future__ import annotations

from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import ladder, organisation
from tests.unit.engine_world import SmallWorld, account, at, new_item

from collab_sync.model.action import CommentWrite
from collab_sync.model.document import Mention, Paragraph


def missing(name: str, field: str, to: str = "[R]", *, key: str = "fields", notify: str = "now") -> str:
    return f"""\
  - id: {name}
    name: 规则{name}
    for: work_item
    when: {{state: {{fields.{field}: missing}}}}
    do: [{{comment: {{mode: sticky, key: {key}, to: {to}, notify: {notify}, text: "请补{field}"}}}}]
"""


LADDER = ladder(
    (">0wd", "comment: {mode: sticky, key: fields, to: [R], text: 过期}"),
    (">1wd", "comment: {mode: sticky, key: fields, to: [R], text: 过期两天}"),
    where="{due: present}",
)


def mentioned(world: SmallWorld) -> list[list[str]]:
    """Names that each comment we sent mentions, in the order in which they were sent."""
    found = []
    for write in (write for site in world.sites.values() for write in site.performed):
        if isinstance(write, CommentWrite):
            blocks = [block for block in write.document.blocks if isinstance(block, Paragraph)]
            found.append([part.name for block in blocks for part in block.inlines if isinstance(part, Mention)])
    return found


def section(world: SmallWorld, key: str, **fields: str) -> None:
    world.edit(key, body=new_item(key, world.clock.now(), fields=fields).body)


def test_同一主题只有一条评论_按目录先后各占一段(world_of: WorldMaker) -> None:
    world = world_of(missing("b", "完成标准") + missing("a", "预期成果", "[dept.lead]"))
    world.make("NPX-1")
    world.tick("09-15 10:00")
    (text,) = world.comments("NPX-1")
    assert text.index("请补完成标准") < text.index("请补预期成果")
    assert mentioned(world) == [["李明", "陈志远"]]


def test_不再成立的段落划掉并注明日期_不提醒_也不记进日志(world_of: WorldMaker) -> None:
    world = world_of(missing("b", "完成标准") + missing("a", "预期成果", "[dept.lead]"))
    world.make("NPX-1")
    world.tick("09-15 10:00")
    lines = len(world.log())
    section(world, "NPX-1", 完成标准="通过")
    world.tick("09-16 11:00")
    (text,) = world.comments("NPX-1")
    assert "请补完成标准 已解决 2025-09-16" in text
    assert len(world.log()) == lines
    assert mentioned(world)[-1] == ["陈志远"]


def test_再次成立时用同一条评论(world_of: WorldMaker) -> None:
    world = world_of(missing("b", "完成标准"))
    world.make("NPX-1")
    world.tick("09-15 10:00")
    section(world, "NPX-1", 完成标准="通过")
    world.tick("09-15 11:00")
    section(world, "NPX-1")
    world.tick("09-15 12:00")
    (text,) = world.comments("NPX-1")
    assert text.startswith("李明 请补完成标准")
    assert "已解决" not in text


def test_要再告诉已被提到的人_另发新评论_旧的成为指引(world_of: WorldMaker) -> None:
    """An edit tells nobody who is already mentioned."""
    world = world_of(LADDER)
    world.make("NPX-1", due="2025-09-16")
    world.run("09-18 10:00")
    old, new = world.comments("NPX-1")
    assert "接替" in old
    assert new.startswith("李明 过期两天")
    assert mentioned(world) == [["李明"], [], ["李明"]]


def test_新评论不把别的段落里的人再叫一遍(world_of: WorldMaker) -> None:
    """A new comment tells everybody it mentions: only those whom this tick tells keep their mention."""
    world = world_of(missing("b", "预期成果", "[dept.lead]") + LADDER)
    world.make("NPX-1", due="2025-09-16")
    world.run("09-18 10:00")
    assert mentioned(world)[-1] == ["李明"]
    assert "陈志远" in world.comments("NPX-1")[-1]
    section(world, "NPX-1", 预期成果="报告")
    world.tick("09-18 11:00")
    assert mentioned(world)[-1] == ["李明"]


def test_同一轮里同一事项每人只提醒一次(world_of: WorldMaker) -> None:
    world = world_of(missing("b", "完成标准") + missing("a", "预期成果", key="other"))
    world.make("NPX-1")
    world.tick("09-15 10:00")
    assert world.told() == [("09-15 10:00", "NPX-1", ("李明",))]
    assert sorted(mentioned(world)) == [[], ["李明"]]


def test_先进了摘要的人_同一轮里仍能被立即提醒(world_of: WorldMaker) -> None:
    """One mention per tick, by the first rule that mentions; a digest line is no mention."""
    world = world_of(missing("b", "完成标准", notify="digest") + missing("a", "预期成果", key="other"))
    world.make("NPX-1")
    world.tick("09-15 10:00")
    assert world.told() == [("09-15 10:00", "NPX-1", ("李明",))]
    assert [line.digest for line in world.log() if line.digest] == [("李明",)]


def test_没有账号的人只写名字并进摘要(world_of: WorldMaker) -> None:
    world = world_of(missing("b", "完成标准", "[A]"))
    world.make("NPX-1", A=("外援",))
    world.tick("09-15 10:00")
    assert mentioned(world) == [[]]
    assert world.comments("NPX-1")[0].startswith("外援 请补")
    assert [line.digest for line in world.log() if line.digest] == [("外援",)]


def test_人写的内容不会变成提醒(world_of: WorldMaker) -> None:
    """Only the plan makes mentions; what somebody typed stays text."""
    world = world_of(missing("b", "完成标准").replace("请补完成标准", "{{ s.title }}"))
    world.make("NPX-1", title=f"@{account('周倩').id} @all [~u1] /close")
    world.tick("09-15 10:00")
    assert mentioned(world) == [["李明"]]


def test_同一分钟里停了又起_划掉的段落无声地恢复(world_of: WorldMaker) -> None:
    """The same facts, the same episode: nothing is said twice, and nothing stays struck that holds."""
    world = world_of(missing("b", "完成标准"))
    world.tick("09-15 10:00")
    world.clock.set(at("09-15 10:01"))
    world.make("NPX-1")
    world.tick()
    section(world, "NPX-1", 完成标准="通过")
    world.tick()
    assert "已解决" in world.comments("NPX-1")[0]
    section(world, "NPX-1")
    world.tick()
    (text,) = world.comments("NPX-1")
    assert "已解决" not in text
    assert "请补完成标准" in text
    world.tick("09-15 10:30")
    assert world.told() == [("09-15 10:01", "NPX-1", ("李明",))]
    assert mentioned(world) == [["李明"], [], []]


def test_换了截止日的新情形_不被旧情形的结束划掉(world_of: WorldMaker) -> None:
    """The date is moved forward: the old episode ends and the new one has reached its step, in one tick."""
    world = world_of(LADDER)
    world.make("NPX-1", due="2025-09-17")
    world.run("09-18 10:00")
    world.edit("NPX-1", due="2025-09-16")
    world.tick("09-18 11:00")
    assert world.comments("NPX-1")[-1].startswith("李明 过期两天")
    assert "已解决" not in world.comments("NPX-1")[-1]


def test_同样的话说给别人听_不算已经说过(world_of: WorldMaker) -> None:
    """Two steps may use one wording for two audiences."""
    ladder = LADDER.replace("过期两天", "过期")
    first, second = ladder.rsplit("to: [R]", 1)
    world = world_of(f"{first}to: [dept.lead]{second}")
    world.make("NPX-1", due="2025-09-16")
    world.run("09-18 10:00")
    assert [people for _, _, people in world.told()] == [("李明",), ("陈志远",)]


def test_坏掉的文字只误自己(world_of: WorldMaker) -> None:
    """A template that cannot be rendered is reported; the labels and the other rules go on."""
    broken = missing("b", "完成标准").replace("请补完成标准", "{{ s.due - s.start }}")
    broken = broken.replace("do: [", "do: [{label: {add: 延期}}, ")
    world = world_of(broken + missing("a", "预期成果"))
    world.make("NPX-1", due="2025-09-20")
    world.tick("09-15 10:00")
    assert world.labels("NPX-1") == {"延期"}
    assert "请补预期成果" in world.comments("NPX-1")[0]
    assert any("文字无法生成" in notice for notice in world.notices())


def test_不在的人由代理人顶上(world_of: WorldMaker) -> None:
    world = world_of(missing("b", "完成标准"), organisation(absent={"李明": "王蕾"}))
    world.make("NPX-1")
    world.tick("09-15 10:00")
    assert mentioned(world) == [["王蕾"]]
