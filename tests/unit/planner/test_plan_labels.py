"""Labels: level-triggered, exclusive in their group, never fought over, only those declared as ours."""

from __future__ import annotations

from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import rule_set
from tests.unit.engine_world import SmallWorld, new_item


def state(name: str, condition: str, *actions: str, urgent: bool = False) -> str:
    head = f"  - id: {name}\n    name: 规则{name}\n    for: work_item\n"
    head += "    urgent: true\n" if urgent else ""
    return head + f"    when: {{state: {condition}}}\n    do:\n" + "".join(f"      - label: {one}\n" for one in actions)


CRITERIA = state("criteria", "{fields.完成标准: missing}", "{add: 需补齐:完成标准}")
LIGHT = state("light", "{fields.灯: present}", "{set: '灯::{{ s.fields.灯 }}'}")


def section(world: SmallWorld, key: str, **fields: str) -> None:
    """Somebody rewrites the section of an item."""
    item = new_item(key, world.clock.now(), fields=fields)
    world.edit(key, body=item.body)


def test_条件成立时加_不再成立时去(world_of: WorldMaker) -> None:
    world = world_of(CRITERIA)
    world.make("NPX-1")
    world.tick("09-15 10:00")
    assert world.labels("NPX-1") == {"需补齐:完成标准"}
    section(world, "NPX-1", 完成标准="通过测试")
    world.tick("09-15 11:00")
    assert world.labels("NPX-1") == set()


def test_两条规则都要的标签_最后一条放手才去掉(world_of: WorldMaker) -> None:
    second = state("second", "{fields.预期成果: missing}", "{add: 需补齐:完成标准}")
    world = world_of(CRITERIA + second)
    world.make("NPX-1")
    world.tick("09-15 10:00")
    section(world, "NPX-1", 完成标准="通过测试")
    world.tick("09-15 11:00")
    assert world.labels("NPX-1") == {"需补齐:完成标准"}
    section(world, "NPX-1", 完成标准="通过测试", 预期成果="报告")
    world.tick("09-15 12:00")
    assert world.labels("NPX-1") == set()


def test_锁住的标签在规则停后留下(world_of: WorldMaker) -> None:
    world = world_of(state("risk", "{status: 进行中}", "{add: 风险:已触发, latch: true}"))
    world.make("NPX-1")
    world.tick("09-15 10:00")
    world.edit("NPX-1", status="已完成")
    world.tick("09-15 11:00")
    assert world.labels("NPX-1") == {"风险:已触发"}


def test_互斥组里只有一个_别人放的兄弟让位(world_of: WorldMaker) -> None:
    world = world_of(LIGHT)
    world.make("NPX-1", fields={"灯": "红"}, labels=("灯::绿", "客户::甲"))
    world.tick("09-15 10:00")
    assert world.labels("NPX-1") == {"灯::红", "客户::甲"}


def test_值变了_标签跟着变(world_of: WorldMaker) -> None:
    world = world_of(LIGHT)
    world.make("NPX-1", fields={"灯": "红"})
    world.tick("09-15 10:00")
    section(world, "NPX-1", 灯="黄")
    world.tick("09-15 11:00")
    assert world.labels("NPX-1") == {"灯::黄"}
    section(world, "NPX-1")
    world.tick("09-15 12:00")
    assert world.labels("NPX-1") == set()


def test_手工移除的回来一次_再移除就不再争(world_of: WorldMaker) -> None:
    world = world_of(CRITERIA)
    world.make("NPX-1")
    world.tick("09-15 10:00")
    world.edit("NPX-1", labels=frozenset())
    world.tick("09-15 10:10")
    assert world.labels("NPX-1") == {"需补齐:完成标准"}
    world.edit("NPX-1", labels=frozenset())
    for minute in ("09-15 10:20", "09-15 10:30", "09-16 09:00"):
        world.tick(minute)
    assert world.labels("NPX-1") == set()
    assert any("NPX-1" in notice and "需补齐:完成标准" in notice for notice in world.notices())


