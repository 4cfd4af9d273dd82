"""Errors say where, what and what to do, and callers can tell them apart by what they do next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from collab_sync.errors import (
    AccessError,
    CollabSyncError,
    ConfigurationError,
    MissingItemError,
    Place,
    Problem,
    RejectedActionError,
    RuleFileError,
    StoreError,
    TrackerError,
    TransientError,
    UnknownOutcomeError,
    UnsafePlanError,
)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place("规则.yaml"), "规则.yaml"),
        (Place("规则.yaml", 3), "规则.yaml:3"),
        (Place("规则.yaml", 3, 7), "规则.yaml:3:7"),
        (Place("规则.yaml", 0, 7), "规则.yaml"),
    ],
)
def test_位置写成编辑器认得的样子(place: Place, text: str) -> None:
    assert str(place) == text


def test_规则文件的错误一次说全() -> None:
    """One after another would make an office person run the check ten times."""
    error = RuleFileError([Problem(Place("甲.yaml", 1), "缺冒号", "补上"), Problem(Place("乙.yaml", 2), "重复")])
    assert str(error) == "甲.yaml:1: 缺冒号\n    → 补上\n乙.yaml:2: 重复"
    assert len(error.problems) == 2
    assert isinstance(error, ConfigurationError)


def test_设置错误带着位置和办法() -> None:
    assert str(ConfigurationError("写错了", hint="改成甲", place=Place("设置.yaml", 2))) == (
        "设置.yaml:2: 写错了\n    → 改成甲"
    )


def test_系统的错误带着连接_状态码和请求号() -> None:
    assert str(TrackerError("拒绝", connection="jira", status=422, request_id="abc")) == (
        "jira: 拒绝 (HTTP 422, request abc)"
    )
    assert str(TrackerError("拒绝")) == "拒绝"


def test_暂时的错误记得对方要我们等多久() -> None:
    assert TransientError("忙", retry_after=timedelta(seconds=7)).retry_after == timedelta(seconds=7)
    assert TransientError("忙").retry_after is None


def test_超限的计划说出多少_上限和办法() -> None:
    error = UnsafePlanError("本轮提醒 周倩", count=11, limit=10, remedy="请核对。")
    assert str(error) == "本轮提醒 周倩: 11 > 10. 请核对。"


@pytest.mark.parametrize(
    "kind", [TransientError, AccessError, MissingItemError, RejectedActionError, UnknownOutcomeError]
)
def test_系统错误互不包含(kind: type[TrackerError]) -> None:
    """What the caller does next differs, so catching one must never catch another."""
    others = {TransientError, AccessError, MissingItemError, RejectedActionError, UnknownOutcomeError} - {kind}
    assert issubclass(kind, TrackerError)
    assert not any(issubclass(kind, other) for other in others)


def test_数据库与超限的错误不是系统的错误() -> None:
    for kind in (StoreError, UnsafePlanError, ConfigurationError):
        assert issubclass(kind, CollabSyncError)
        assert not issubclass(kind, TrackerError)
