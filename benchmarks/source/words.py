"""What people write in made-up issues: the same for the same seed."""

from __future__ import annotations

from random import Random

PEOPLE = ("吴敏", "何平", "李明", "王蕾", "陈晓", "赵倩", "孙博", "周航", "郑岚", "冯涛", "褚宁", "卫东")
_SUBJECTS = (
    "固件",
    "电源板",
    "整机",
    "外壳模具",
    "主控芯片",
    "测试夹具",
    "包装方案",
    "认证资料",
    "产线工装",
    "售后手册",
)
_ACTIONS = ("评审", "打样", "回归测试", "对齐接口", "补充物料", "确认交期", "修复偶发重启", "整理数据", "复核预算")
_WHEN = ("上周五", "本周", "月底之前", "下一轮试产时", "昨天", "评审会之后", "节前", "第二批到货后", "客户来访期间")
_WHO = ("供应商", "采购部", "测试组", "产线", "品质部", "结构工程师", "客户", "实验室", "财务部", "the vendor")
_DID = ("答复", "提出", "确认", "要求", "建议", "记录", "反馈", "补充说明", "reported")
_THAT = (
    "交期延后 {} 天,需要同步跟进",
    "高温箱内连续运行 {} 小时后出现重启,日志编号 {}",
    "夹具数量够用,节拍 {} 秒,先不追加",
    "the regression suite passes on board revision {} and fails on {}",
    "请在 {} 号之前给出结论,以便决定是否改版",
    "资料已上传到共享目录 /share/npx/{}/{},命名按项目代号加日期",
    "外观件以色卡 {} 为准,偏差不超过 {} 个单位",
    "预算 {} 元在部门额度之内,不需要另行审批",
    "电压在 {} mV 与 {} mV 之间波动,超出规格",
)
_SECTION = (
    "主责部门:研发部",
    "协办部门:采购部、品质部",
    "审批人:何平",
    "紧急程度:高",
    "完成标准:样机三台连续运行无重启",
)


def title(dice: Random) -> str:
    return f"{dice.choice(_SUBJECTS)}{dice.choice(_ACTIONS)}(第{dice.randint(1, 400)}轮)"


def sentence(dice: Random) -> str:
    said = dice.choice(_THAT).format(dice.randint(10, 9999), dice.randint(1000, 99_999))
    return f"{dice.choice(_WHEN)}{dice.choice(_WHO)}{dice.choice(_DID)}:{dice.choice(_SUBJECTS)}{said}。"


def paragraph(dice: Random) -> str:
    return sentence(dice) + sentence(dice)


def section(dice: Random) -> list[str]:
    """The lines of 「协同信息」; one issue in three has it."""
    return (
        [*_SECTION, f"截止日:2026-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"] if dice.random() < 1 / 3 else []
    )


def comment(dice: Random) -> list[str]:
    """One comment in three is an entry."""
    if dice.random() < 1 / 3:
        return ["【进度更新】", "状态:正常", f"说明:{sentence(dice)}"]
    return [paragraph(dice)]
