"""The derivations that ship, read through a vocabulary of plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from collab_sync.analysis.facts import MISSING, UNKNOWN, Absent, Facts, MemberKind, Value, ValueKind
from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.rules.derive import CompiledDerivation, compile_derivations
from collab_sync.rules.schema.derivations import DerivationFile
from collab_sync.rules.yaml_text import Mark, read_yaml, validate

SHIPPED = Path(__file__).parents[3] / "rules" / "derivations.yaml"
NOW = datetime(2025, 9, 24, 1, 0, tzinfo=UTC)
NUMBERS = ("late_days", "due_in_wd", "value")
TRUTHS = ("open", "finished_late")


@dataclass(frozen=True)
class Sheet:
    values: Mapping[str, Value] = field(default_factory=dict)
    members: tuple[Sheet, ...] | Absent = ()
    now: datetime = NOW

    @property
    def subject(self) -> SubjectRef:
        return SubjectRef(SubjectKind.WORK_ITEM, "一")


@dataclass(frozen=True)
class Cell:
    path: str
    choices: tuple[str, ...] = ()

    @property
    def kind(self) -> ValueKind:
        return "number" if self.path in NUMBERS else "bool" if self.path in TRUTHS else "text"

    def value(self, facts: Facts) -> Value:
        assert isinstance(facts, Sheet)
        return facts.values.get(self.path, MISSING)

    def flips_at(self, facts: Facts, thresholds: Sequence[int]) -> datetime | None:
        """``late_days`` grows by one a day."""
        if self.path != "late_days" or not thresholds:
            return None
        days = self.value(facts)
        assert isinstance(days, int)
        return min((NOW + timedelta(days=t - days) for t in thresholds if t > days), default=None)


class Members:
    members_are: MemberKind = SubjectKind.WORK_ITEM

    def members(self, facts: Facts) -> tuple[Facts, ...] | Absent:
        assert isinstance(facts, Sheet)
        return facts.members


class AnyPath:
    def reader(self, subject: MemberKind, path: str) -> Cell:
        return Cell(path)

    def relation(self, subject: MemberKind, path: str) -> Members:
        return Members()

    def names(self, subject: MemberKind) -> tuple[str, ...]:
        return ()


class NoMeasures(AnyPath):
    def relation(self, subject: MemberKind, path: str) -> Members:
        return None  # type: ignore[return-value]  # a vocabulary without relations


@pytest.fixture(scope="module")
def derived() -> Mapping[str, CompiledDerivation]:
    document, problems = read_yaml(SHIPPED.read_text(encoding="utf-8"), "derivations.yaml")
    assert document is not None
    assert problems == ()
    file, problems = validate(DerivationFile, document)
    assert file is not None, problems
    compiled, errors, warnings = compile_derivations(file, Mark(document), AnyPath())
    assert errors == warnings == ()
    return {one.id: one for one in compiled}


Derived = Mapping[str, CompiledDerivation]


@pytest.mark.parametrize(
    ("urgency", "importance", "priority"),
    [
        ("高", "高", "高"),
        ("高", "低", "中"),
        ("低", "低", "低"),
        ("紧急", "低", "高"),
        (MISSING, "高", "中"),
        (UNKNOWN, "高", UNKNOWN),
    ],
)
def test_优先级查表(derived: Derived, urgency: Value, importance: Value, priority: Value) -> None:
    """Urgency times importance; the default where one is not given, unknown where one cannot be read."""
    assert derived["priority"].compute(Sheet({"urgency": urgency, "importance": importance})) == priority


def test_优先级只有三个值(derived: Derived) -> None:
    """Conditions on it are checked against these."""
    assert set(derived["priority"].choices) == {"高", "中", "低"}


def test_只给风险算风险等级(derived: Derived) -> None:
    """Where ``where`` does not hold there is no value; where it cannot be told, it is unknown."""
    values: dict[str, Value] = {"fields.影响": "高", "fields.概率": "中"}
    assert derived["risk-level"].compute(Sheet({**values, "type": "风险"})) == "高"
    assert derived["risk-level"].compute(Sheet({**values, "type": "任务"})) is MISSING
    assert derived["risk-level"].compute(Sheet({**values, "type": UNKNOWN})) is UNKNOWN


TASK: Mapping[str, Value] = {"type": "任务", "open": True, "status": "进行中", "late_days": 0, "due_in_wd": 5}


@pytest.mark.parametrize(
    ("changes", "light"),
    [
        ({}, "绿"),
        ({"late_days": 1}, "黄"),
        ({"late_days": 2}, "黄"),
        ({"late_days": 3}, "红"),
        ({"progress_status": "需支持"}, "红"),
        ({"progress_status": "遇到风险"}, "黄"),
        ({"due_in_wd": 2, "status": "未开始"}, "黄"),
        ({"due_in_wd": 3, "status": "未开始"}, "绿"),
        ({"due_in_wd": 2}, "绿"),
        ({"late_days": MISSING, "due_in_wd": MISSING, "status": "未开始"}, "绿"),
        ({"late_days": UNKNOWN}, UNKNOWN),
        ({"open": False}, MISSING),
    ],
)
def test_红黄灯取第一个成立的一档(derived: Derived, changes: dict[str, Value], light: Value) -> None:
    """Each threshold from both sides."""
    assert derived["light"].compute(Sheet({**TASK, **changes})) == light


def test_灯会随时间改变(derived: Derived) -> None:
    """On the first late day the next look is on the third, when yellow turns red."""
    assert derived["light"].flips_at(Sheet({**TASK, "late_days": 1}), ()) == NOW + timedelta(days=2)
    assert derived["light"].flips_at(Sheet({**TASK, "open": False}), ()) is None


def test_资源冲突的建议排序按权重(derived: Derived) -> None:
    """0.6 times strategy plus 0.4 times urgency; nothing where a word is not on the scale."""
    first = {"type": "资源申请", "program.strategic": "高", "urgency": "紧急"}
    second = {"type": "资源申请", "program.strategic": "中", "urgency": "中"}
    assert derived["arbitration"].compute(Sheet(first)) == Decimal("3.0")
    assert derived["arbitration"].compute(Sheet(second)) == Decimal("2.0")
    assert derived["arbitration"].compute(Sheet({"type": "资源申请", "urgency": "中"})) is MISSING


def test_按时完成率只算该算的(derived: Derived) -> None:
    """Two done on time, one done late, one late and open; one not due and one meeting do not count."""
    done: dict[str, Value] = {"type": "任务", "status": "已完成"}
    members = (
        Sheet({**done, "finished_late": False}),
        Sheet({**done, "finished_late": False}),
        Sheet({**done, "finished_late": True}),
        Sheet({"type": "任务", "status": "进行中", "late_days": 4}),
        Sheet({"type": "任务", "status": "进行中", "late_days": 0}),
        Sheet({"type": "会议", "status": "已完成", "finished_late": False}),
    )
    assert derived["on-time-rate"].compute(Sheet(members=members)) == Decimal("0.5")
    assert derived["on-time-rate"].compute(Sheet(members=())) is MISSING
    assert derived["on-time-rate"].compute(Sheet(members=UNKNOWN)) is UNKNOWN


def test_均分忽略没有分数的(derived: Derived) -> None:
    """The mean of the numbers there are."""
    members = (Sheet({"value": 5}), Sheet({"value": 4}), Sheet({"value": 4}), Sheet())
    assert derived["avg-score"].compute(Sheet(members=members)) == Decimal("4.33")


def test_任务编号按日连续编号(derived: Derived) -> None:
    """The number itself is state; the derivation knows how it is written."""
    numbering = derived["task-id"].numbering
    assert numbering is not None
    assert numbering.scope == "day"
    assert numbering.render(datetime(2025, 9, 17, 15, tzinfo=UTC), 7) == "T20250917007"


def test_本版还没有的度量只是提醒() -> None:
    """A planned relation does not stop the office's other rules."""
    document, _ = read_yaml(SHIPPED.read_text(encoding="utf-8"), "derivations.yaml")
    assert document is not None
    file, _ = validate(DerivationFile, document)
    assert file is not None
    compiled, errors, warnings = compile_derivations(file, Mark(document), NoMeasures())
    assert errors == ()
    assert [warning.message for warning in warnings] == [
        "派生字段“on-time-rate”要用的“items”尚不可用,先不计算",
        "派生字段“avg-score”要用的“ratings”尚不可用,先不计算",
    ]
    assert "on-time-rate" not in [one.id for one in compiled]
