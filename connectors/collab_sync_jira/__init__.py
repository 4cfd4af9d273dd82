"""The Jira connector: Jira Cloud (REST v3) and Jira Data Center (REST v2).

Read in this order: ``site`` (requests and searches) → ``directory`` (what a site says once) → ``paging`` (long lists to
their end) → ``reader`` (pull, census) → ``decode`` (bytes to facts) with ``payloads`` → ``normalize`` with ``history``
(facts to a work item) → ``writer`` (one request per write) with ``visibility`` (who may read a comment), ``traces``
(was it written already?), ``render`` (documents to wiki markup; ADF comes from ``collab_sync_adf``) → ``pages``
(issues that hold our pages) → ``views`` (filters, dashboards) → ``hooks`` (web hooks) → ``doctor``.

How Jira behaves, and where that is answered:

- times in queries are read in the account's zone and to the minute: ``reader`` asks for "the last N minutes"
- lists move while they are read, and an empty page is not always the end: ``paging``
- a search shows some comments and forty changes of an issue without saying what it leaves out: ``decode``
- search lags behind by seconds: ``reader`` looks back some minutes, ``traces`` is asked minutes after a lost answer
- texts are documents on Cloud, wiki markup on Data Center: ``render``, ``normalize``
- comments and issues carry our marker as a property, sent in the same request: ``writer``, ``traces``
- a site says 404 of what is deleted and, on Cloud, of what is hidden; Data Center says 403: ``reader.whereabouts``

Importing this package imports neither ``jira`` nor ``requests``; ``connect`` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collab_sync.model.connection import Offers
from collab_sync.model.mapping import FieldSources, ProjectMapping
from collab_sync_jira.hooks.delivery import JiraHooks

if TYPE_CHECKING:
    from collab_sync.model.connection import ConnectionSettings
    from collab_sync.ports.clock import Clock
    from collab_sync_jira.connection import JiraConnection

_PRIORITIES = {"Highest": "最高", "High": "高", "Medium": "中", "Low": "低", "Lowest": "最低"}

_FIELDS = {
    "R": FieldSources(sources=("assignee", "cf:负责人", "sec:负责人")),
    "A": FieldSources(sources=("cf:审批人", "sec:审批人")),
    "C": FieldSources(sources=("cf:协助人", "sec:协助人")),
    "I": FieldSources(sources=("cf:知会人", "sec:知会人")),
    "F": FieldSources(sources=("cf:第一责任人", "sec:第一责任人")),
    "reporter": FieldSources(sources=("reporter",)),
    "dept": FieldSources(sources=("component", "label:部门::", "sec:主责部门")),
    "related_depts": FieldSources(sources=("label:协办::", "sec:协办部门")),
    "urgency": FieldSources(sources=("label:紧急度::", "sec:紧急程度")),
    "importance": FieldSources(sources=("label:重要度::", "sec:重要程度")),
    "native_priority": FieldSources(sources=("priority",), values=_PRIORITIES),
    "start": FieldSources(sources=("start", "sec:开始日")),
    "due": FieldSources(sources=("duedate", "sec:截止日")),
    "program": FieldSources(sources=("label:项目::", "sec:项目")),
    "milestone": FieldSources(sources=("milestone", "sec:里程碑")),
    "parent": FieldSources(sources=("parent", "sec:父任务")),
    "resource": FieldSources(sources=("sec:资源",)),
}

_STATUSES = {
    "待办": "未开始",
    "To Do": "未开始",
    "处理中": "进行中",
    "In Progress": "进行中",
    "待验收": "待验收",
    "In Review": "待验收",
    "完成": "已完成",
    "Done": "已完成",
    "已结项": "已结项",
    "已取消": "已取消",
}

_TYPES = {"风险": "issuetype:风险", "default": "任务"}


class JiraConnector:
    """What the entry point ``jira`` of ``collab_sync.connectors`` offers; see ``ports.Connector``."""

    kind = "jira"
    offers = Offers(links_out=True, views=frozenset({"filter", "dashboard"}))
    hooks = JiraHooks()

    def default_mapping(self, project: ProjectMapping) -> ProjectMapping:
        """``project`` with Jira's sources, statuses (Chinese and English names) and types where it says nothing."""
        from collab_sync.carriers.assemble import with_defaults

        defaults = ProjectMapping.model_validate(
            {
                "name": project.name,
                "connection": project.connection,
                "project": project.project,
                "fields": _FIELDS,
                "status": _STATUSES,
                "types": _TYPES,
            }
        )
        return with_defaults(project, defaults)

    def connect(self, settings: ConnectionSettings, clock: Clock) -> JiraConnection:
        """A connection that has made no request yet. Raises ConfigurationError for settings that cannot work."""
        from collab_sync_jira.connection import JiraConnection

        return JiraConnection(settings, clock)


connector = JiraConnector()
"""The entry point."""

__all__ = ["JiraConnector", "connector"]
