"""What is wrong with the data itself."""

from __future__ import annotations

from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "权限核对": "Authority check",
    " 【{kind}】由 {person} 于 {at} 提交,未生效;须由{voices}提交。": (
        " {kind} by {person} on {at} has no effect; it must come from {voices}."
    ),
    "没有越权提交的审批、验收或会签。": "No approvals, acceptances or sign-offs without authority.",
    "知会人": "Informed",
    "协办部门": "Supporting departments",
    "紧急程度": "Urgency",
    "重要程度": "Importance",
    "开始日": "Start",
    "截止日": "Due date",
    "父任务": "Parent task",
    "数据质量": "Data quality",
    "待处理 {count} 处。": "To be looked at: {count}.",
    "保密事项 {count} 项:不在本页列名,也不计入本页的各项数字。": (
        "Confidential items, neither listed nor counted in the figures of this page: {count}."
    ),
    ":组织文件中没有 {name}。请协同办公室登记账号,或更正姓名。": (
        ": not in the organisation file: {name}. Please ask the collaboration office to register the account, or "
        "correct the name."
    ),
    "等 {count} 项": " and more, {count} in all",
    "没有发现问题。": "No problems were found.",
    "需补齐": "To be filled in",
    ":{missing}": ": {missing}",
    "日历只核定到 {day};以下事项的截止日在此之外,节假日与调休未知,暂按周一至周五计算:{items}": (
        "The calendar is confirmed up to {day}. These items are due after that; holidays are not known "
        "yet, Monday to Friday are assumed: {items}"
    ),
    ":组织文件中没有部门 {departments}。请更正,或登记为部门、曾用名。": (
        ": departments not in the organisation file: {departments}. Please correct them, or register "
        "them as a department or a former name."
    ),
    ":{field}有两种说法,采用“{used}”;{source} 写的是“{other}”。": (
        ': {field} is given in two ways. Used: "{used}"; {source} says "{other}".'
    ),
    "来源 {source} 未能按时同步,本页缺少它最近的变化。": (
        "{source} was not synced in time; its latest changes are missing here."
    ),
    "{department}没有接口人。请协同办公室指定一名。": (
        "{department} has no contact. The collaboration office should name one."
    ),
}
