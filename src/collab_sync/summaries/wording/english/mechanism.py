"""How the mechanism itself did."""

from __future__ import annotations

from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "本页只列事实,不作评价,也不提建议;请在本期的半年评估事项中讨论规则与参数是否调整。": (
        "This page states facts, without judgement or advice; please discuss changes of rules and parameters on the "
        "item of this half-yearly review."
    ),
    "规则使用情况": "Use of rules",
    "规则": "Rule",
    "触发次数": "Times fired",
    "各步次数": "By step",
    "涉及对象": "Objects",
    "本期没有规则触发。": "No rule fired in this period.",
    "用到 {used} 条规则,触发 {fired} 次。次数由写回日志推算(替代指标):同一时刻、同一步、同一类动作写了几个对象,就算几次。": (  # noqa: E501  # the text is the key
        "Rules used: {used}, fired: {fired} times. Worked out from the write-back log (proxy measure): as many times "
        "as one kind of action wrote to objects at one instant and step."
    ),
    "没有用到的规则": "Rules that were not used",
    "现行规则都用到过。": "Every rule in force was used.",
    "逾期与升级": "Overdue and escalated",
    "级别": "Level",
    "事项数": "Items",
    "升级前平均逾期(工作日)": "Working days late before, on average",
    "升级后平均多久解除(工作日)": "Working days until solved, on average",
    "仍在逾期": "Still overdue",
    "本期没有事项因逾期升级。": "Nothing was escalated in this period.",
    "按本系统所加、所去的标签推算(替代指标);解除指不再逾期:已完成,或截止日经批准后移。": (
        "Worked out from the labels added and removed by this system (proxy measure). Solved means no longer overdue: "
        "done, or moved with approval."
    ),
    "数据补齐情况": "Gaps in the data",
    "月份": "Month",
    "新发现缺项": "Found",
    "已补齐": "Filled",
    "月末仍缺": "Left at the end",
    "月末仍缺的项数": "Gaps left at the end of the month",
    "没有发现过缺项。": "No gaps were found.",
    "按本系统所加、所去的“需补齐”标签计(替代指标)。": (
        "Counted by the labels for gaps that this system added and removed (proxy measure)."
    ),
    "规则变更记录": "Changes of the rules",
    "生效时间": "In force since",
    "规则版本": "Version of the rules",
    "本期规则没有变更。": "The rules were not changed in this period.",
}
