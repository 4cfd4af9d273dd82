"""What a site says once and we remember for the life of the connection: us, custom fields, a project's workflow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import RLock

import msgspec

from collab_sync.errors import AccessError, MissingItemError, RejectedActionError
from collab_sync.model.identity import Account
from collab_sync_jira.paging import seeks
from collab_sync_jira.payloads import Status, User
from collab_sync_jira.site import JiraSite, segment

START_DATE = ("Start date", "开始日期", "Target start")
"""Names under which Jira's start date, a custom field, is known (English, Chinese, Advanced Roadmaps)."""

_STANDARD_TYPES = ("任务", "task", "story", "故事")


class IssueType(msgspec.Struct):
    """An issue type of a project with the statuses of its workflow."""

    id: str
    name: str
    subtask: bool = False
    statuses: list[Status] = []


class _Field(msgspec.Struct):
    id: str
    name: str
    custom: bool = False


class _Project(msgspec.Struct, rename="camel"):
    project_type_key: str = ""


class Directory:
    """One per connection, for all its threads. Asks when first needed; what concerns the whole site is asked for by one
    of them while the others wait. Raises the TrackerErrors of the request."""

    def __init__(self, site: JiraSite) -> None:
        self._site = site
        self._me: Account | None = None
        self._custom: dict[str, tuple[str, ...]] | None = None
        self._types: dict[str, tuple[IssueType, ...]] = {}
        self._seeks: bool | None = None
        self._serving: dict[str, bool] = {}
        self._asking = RLock()

    def me(self) -> Account:
        with self._asking:
            self._me = self._me or self._myself()
            return self._me

    def seeks(self, project: str) -> bool:
        """Whether lists are read by seeking (see ``paging``), tried once with the clause of a project; a project with
        too few issues to tell is read by its chain, and the next one is tried."""
        with self._asking:
            if self._seeks is None:
                self._seeks = seeks(self._site, project)
            return bool(self._seeks)

    def custom_ids(self, names: Iterable[str]) -> Mapping[str, str]:
        """Custom field id → name for the wanted names; a name nobody uses has no id, some have several."""
        wanted = tuple(names)
        if not wanted:
            return {}
        with self._asking:
            if self._custom is None:
                self._custom = _by_name(self._site.decode(self._site.get("field"), list[_Field]))
            found = self._custom
        return {identifier: name for name in wanted for identifier in found.get(name, ())}

    def visible(self, project: str) -> None:
        """Asks anew each time. Raises AccessError if the project is not there or we are not shown it."""
        try:
            self._site.get(f"project/{segment(project)}")
        except MissingItemError as error:
            raise self._unseen(project, error) from error

    def serves(self, project: str) -> bool:
        """Whether it is a project of Jira Service Management, which alone has internal comments."""
        if project not in self._serving:
            found = self._site.decode(self._site.get(f"project/{segment(project)}"), _Project)
            self._serving[project] = found.project_type_key == "service_desk"
        return self._serving[project]

    def _myself(self) -> Account:
        user = self._site.decode(self._site.get("myself"), User)
        if not user.identity:
            raise AccessError("Jira 没有说明我们是谁(匿名访问?)。请检查令牌。", connection=self._site.name)
        return Account(self._site.name, user.identity, user.display_name or "")

    def _unseen(self, project: str, error: MissingItemError) -> AccessError:
        return AccessError(
            f"项目 {project} 不存在,或我们的账号看不到。请核对映射中的 project 与浏览权限。",
            connection=self._site.name,
            status=error.status,
        )

    def issue_types(self, project: str) -> tuple[IssueType, ...]:
        """The issue types of a project by its key, in Jira's order."""
        if project not in self._types:
            try:
                content = self._site.get(f"project/{segment(project)}/statuses")
            except MissingItemError as error:
                raise self._unseen(project, error) from error
            self._types[project] = tuple(self._site.decode(content, list[IssueType]))
        return self._types[project]

    def categories(self, project: str) -> Mapping[str, str]:
        """Status name → category key (new, indeterminate, done)."""
        return {status.name: status.category for kind in self.issue_types(project) for status in kind.statuses}

    def task_type(self, project: str) -> IssueType:
        """The type in which we create: the standard task type, else the first one that is no sub-task."""
        types = [kind for kind in self.issue_types(project) if not kind.subtask]
        if not types:
            raise RejectedActionError(
                f"项目 {project} 没有可用的议题类型。请管理员加上“任务”类型。", connection=self._site.name
            )
        ranked = [kind for name in _STANDARD_TYPES for kind in types if kind.name.lower() == name]
        return ranked[0] if ranked else types[0]


def _by_name(fields: list[_Field]) -> dict[str, tuple[str, ...]]:
    ids: dict[str, tuple[str, ...]] = {}
    for field in fields:
        if field.custom or field.id.startswith("customfield_"):
            ids[field.name] = (*ids.get(field.name, ()), field.id)
    return ids
