"""A thousand work items as an office has them after two years, settled by the engine itself.

Every name in it (keys, programme codes, resources) carries ``MARK``, so that ``multiply`` can make any number of
offices out of one by putting other digits in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from msgspec.structs import replace as replace_fields

from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.organisation import Budget, Organisation
from collab_sync.model.resource import Resource
from collab_sync.model.work_item import Status
from collab_sync.pipeline.runtime import Ruling
from collab_sync.pipeline.tick import tick
from collab_sync.ports.store import Store
from collab_sync.rules.load import RuleSet, load_rules_folder
from collab_sync.rules.schema.examples import EntryText, GivenItem, GivenProgram, Happening
from collab_sync.workbench.acts import edited
from collab_sync.workbench.world import World, example_ruling, open_world

RULES = Path(__file__).parents[2] / "rules"
ZONE = ZoneInfo("Asia/Shanghai")
MARK = "73915"
"""Digits that stand in every name and, by trial, nowhere else."""

ITEMS = 1_000
PROGRAMMES = 4
OPEN_SHARE = 0.1
NOW = datetime(2025, 10, 15, 10, 31, tzinfo=ZONE)
"""A Wednesday morning. Everything in the office happened at whole hours, so nothing falls due for a while."""
WATCHED_FOR = timedelta(days=2)
"""How long the engine looks on before ``NOW``: longer than any of the shorter clocks."""

_AMPLE = Budget(mentions_per_person_per_day=6, first_tick_cap=10**6, writes_per_tick=10**6, share_of_project=1.0,
                share_floor=10**6, writes_per_person=10**6)  # fmt: skip
_TYPES = (
    ("任务", 60),
    ("协作需求", 12),
    ("问题", 9),
    ("会议", 6),
    ("风险", 5),
    ("文档", 4),
    ("资源申请", 3),
    ("立项申请", 1),
)
_DEPARTMENTS = {
    "研发部": ("陈志远", "李明", "王蕾", "赵航"),
    "市场部": ("周倩", "张悦", "李然"),
    "销售部": ("王强", "刘洋"),
    "生产部": ("孙建国", "何平"),
    "采购部": ("吴敏", "郑凯"),
    "客服部": ("冯丽", "高洁"),
    "协同办公室": ("钱程", "林珊"),
}
_SUBJECTS = (
    "预约页面",
    "固件升级",
    "渠道培训",
    "包装打样",
    "物料采购",
    "客服话术",
    "首批试产",
    "推广视频",
    "接口联调",
    "库存盘点",
)
_ACTS = ("评审", "上线", "验证", "整改", "交付", "协调", "复核", "签批")
_WORDS = "按计划推进,接口方已确认,等待样品到货后复测。"
_STILL_OPEN: tuple[Status, ...] = ("未开始", "进行中", "待验收")
_RESOURCES = ("venue", "rd-team")


@dataclass(frozen=True, slots=True)
class Template:
    """A settled office: its store, the trackers behind it, and the rules it lives by."""

    world: World

    @property
    def store(self) -> Store:
        return self.world.runtime.store


def office_ruling(copies: range) -> Ruling:
    """The shipped rules and organisation, fully switched on and without caps, with resources for these copies."""
    return example_ruling(_with_resources(load_rules_folder(RULES), [str(10_000 + copy) for copy in copies]))


def settled(store: Store, seed: int = 1) -> Template:
    """Fills an empty store: people's items first, then ticks until nothing is left to do at ``NOW``."""
    ruling = example_ruling(_with_resources(load_rules_folder(RULES), [MARK]))
    world = open_world(ruling, store, NOW - WATCHED_FOR)
    _People(Random(seed), world).settle_in()
    for _ in range(200):
        tick(world.runtime)
        due = world.next_look()
        if due is None or due > NOW:
            break
        world.clock.set(max(due, world.clock.now() + timedelta(minutes=1)))
    world.clock.set(NOW)
    tick(world.runtime)
    return Template(world)


def _with_resources(rules: RuleSet, marks: list[str]) -> RuleSet:
    values = {name: getattr(rules.organisation, name) for name in Organisation.model_fields}
    organisation = Organisation.model_validate({**values, "budget": _AMPLE})
    shipped = {one.key: one for one in rules.resources}
    own = tuple(_named(shipped[key], mark) for mark in marks for key in _RESOURCES)
    return replace(rules, organisation=organisation, resources=(*rules.resources, *own))


def _named(resource: Resource, mark: str) -> Resource:
    return resource.model_copy(update={"key": f"{resource.key}-{mark}", "name": f"{resource.name}{mark}"})


