"""The nearest other values of thresholds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from collab_sync.workbench.mutation.values import neighbours


@pytest.mark.parametrize(
    ("value", "others"),
    [
        (5, (6, 4)),
        (0, (1, -1)),
        (Decimal("0.5"), (Decimal("1.5"), Decimal("-0.5"))),
        (date(2025, 9, 17), (date(2025, 9, 18), date(2025, 9, 16), date(2025, 9, 24))),
        ("4wh", ("5wh", "3wh")),
        (">2wd", (">3wd", ">1wd")),
        ("-1wd", ("-2wd", "-0wd")),
        (">0wd", (">1wd",)),
        ("0h", ("1h",)),
        ("2 weeks", ("3 weeks", "1 weeks")),
        ("1 天", ("2 天",)),
        ("09:00", ("10:00", "08:00")),
        ("周五 17:00", ("周五 18:00", "周五 16:00", "周四 17:00")),
        ("工作日 23:30", ("工作日 22:30", "周三 23:30")),
        ("每月25日 09:00", ("每月25日 10:00", "每月25日 08:00", "每月26日 09:00", "每月24日 09:00")),
        ("每月首个工作日 09:00", ("每月首个工作日 10:00", "每月首个工作日 08:00", "每季首个工作日 09:00")),
    ],
)
def test_阈值的邻近值(value: object, others: tuple[object, ...]) -> None:
    assert neighbours(value) == others


@pytest.mark.parametrize("value", [True, None, "present", "研发部", "10:00(30 分钟)", r"^\d{4}年", ["任务"], {}])
def test_不是阈值的没有邻近值(value: object) -> None:
    assert neighbours(value) == ()


def test_零小时按时钟自己的单位移动() -> None:
    """A clock in working days would refuse ``1h``."""
    assert neighbours("0h", "wd") == ("1wd",)
