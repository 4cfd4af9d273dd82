"""How GitLab's fields become the model's where ``mapping.yaml`` says nothing."""

from __future__ import annotations

from collab_sync.model.mapping import FieldSources, LabelledStatus, ProjectMapping

_SOURCES: dict[str, tuple[str, ...]] = {
    "R": ("assignees", "sec:负责人"),
    "A": ("sec:审批人",),
    "C": ("sec:协助人",),
    "I": ("sec:知会人",),
    "F": ("sec:第一责任人",),
    "reporter": ("reporter",),
    "dept": ("label:部门::", "sec:主责部门"),
    "related_depts": ("label:协办::", "sec:协办部门"),
    "urgency": ("label:紧急度::", "sec:紧急程度"),
    "importance": ("label:重要度::", "sec:重要程度"),
    "start": ("start", "sec:开始日"),
    "due": ("duedate", "sec:截止日"),
    "program": ("label:项目::", "milestone", "sec:项目"),
    "milestone": ("milestone", "sec:里程碑"),
    "parent": ("sec:父任务",),
    "resource": ("sec:资源",),
}
"""``native_priority`` has no source: GitLab has no such field."""

_GRADED = ("urgency", "importance")
_TYPES = ("会议", "风险", "资源申请", "协作需求", "问题", "立项申请", "文档", "周更新", "复盘", "项目")


def defaults(project: ProjectMapping) -> ProjectMapping:
    """The mapping of an ordinary project with the name, connection and path of ``project``."""
    return ProjectMapping(
        name=project.name,
        connection=project.connection,
        project=project.project,
        status={
            "opened": LabelledStatus(label="进度::", default="未开始"),
            "closed": LabelledStatus(label="进度::", default="已完成"),
        },
        fields={
            name: FieldSources(sources=sources, default="中" if name in _GRADED else None)
            for name, sources in _SOURCES.items()
        },
        types={**{name: f"label:类型::{name}" for name in _TYPES}, "default": "任务"},
    )
