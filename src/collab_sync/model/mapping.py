"""How the fields of a tracker become the fields of a work item: the shape of ``mapping.yaml``.

A project of a connection is one shard. Every field has an ordered list of sources; the first with a value
wins and a later one that disagrees is remembered. Sources are written as

``assignee`` ``reporter`` ``component`` ``priority`` ``duedate`` ``start`` ``parent`` ``milestone`` …  a native field
``cf:负责人``          a custom field by its name
``label:部门::``       the rest of a label with this prefix
``sec:审批人``         a line of the 「协同信息」 section
``const:研发部``       always this
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Literal, TypeAlias

from pydantic import Field, PrivateAttr, field_validator

from collab_sync.model.organisation import StrictModel
from collab_sync.model.page import Locale
from collab_sync.model.work_item import Status

FacetType: TypeAlias = Literal["text", "number", "date", "departments"]

NATIVE_SOURCES: frozenset[str] = frozenset(
    {
        "assignee",
        "assignees",
        "reporter",
        "component",
        "priority",
        "duedate",
        "start",
        "parent",
        "milestone",
        "issuetype",
    }
)
SOURCE_PREFIXES: tuple[str, ...] = ("cf:", "label:", "sec:", "const:")

MODEL_FIELDS: tuple[str, ...] = (
    "R",
    "A",
    "C",
    "I",
    "F",
    "reporter",
    "dept",
    "related_depts",
    "urgency",
    "importance",
    "native_priority",
    "start",
    "due",
    "program",
    "milestone",
    "parent",
    "resource",
)
"""Fields that may have sources, besides ``fields.‹名›``."""


class FieldSources(StrictModel):
    """``values`` translates what the source says; a value it does not list is kept as it is."""

    sources: tuple[str, ...]
    values: Mapping[str, str] = Field(default_factory=dict)
    default: str | None = None

    @field_validator("sources")
    @classmethod
    def _known(cls, sources: tuple[str, ...]) -> tuple[str, ...]:
        for source in sources:
            if source not in NATIVE_SOURCES and not source.startswith(SOURCE_PREFIXES):
                raise ValueError(
                    f"不认识的来源“{source}”;可写 {', '.join(sorted(NATIVE_SOURCES))} 或以 cf: label: sec: const: 开头"
                )
        return sources


class LabelledStatus(StrictModel):
    """GitLab: the open/closed state, refined by a label with the prefix ``label``."""

    label: str
    default: Status


StatusMapping: TypeAlias = Mapping[str, Status | LabelledStatus]


class ProjectMapping(StrictModel):
    """One shard: which project of which connection, and how to read it.

    ``status``: name of the tracker's status (Jira) or ``opened``/``closed`` (GitLab) → model status.
    ``types``: model type → ``label:类型::会议`` or ``issuetype:风险``; ``default`` for everything else.
    ``create``: how an issue we make looks there (issue type, and the labels that carry type, dept, programme).
    """

    name: str
    connection: str
    project: str
    status: StatusMapping = Field(default_factory=dict)
    fields: Mapping[str, FieldSources] = Field(default_factory=dict)
    types: Mapping[str, str] = Field(default_factory=dict)
    facets: Mapping[str, FacetType] = Field(default_factory=dict)
    bots: tuple[str, ...] = ()
    """Account ids on this connection that are not people (besides our own)."""
    locale: Locale | None = None
    """The language of pages and views there; None: that of the connection."""
    comments: str = Field(default="public", pattern=r"^(public|internal|(role|group):.+)$")
    """Who may read our comments: everybody who may read the item, only the team (``internal``: GitLab's internal
    notes, Jira Service Management's internal comments), or on Jira a role or group (``role:Developers``)."""
    _holds_pages: bool = PrivateAttr(default=False)

    def fingerprint(self) -> str:
        """Of how the project is read: when it changes, everything there has to be read anew."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    @property
    def holds_pages(self) -> bool:
        """Whether our pages go there, as far as whoever asks was told: ``doctor`` is."""
        return self._holds_pages

    def holding_pages(self) -> ProjectMapping:
        """The same project, said to hold our pages."""
        told = self.model_copy()
        told._holds_pages = True
        return told


class PageTarget(StrictModel):
    project: str
    prefix: str = "协同/"


class Writeback(StrictModel):
    """What collab-sync may write. Labels outside ``exclusive_prefixes`` and ``flags`` are never touched."""

    exclusive_prefixes: tuple[str, ...] = ("优先级::", "灯::", "升级::", "验收::", "立项::", "文档::")
    flags: tuple[str, ...] = (
        "需补齐:",
        "资源:",
        "响应:",
        "依赖:",
        "日期:",
        "变更:",
        "风险:",
        "保留至:",
        "文档:修订超期",
        "延期",
        "遇到风险",
        "待接收",
        "已归档",
    )
    transitions: bool = False
    pages: PageTarget | None = None

    def group(self, label: str) -> str | None:
        """The exclusive prefix a label belongs to, None for flags."""
        return next((prefix for prefix in self.exclusive_prefixes if label.startswith(prefix)), None)

    def ours(self, label: str) -> bool:
        """Whether collab-sync may add and remove this label. A flag that ends in ``:`` stands for all with it."""
        if self.group(label):
            return True
        return any(label == flag or (flag.endswith(":") and label.startswith(flag)) for flag in self.flags)


class TrackerMapping(StrictModel):
    """The whole of ``mapping.yaml``; projects in the order in which people want to read them."""

    projects: tuple[ProjectMapping, ...]
    writeback: Writeback = Writeback()

    @property
    def page_project(self) -> ProjectMapping | None:
        """Where pages go: named in ``writeback.pages`` by mapping name or by the tracker's own path."""
        wanted = self.writeback.pages.project if self.writeback.pages else ""
        return next((one for one in self.projects if wanted in (one.name, one.project)), None)

    def project(self, name: str) -> ProjectMapping | None:
        return next((project for project in self.projects if project.name == name), None)
