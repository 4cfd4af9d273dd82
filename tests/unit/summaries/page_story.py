"""What stands on the trackers in the tests of pages: a piece of the launch of X1 on 10 October 2025."""

from __future__ import annotations

from tests.unit.summaries.page_world import at, day, item, said

from collab_sync.model.identity import TypedName
from collab_sync.model.work_item import Disagreement, Link, WorkItem

PROGRAM = item(
    "NPX-100",
    "新品X1上市",
    "项目",
    program=None,
    dept="rd",
    R="陈志远",
    status="进行中",
    fields={
        "代号": "X1",
        "名称": "新品X1上市",
        "阶段": "执行",
        "战略": "高",
        "目标": "10-24 前上市,首月 10 万台",
        "里程碑": "原型定稿 9-24;上市 10-24",
        "核心部门": "研发部、市场部",
    },
    entries=(said("目标实际值", "李明", "10-09 10:00", 数值="3", 单位="万台"),),
)

APPLICATION = item(
    "NPX-1",
    "立项:新品X1上市",
    "立项申请",
    program=None,
    dept="rd",
    status="已完成",
    reporter=None,
    fields={
        "项目代号": "X1",
        "项目背景": "上一代销量下滑",
        "目标": "首月 10 万台",
        "预期成果": "X1 上市",
        "所需资源": "推广预算",
        "建议参与部门": "研发部、市场部",
        "范围外": "海外渠道",
    },
    entries=(said("立项评估", "林珊", "09-15 16:00"), said("立项审批", "沈岳", "09-16 14:00", 结果="同意")),
)

LATE = item(
    "NPX-12",
    "包装材料采购",
    dept="mkt",
    R="张悦",
    A="周倩",
    C="李明",
    I="林珊",
    status="进行中",
    started_at=at("09-18 09:00"),
    raw_due=day("09-25"),
    urgency="高",
    resource="活动场地",
    related_depts=("rd", "财务部"),
    labels=frozenset({"升级::L3", "延期", "需补齐:完成标准"}),
    waits=("rd/x1#4", "NPX-77"),
    fields={"完成标准": "签订 2 家协议", "交付物": "合同", "协作需求": "需研发部卖点说明", "职责描述": "采购包装"},
    entries=(
        said(
            "进度更新",
            "张悦",
            "10-10 10:00",
            状态="进行中",
            说明="按计划推进",
            延迟原因="首选商产能不足",
            需协调资源="预算 2 万元",
        ),
        said("会签", "李明", "10-09 10:00", 结果="同意"),
    ),
    disagreements=(Disagreement(field="dept", used="市场部", other="研发部", source="sec:主责部门"),),
)

FIRMWARE = item(
    "rd/x1#4",
    "固件测试",
    dept="rd",
    R="李明",
    A="陈志远",
    status="进行中",
    start=day("10-09"),
    raw_due=day("10-15"),
    entries=(said("进度更新", "李明", "09-29 10:00", 状态="遇到风险", 说明="字段口径未统一"),),
)

DONE = item(
    "rd/x1#1",
    "原型设计",
    dept="rd",
    R="李明",
    A="陈志远",
    status="已完成",
    started_at=at("09-17 10:00"),
    done_at=at("09-24 15:00"),
    raw_due=day("09-24"),
    fields={"完成标准": "可交互原型"},
    entries=(
        said("验收申请", "李明", "09-24 10:00", 交付物="原型 V1"),
        said("验收结论", "陈志远", "09-24 16:00", 结果="通过", 评分="92", 意见="评审通过", 建议="补短视频"),
        said("协作评价", "陈志远", "09-25 10:00", 评分="5/5/4"),
        said("费用", "李明", "09-25 11:00", 金额="1.2 万元"),
    ),
)

