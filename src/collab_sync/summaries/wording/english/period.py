"""What a period brought, for somebody in a hurry."""

from __future__ import annotations

from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "注意": "Attention",
    "以下来源未能按时同步:{sources}。本页缺少它们最近的变化,数字可能偏旧。": (
        "Not synced in time: {sources}. Their latest changes are missing here, figures may be out of date."
    ),
    "在办 {active} 项,其中红 {red}、黄 {yellow}、绿 {green};逾期 {late} 项;本期完成 {done} 项;缺更新 {silent} 项;需领导小组决策 {waiting} 项。": (  # noqa: E501  # the text is the key
        "{active} open: {red} red, {yellow} yellow, {green} green; {late} overdue; {done} done in this period; "
        "{silent} without an update; {waiting} waiting for the steering group."
    ),
    "(↑↓ 为与上期 {slot} 相比的变化)": " (↑↓: change since the edition of {slot})",
    "最要紧": "Most pressing",
    "({who}):{asked}": " ({who}): {asked}",
    "{said};请{whom}决定:{needed}。": "{said}; {whom} to decide: {needed}.",
    "{body}({people})": "{body} ({people})",
    "所需协调:{said}": "help asked for: {said}",
    "补救安排与新日期": "a remedy and a new date",
    "逾期 {days} 个工作日": "{days} working days late",
    "需要决策": "Decisions needed",
    "由谁决定": "Who decides",
    "要决定什么": "What to decide",
    "没有等待决策的事项和资源冲突。": "No decisions are due and no resources are in conflict.",
    "资源冲突:{name}": "Conflict over {name}",
    "{days} 共申请 {demand} {unit},可用 {capacity} {unit}:谁先用、谁改期({members})": (
        "{days}: {demand} {unit} requested, {capacity} {unit} available; who goes first, who moves ({members})"
    ),
    "是否同意使用 {name}(发【资源审批】)": "whether {name} may be used (resource approval)",
    "是否同意延期,已后移 {pushes} 次(发【延期审批】)": (
        "whether the new date is accepted, moved {pushes} times (extension approval)"
    ),
    "提出于 {day}": "requested on {day}",
    "本期决议及落实": "Decisions of this period and what became of them",
    "落实": "What became of it",
    "尚无跟进事项": "no follow-up yet",
    "缺责任部门或完成时限,未转跟进事项": "no follow-up: department or due date missing",
    "本期没有新的决议。": "Nothing was decided in this period.",
    "自述与计算": "Reported and computed",
    "没有自述,已逾期 {days} 个工作日": "nothing reported, {days} working days late",
    "自述“{said}”,实已逾期 {days} 个工作日": 'reported "{said}", in fact {days} working days late',
    "自述已完成,事项未关闭,已逾期 {days} 个工作日": "reported done, still open, {days} working days late",
    "已说明困难,逾期 {days} 个工作日": "difficulties reported, {days} working days late",
    "自述“{said}”,尚未逾期": 'reported "{said}", not late',
    "尚未开始,距截止 {days} 个工作日": "not started, due in {days} working days",
    "缺更新": "Updates missing",
    "缺更新的事项数": "Items without an update",
    "人员与事项": "People and items",
    "未登记部门": "No department registered",
    "{person}:": "{person}: ",
    ";": "; ",
    "、": ", ",
    "燃起图": "Burn-up",
    "每周的任务总数与完成数": "Tasks and tasks done, week by week",
    "至 {day}:共 {total} 项,已完成 {done} 项;上周末共 {total_before} 项,已完成 {done_before} 项。": (
        "By {day}: {total} tasks, {done} done; a week before: {total_before} tasks, {done_before} done."
    ),
    "总数": "All",
    "打扰度": "Interruptions",
    "打扰度(替代指标)": "Interruptions (proxy measure)",
    "人员": "Person",
    "即时提醒次数": "Mentions at once",
    "平均每个工作日": "Per working day",
    "本期没有即时提醒。": "Nobody was mentioned at once in this period.",
    "本期向 {people} 人发出即时提醒 {total} 次(全组织);上限为每人每天 {budget} 次,超出的并入每日摘要。这是替代指标:不含各系统自带的通知邮件。": (  # noqa: E501  # the text is the key
        "People mentioned at once in this period: {people}, mentions: {total} (whole organisation). At most {budget} "
        "per person and day, the rest goes into the daily digest. A proxy measure: mails that trackers send by "
        "themselves are not counted."
    ),
}
