"""Who may say what: for each kind of entry, whose word counts.

An unauthorised entry stays visible in the tracker and is invisible to every rule but the one that answers it.
Kinds that are not listed count from anybody the organisation knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

Voice: TypeAlias = Literal[
    "R", "A", "reporter", "dept.member", "dept.lead", "dept.liaison", "program.lead", "chair",
    "resource.owner", "resource.dept.lead", "any.lead", "role:领导小组", "role:协同办公室", "role:决策层",
    "role:协同办公室主任",
]  # fmt: skip

AUTHORITY: Mapping[str, tuple[Voice, ...]] = {
    "进度更新": ("R", "dept.liaison"),
    "预警": ("dept.member",),
    "响应": ("dept.member", "program.lead"),
    "方案": ("dept.member", "program.lead"),
    "接收任务": ("dept.lead", "dept.liaison"),
    "决议": ("chair", "role:决策层", "any.lead"),
    "立项评估": ("role:协同办公室", "role:协同办公室主任"),
    "立项审批": ("role:领导小组",),
    "资源审批": ("resource.owner", "resource.dept.lead", "role:领导小组"),
    "资源调配": ("resource.owner", "resource.dept.lead", "role:领导小组", "role:协同办公室"),
    "延期审批": ("A",),
    "审核意见": ("any.lead",),
    "修订": ("R",),
    "会签": ("any.lead",),
    "验收申请": ("R",),
    "验收结论": ("A",),
    "协作评价": ("reporter", "A"),
    "调整计划": ("R",),
    "复盘": ("chair", "dept.member"),
}

RESTRICTED: frozenset[str] = frozenset({"立项审批", "资源审批", "验收结论", "延期审批", "会签"})
"""Kinds with consequences for others: an unauthorised one is answered once."""

VOICE_NAMES: Mapping[Voice, str] = {
    "R": "负责人(R)",
    "A": "审批人(A)",
    "reporter": "发起人",
    "dept.member": "责任部门成员",
    "dept.lead": "责任部门负责人",
    "dept.liaison": "责任部门接口人",
    "program.lead": "项目负责人",
    "chair": "会议主持人",
    "resource.owner": "资源负责人",
    "resource.dept.lead": "资源所属部门负责人",
    "any.lead": "部门负责人",
    "role:领导小组": "领导小组",
    "role:协同办公室": "协同办公室",
    "role:决策层": "决策层",
    "role:协同办公室主任": "协同办公室主任",
}


def required(kind: str) -> str:
    """Who would have to send an entry of this kind, for people."""
    return "、".join(voices(kind))


def voices(kind: str) -> tuple[str, ...]:
    """Those who may send an entry of this kind, in people's words."""
    return tuple(VOICE_NAMES[voice] for voice in AUTHORITY.get(kind, ()))
