"""What stays."""

from __future__ import annotations

from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "历史案例库": "Lessons learned",
    "还没有归档的案例。": "No lessons have been recorded yet.",
    "复盘会": "Review meeting",
    "亮点": "What went well",
    "待改进": "To be improved",
    "可复用经验": "Worth reusing",
    "主持": "Chaired by",
    "变更记录": "Changes",
    "会签": "Sign-off",
    "没有写明会签部门。": "No departments are named for sign-off.",
    "没有审核与修订记录。": "No reviews or revisions yet.",
    "提出人": "Proposed by",
    "待会签": "Awaiting sign-off",
    "保留至 {month}。": "Kept until {month}.",
    "保存期限不少于 2 年。": "Kept for at least 2 years.",
    "责任部门:{department};{keep}": "Department: {department}. {keep}",
    "查阅权限:本页读者均可查阅;编辑以原文档所在事项的权限为准,由牵头部门负责。": (
        "Access: every reader of this page may read it. Editing follows the permissions of the original "
        "item and is up to the lead department."
    ),
    "没有可发布的文档。": "There is no document to publish.",
    "原文与附件见 ": "For the original and its attachments see ",
    "归档与保留期核对": "Retention check",
    "没有需要保留的归档事项。": "There are no archived items to keep.",
    "保留期写法有误,应为 YYYY-MM": "retention month is not readable, YYYY-MM is expected",
    "已满保留期,可由责任部门决定去留": "retention is over, the department in charge may decide",
    "保留中": "being kept",
    "保留至": "Keep until",
    "核对": "Check",
}