FAILED = item(
    "NPX-16",
    "SEO 文案",
    dept="mkt",
    R="张悦",
    A="周倩",
    status="进行中",
    raw_due=day("10-13"),
    labels=frozenset({"验收::未通过"}),
    entries=(
        said("验收结论", "周倩", "10-10 15:30", 结果="未通过", 评分="52", 意见="与品牌调性不符", 整改时限="10-17"),
    ),
)

STRAY = item("NPX-36", "渠道物料", dept="战略部", R="王五", reporter=TypedName("赵六"))

REQUEST = item(
    "NPX-26",
    "请市场部提供推广话术模板",
    "协作需求",
    dept="mkt",
    R="张悦",
    A="周倩",
    raw_due=day("10-11"),
    created="09-30 10:00",
)

RISK = item(
    "NPX-22",
    "培训资料延期影响推广节奏",
    "风险",
    dept="mkt",
    fields={"影响": "高", "概率": "中", "应对措施": "协调外部讲师", "触发条件": "监控 rd/x1#4;late_days > 3"},
)

BUDGET = item(
    "NPX-20",
    "申请:推广预算 80000 元",
    "资源申请",
    dept="mkt",
    R="张悦",
    A="周倩",
    resource="活动场地",
    fields={"数量": "80000", "金额": "80000", "从": "2025-10-01", "到": "2025-10-31"},
    entries=(
        said("资源审批", "沈岳", "09-23 11:00", 结果="同意"),
        said("资源调配", "沈岳", "10-09 10:00", "客户需求更紧急", 金额="20000", 从="X1", 到="B"),
    ),
)

CONFLICT = item(
    "pmo/collab#105",
    "资源协调:活动场地",
    "会议",
    dept="office",
    made=True,
    status="已完成",
    fields={"会议类别": "资源协调"},
    links=(Link(kind="relates", target="NPX-20"), Link(kind="relates", target="NPX-77")),
    entries=(said("决议", "沈岳", "10-10 11:00", "场地归 X1", ["双十一预热改期;市场部;10-13", "盘点库存"]),),
)

FOLLOW_UP = item(
    "pmo/collab#106",
    "决议跟进:双十一预热改期",
    dept="mkt",
    R="张悦",
    A="周倩",
    made=True,
    raw_due=day("10-13"),
    status="进行中",
)

LESSON = item(
    "pmo/collab#107",
    "复盘:X1",
    "会议",
    dept="office",
    R="陈志远",
    status="已结项",
    labels=frozenset({"保留至:2027-10"}),
    fields={"会议类别": "复盘会"},
    entries=(said("复盘", "陈志远", "10-10 15:00", 亮点="表单合并", 待改进="审批节点多", 可复用="双签机制"),),
)

DOCUMENT = item(
    "NPX-27",
    "新品X1协作计划",
    "文档",
    dept="mkt",
    R="张悦",
    A="周倩",
    raw_due=day("09-30"),
    labels=frozenset({"文档::已会签", "保留至:2027-09"}),
    fields={"会签部门": "研发部、市场部、客服部"},
    entries=(
        said("审核意见", "陈志远", "09-22 10:00", 需修订="是", 意见="职责不清"),
        said("修订", "张悦", "09-26 10:00", 版本="V1.1"),
        said("会签", "陈志远", "09-29 10:00", 结果="同意"),
        said("会签", "周倩", "09-22 09:00", 结果="同意"),
    ),
)

SECRET = item(
    "NPX-77",
    "并购谈判资料",
    dept="rd",
    R="李明",
    A="陈志远",
    raw_due=day("09-20"),
    status="进行中",
    confidential=True,
    labels=frozenset({"升级::L3", "需补齐:RACI"}),
)

STORY: tuple[WorkItem, ...] = (
    PROGRAM,
    APPLICATION,
    LATE,
    FIRMWARE,
    DONE,
    FAILED,
    STRAY,
    REQUEST,
    RISK,
    BUDGET,
    CONFLICT,
    FOLLOW_UP,
    LESSON,
    DOCUMENT,
    SECRET,
)