class _People:
    """Makes up what people have done; the same seed makes up the same."""

    def __init__(self, random: Random, world: World) -> None:
        self.random = random
        self.world = world
        self.projects = world.ruling.mapping.projects
        self.programmes = [f"P{MARK}{letter}" for letter in "ABCDEFGH"[:PROGRAMMES]]
        self.made: list[str] = []

    def settle_in(self) -> None:
        for code in self.programmes:
            dept = self.random.choice(list(_DEPARTMENTS))
            given = GivenProgram(key=code, name=f"新品{code}上市", lead_dept=dept, lead=_DEPARTMENTS[dept][0],
                                 strategic=self.random.choice(("高", "中", "低")))  # fmt: skip
            self.world.make_program(given, self._hour(700))
        kinds = [name for name, weight in _TYPES for _ in range(weight)]
        for number in range(1, ITEMS - PROGRAMMES + 1):
            self._make(kinds[number * 37 % len(kinds)], number)

    def _make(self, kind: str, number: int) -> None:
        open_ = self.random.random() < (0.25 if kind == "资源申请" else OPEN_SHARE)
        age = self.random.randrange(3, 45) if open_ else self.random.randrange(30, 700)
        at = self._hour(age)
        project = self.random.choice(self.projects)
        given = self._given(kind, self._key(project, number), at)
        item = self.world.scenery.item(given, at)
        item = replace_fields(item, source=replace_fields(item.source, iid=f"{MARK}{number:04d}"))
        final: Status = self.random.choice(_STILL_OPEN) if open_ else "已完成"
        for happening in self._life(given, at, final):
            item = edited(item, happening, happening.at, self.world.scenery)
        self.world.trackers[project.connection].put(item)
        self.made.append(given.key)

    def _given(self, kind: str, key: str, at: datetime) -> GivenItem:
        dept = self.random.choice(list(_DEPARTMENTS))
        lead, *others = _DEPARTMENTS[dept]
        return GivenItem(
            key=key,
            type=kind,
            title=f"{self.random.choice(_SUBJECTS)}{self.random.choice(_ACTS)}",
            dept=dept,
            roles={"R": (self.random.choice(others or [lead]),), "A": (lead,)},
            program=self.random.choice(self.programmes) if self.random.random() < 0.9 else None,
            due=(at + timedelta(days=self.random.randrange(10, 60))).date(),
            urgency=self.random.choice(("高", "中", "中", "低")),
            importance=self.random.choice(("高", "中", "中", "低")),
            reporter=lead,
            parent=self._known(0.2),
            blocked_by=tuple(one for one in [self._known(0.1)] if one),
            resource=f"活动场地{MARK}" if kind == "资源申请" else None,
            fields=self._fields(kind, at.date()),
        )

    def _fields(self, kind: str, day: date) -> dict[str, str]:
        match kind:
            case "风险":
                watched = self._known(1.0) or "NPX-1"
                return {"影响": "高", "概率": self.random.choice("高中低"), "应对措施": "协调外部资源",
                        "触发条件": f"监控 {watched};late_days > 3"}  # fmt: skip
            case "资源申请":
                first = NOW.date() + timedelta(days=self.random.randrange(1, 12))
                return {"数量": "1", "从": first.isoformat(), "到": (first + timedelta(days=2)).isoformat()}
            case "会议":
                return {"会议类别": self.random.choice(("周例会", "启动会", "专题会")), "日期": day.isoformat()}
            case "文档":
                return {"文档类别": "方案", "版本": "V1.0", "会签部门": "研发部、市场部"}
            case _:
                return {"完成标准": "评审通过并归档", "说明": _WORDS}

    def _life(self, given: GivenItem, at: datetime, final: Status) -> Iterator[Happening]:
        """Some history: begun, reported on, perhaps put off, perhaps done."""
        when = at
        doer = given.roles["R"][0]
        reports = self.random.randrange(3)
        last = NOW - timedelta(days=1) - WATCHED_FOR
        if final != "未开始":
            when = self._later(when, last)
            yield Happening(at=when, on=given.key, by=doer, status="进行中")
        for _ in range(reports if final != "未开始" else 0):
            when = self._later(when, last)
            entry = EntryText(kind="进度更新", data={"状态": self.random.choice(("进行中", "进行中", "遇到风险"))},
                              text=_WORDS)  # fmt: skip
            yield Happening(at=when, on=given.key, by=doer, entry=entry)
        if given.due and self.random.random() < 0.2:
            when = self._later(when, last)
            yield Happening(at=when, on=given.key, by=doer, due=given.due + timedelta(days=7))
        if final not in ("未开始", "进行中"):
            yield Happening(at=self._later(when, last), on=given.key, by=doer, status=final)

    def _later(self, when: datetime, last: datetime) -> datetime:
        return min(max(when, last), when + timedelta(hours=24 * self.random.randrange(1, 6)))

    def _hour(self, days: int) -> datetime:
        """Some hour of a working day, ``days`` ago."""
        day = NOW.replace(hour=self.random.randrange(9, 18), minute=0) - timedelta(days=days)
        return day - timedelta(days=max(0, day.weekday() - 4))

    def _known(self, chance: float) -> str | None:
        return self.random.choice(self.made) if self.made and self.random.random() < chance else None

    def _key(self, project: ProjectMapping, number: int) -> str:
        mark = "#" if "/" in project.project else "-"
        return f"{project.project}{mark}{MARK}{number:04d}"
