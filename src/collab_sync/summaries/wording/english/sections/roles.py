"""Who stands for what."""

from __future__ import annotations

from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "跨部门协作角色分工表": "Roles and responsibilities",
    "协作部门": "Department",
    "联系方式(内部)": "Accounts",
    "部门负责人": "Head of department",
    "执行接口人": "Contact",
    "执行人": "Working on it",
    "{duties}等 {count} 项": "{duties} and more, {count} in all",
    "RACI 矩阵": "RACI matrix",
    "负责人(R)": "Responsible (R)",
    "审批人(A)": "Accountable (A)",
    "参与人(C)": "Consulted (C)",
    "知会者(I)": "Informed (I)",
    "第一责任人": "First in charge",
    "部门职责分工明细表": "Duties by department",
    "负责部门": "Department in charge",
    "配合部门": "Supporting departments",
    "具体职责": "Duties",
    "职责空白与重叠": "Gaps and overlaps",
    "问题": "What is unclear",
    "没有发现职责空白或重叠。": "No gaps or overlaps were found.",
    "没有责任部门": "no department in charge",
    "没有负责人(R)": "nobody responsible (R)",
    "没有审批人(A)": "nobody accountable (A)",
    "审批人(A)有 {count} 名": "{count} people accountable (A)",
    "干系人表": "Stakeholders",
    "部门/单位": "Department or company",
    "期望与职责": "Expectations and duties",
    "公司": "Company",
    "外部单位对接人": "External contact",
}