def test_下一次情形里又回来一次(world_of: WorldMaker) -> None:
    world = world_of(CRITERIA)
    world.make("NPX-1")
    world.tick("09-15 10:00")
    for minute in ("09-15 10:10", "09-15 10:20"):
        world.edit("NPX-1", labels=frozenset())
        world.tick(minute)
    section(world, "NPX-1", 完成标准="通过测试")
    world.tick("09-15 11:00")
    section(world, "NPX-1")
    world.tick("09-15 12:00")
    assert world.labels("NPX-1") == {"需补齐:完成标准"}


def test_人两次换成别的值_就听人的(world_of: WorldMaker) -> None:
    """Once we put ours back; whoever insists has the last word, and theirs is not taken off either."""
    world = world_of(LIGHT)
    world.make("NPX-1", fields={"灯": "红"})
    world.tick("09-15 10:00")
    world.edit("NPX-1", labels=frozenset({"灯::绿"}))
    world.tick("09-15 10:10")
    assert world.labels("NPX-1") == {"灯::红"}
    world.edit("NPX-1", labels=frozenset({"灯::绿"}))
    for minute in ("09-15 10:20", "09-15 10:30", "09-15 11:00"):
        world.edit("NPX-1", title=f"改名 {minute}")
        world.tick(minute)
    assert world.labels("NPX-1") == {"灯::绿"}


def test_夜里移除的到上班才放回(world_of: WorldMaker) -> None:
    """Nothing but the urgent is written at night, not even a label."""
    world = world_of(CRITERIA)
    world.make("NPX-1")
    world.tick("09-15 10:00")
    world.clock.set(world.clock.now())
    world.tick("09-15 22:00")
    world.edit("NPX-1", labels=frozenset())
    world.tick("09-15 22:01")
    assert world.labels("NPX-1") == set()
    world.tick("09-16 09:00")
    assert world.labels("NPX-1") == {"需补齐:完成标准"}


def test_没有声明的标签不写_但说一声(world_of: WorldMaker) -> None:
    world = world_of(state("odd", "{status: 进行中}", "{add: '{{ s.status }}::甲'}"))
    world.make("NPX-1")
    world.tick("09-15 10:00")
    assert world.labels("NPX-1") == set()
    assert any("进行中::甲" in notice for notice in world.notices())


def test_规则被删掉_它的标签也收回(world_of: WorldMaker) -> None:
    world = world_of(CRITERIA + LIGHT)
    world.make("NPX-1", fields={"灯": "红"})
    world.tick("09-15 10:00")
    world.obey(rule_set(LIGHT))
    world.tick("09-15 11:00")
    assert world.labels("NPX-1") == {"灯::红"}
    world.obey(rule_set(CRITERIA + LIGHT))
    world.tick("09-15 12:00")
    assert world.labels("NPX-1") == {"灯::红", "需补齐:完成标准"}


def test_一个事项一轮只有一次标签请求(world_of: WorldMaker) -> None:
    world = world_of(CRITERIA + LIGHT + state("flag", "{status: 进行中}", "{add: 延期}"))
    world.make("NPX-1", fields={"灯": "红"}, labels=("灯::绿",))
    world.tick("09-15 10:00")
    assert len(world.sites["jira"].performed) == 1
    assert world.labels("NPX-1") == {"需补齐:完成标准", "灯::红", "延期"}


def test_人自己先放的同名标签_规则停时去掉(world_of: WorldMaker) -> None:
    """It is present while a rule holds it, whoever was first; nothing is written while it is there already."""
    world = world_of(CRITERIA)
    world.make("NPX-1", labels=("需补齐:完成标准",))
    world.tick("09-15 10:00")
    assert world.sites["jira"].performed == []
    section(world, "NPX-1", 完成标准="通过测试")
    world.tick("09-15 11:00")
    assert world.labels("NPX-1") == set()


def test_去掉本来没有的标签什么也不写(world_of: WorldMaker) -> None:
    world = world_of(state("off", "{status: 进行中}", "{remove: 延期}"))
    world.make("NPX-1")
    world.tick("09-15 10:00")
    assert world.sites["jira"].performed == []
