"""One task that is late, rules that say so, and faults that meet its writes."""

from __future__ import annotations

from collections.abc import Callable

from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import ladder, overdue
from tests.unit.engine_world import Fault, SmallWorld

from collab_sync.model.action import ItemWrite

LATE = ladder(
    (">0wd", "label: {add: 延期}", overdue("[R]", "截止日 {{ s.due }} 已过")),
    (">1wd", 'label: {add: "升级::L1"}', overdue("[dept.lead]", "逾期 {{ s.late_days }} 天")),
)
MEET = """\
  - id: meet
    name: 开会
    for: work_item
    where: {type: 任务, due: present}
    when: {clock: {start: due, unit: wd, stop: {open: false}}}
    steps:
      - after: ">0wd"
        do:
          - label: {add: 延期}
          - create_issue:
              {key: "会:{{ today }}", merge: true, type: 会议, dept: 研发部, title: 会, body: "{{ s.key }}",
               to: [dept.lead], link: relates}
"""


def once(kind: type[ItemWrite], when: str, error: Exception) -> Fault:
    """The first write of a kind meets ``error``; later ones go through."""
    left = [error]

    def fault(at: str, write: ItemWrite) -> None:
        if at == when and isinstance(write, kind) and left:
            raise left.pop()

    return fault


def always(kind: type[ItemWrite], when: str, error: Callable[[], Exception]) -> Fault:
    def fault(at: str, write: ItemWrite) -> None:
        if at == when and isinstance(write, kind):
            raise error()

    return fault


def late_item(world_of: WorldMaker, rules: str = LATE) -> SmallWorld:
    """One task that was due yesterday, a minute before the opening."""
    world = world_of(rules)
    world.make("NPX-1", due="2025-09-16")
    world.tick("09-17 08:59")
    return world


def written(world: SmallWorld, kind: type[ItemWrite]) -> int:
    return sum(isinstance(write, kind) for site in world.sites.values() for write in site.performed)
