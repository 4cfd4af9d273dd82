"""The words people use, folded to one canonical name each. Plain tables: add a word here and every tracker knows it.

``FIELD_SYNONYMS`` holds keys of the 「协同信息」 section, ``ENTRY_SYNONYMS`` kinds of structured comments,
``ENTRY_KEY_SYNONYMS`` their keys. A word that is in no table is kept as typed. 资源协调 (a coordination result) and
资源调配 (an actual move) are different things and stay apart, as do 遇到风险 and 需支持.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

SECTION_TITLE = "协同信息"

ENTRY_KINDS: Mapping[str, tuple[str, ...]] = {
    "进度更新": ("状态", "说明", "延迟原因", "需协调资源"),
    "预警": ("原因", "影响", "补救", "新日期"),
    "响应": ("内容",),
    "方案": ("内容",),
    "接收任务": ("执行人", "部门时间节点", "完成标准"),
    "决议": (),
    "立项评估": ("结果", "意见"),
    "立项审批": ("结果", "意见"),
    "资源审批": ("结果", "意见", "数量", "金额", "从", "到"),
    "资源调配": ("结果", "数量", "金额", "从", "到"),
    "延期审批": ("结果", "意见", "新日期"),
    "审核意见": ("需修订", "意见"),
    "修订": ("版本",),
    "会签": ("结果", "意见"),
    "验收申请": ("交付物",),
    "验收结论": ("结果", "评分", "意见", "整改时限", "部门"),
    "协作评价": ("评分", "部门"),
    "调整计划": ("计划",),
    "复盘": ("亮点", "待改进", "可复用"),
    "目标实际值": ("数值", "单位"),
    "费用": ("数值", "金额", "单位"),
}
"""Every kind of structured comment the product knows, with the canonical keys it may carry."""

ENTRY_SYNONYMS: Mapping[str, str] = {
    "进度": "进度更新",
    "进展": "进度更新",
    "进展更新": "进度更新",
    "进度汇报": "进度更新",
    "风险预警": "预警",
    "协调方案": "方案",
    "任务接收": "接收任务",
    "会议决议": "决议",
    "项目评估": "立项评估",
    "项目审批": "立项审批",
    "延期批复": "延期审批",
    "申请验收": "验收申请",
    "验收结果": "验收结论",
    "计划调整": "调整计划",
    "总结": "复盘",
    "复盘总结": "复盘",
    "目标完成值": "目标实际值",
    "费用支出": "费用",
}

FIELD_SYNONYMS: Mapping[str, str] = {
    # departments
    "主责部门": "牵头部门",
    "发起部门": "牵头部门",
    "负责部门": "牵头部门",
    "责任部门": "牵头部门",
    "主责": "牵头部门",
    "协办": "协办部门",
    "辅责": "协办部门",
    "配合": "协办部门",
    "辅责部门": "协办部门",
    "配合部门": "协办部门",
    "关联部门": "协办部门",
    "协助部门": "协办部门",
    "支持部门": "协办部门",
    "参与部门": "建议参与部门",
    "核心协作部门": "核心部门",
    # people
    "责任人": "负责人",
    "主责人": "负责人",
    "批准人": "审批人",
    "协办人": "协助人",
    "配合人": "协助人",
    "参与人": "协助人",
    "知会": "知会人",
    "抄送": "知会人",
    "抄送人": "知会人",
    "第一负责人": "第一责任人",
    "联络人": "接口人",
    # judgements
    "紧急度": "紧急程度",
    "重要度": "重要程度",
    "重要性": "重要程度",
    # dates
    "截止日期": "截止日",
    "截止时间": "截止日",
    "到期日": "截止日",
    "完成时限": "截止日",
    "开始日期": "开始日",
    "开始时间": "开始日",
    "计划开始": "开始日",
    # relations
    "所属项目": "项目",
    "上级任务": "父任务",
    "父级任务": "父任务",
    "前置任务": "依赖",
    "前置": "依赖",
    "依赖任务": "依赖",
    "依赖项": "依赖",
    "关联任务": "关联",
    "相关任务": "关联",
    # facets
    "交付标准": "完成标准",
    "交付物标准": "完成标准",
    "验收标准": "完成标准",
    "需要资源": "所需资源",
    "资源需求": "所需资源",
    "申请资源": "资源",
    "资源名称": "资源",
    "战略优先级": "战略",
    "应对方案": "应对措施",
    "发生概率": "概率",
    "影响程度": "影响",
}

ENTRY_KEY_SYNONYMS: Mapping[str, str] = {
    "当前状态": "状态",
    "进度状态": "状态",
    "情况说明": "说明",
    "进展说明": "说明",
    "延期原因": "延迟原因",
    "滞后原因": "延迟原因",
    "逾期原因": "延迟原因",
    "需协调的资源": "需协调资源",
    "补救措施": "补救",
    "新截止日": "新日期",
    "新截止日期": "新日期",
    "预计完成日期": "新日期",
    "时间节点": "部门时间节点",
    "交付标准": "完成标准",
    "交付物标准": "完成标准",
    "审批结果": "结果",
    "验收结果": "结果",
    "评估结果": "结果",
    "会签结果": "结果",
    "审批意见": "意见",
    "评估意见": "意见",
    "验收意见": "意见",
    "会签意见": "意见",
    "是否需修订": "需修订",
    "版本号": "版本",
    "得分": "评分",
    "分数": "评分",
    "整改期限": "整改时限",
    "验收部门": "部门",
    "改进点": "待改进",
    "可复用经验": "可复用",
    "实际值": "数值",
}

KNOWN_FIELDS: frozenset[str] = frozenset(FIELD_SYNONYMS.values()) | {
    "审批人", "第一责任人", "里程碑", "代号", "阶段", "目标", "项目代号", "项目名", "项目背景", "预期成果",
    "范围内", "范围外", "会签部门", "会议类别", "触发条件", "数量", "金额", "从", "到", "预算",
}  # fmt: skip
"""Keys of the section that the product itself reads or writes."""

_OPTIONAL = re.compile(r"\((?:必填|选填|可选|必须)\)$")


@lru_cache(maxsize=2_000)
def folded(word: str) -> str:
    """``word`` as a key is compared: NFKC (full-width letters, digits and brackets), without any white space and
    without a trailing (必填) or the like. Meant for short texts; people use the same few again and again."""
    compact = "".join(unicodedata.normalize("NFKC", word).split())
    return _OPTIONAL.sub("", compact)


def field_name(word: str) -> str:
    """The canonical name of a key of the section: ``交付标准`` → ``完成标准``; unknown words fold to themselves."""
    key = folded(word)
    return FIELD_SYNONYMS.get(key, key)


def entry_kind(word: str) -> str:
    """The canonical name of a kind of structured comment: ``风险预警`` → ``预警``."""
    kind = folded(word)
    return ENTRY_SYNONYMS.get(kind, kind)


def entry_key(word: str) -> str:
    """The canonical name of a key of a structured comment: ``延期原因`` → ``延迟原因``."""
    key = folded(word)
    return ENTRY_KEY_SYNONYMS.get(key, key)
