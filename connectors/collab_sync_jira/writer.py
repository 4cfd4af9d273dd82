"""Writes to one Jira project: one writing request per write, reads before it where the request needs them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

import msgspec

from collab_sync.carriers.assemble import status_of
from collab_sync.errors import AccessError, MissingItemError, RejectedActionError
from collab_sync.model import wording
from collab_sync.model.action import (
    CommentWrite,
    CreateWrite,
    DescriptionWrite,
    ItemWrite,
    LabelWrite,
    LinkWrite,
    Receipt,
    RetractWrite,
    Target,
    TransitionWrite,
    UnlinkWrite,
)
from collab_sync.model.document import Document
from collab_sync.model.identity import SourceRef
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.clock import Clock
from collab_sync_adf import adf
from collab_sync_jira import visibility
from collab_sync_jira.directory import Directory
from collab_sync_jira.normalize import source_ref
from collab_sync_jira.payloads import PROPERTY, Json, Status
from collab_sync_jira.render import wiki
from collab_sync_jira.site import JiraSite, segment
from collab_sync_jira.traces import Traces, global_id, is_remote, link_address, link_type, resolved

_FORBIDDEN = 403
_LONGEST_TITLE = 255
_LONGEST_PROPERTY = 32_768
_LONGEST_LABEL = 255
_LONGEST_TEXT = 32_767
"""Characters of a comment or description on Cloud; a Data Center has its own limit and tells it when it refuses."""


class _Transition(msgspec.Struct):
    id: str
    to: Status = msgspec.field(default_factory=Status)


class _Transitions(msgspec.Struct):
    transitions: list[_Transition] = []


class _Made(msgspec.Struct):
    """What Jira answers when it made something: numbers or texts as ids, a key for issues."""

    id: int | str
    key: str = ""
    visibility: dict[str, object] | None = None


class JiraWriter:
    """See ``ports.ActionWriter``."""

    def __init__(self, site: JiraSite, directory: Directory, mapping: ProjectMapping, clock: Clock) -> None:
        self._site = site
        self._directory = directory
        self._mapping = mapping
        self._clock = clock
        self._traces = Traces(site, directory, mapping)

    def find(self, write: ItemWrite) -> Receipt | None:
        """See ``ports``."""
        return self._traces.find(write, self._clock.now())

    def perform(self, write: ItemWrite) -> Receipt:  # noqa: C901, PLR0911  # one case per kind of write: a table
        """See ``ports``. What is already so (no labels to change, status reached) sends nothing."""
        match write:
            case LabelWrite():
                return self._label(write)
            case CommentWrite():
                return self._comment(write)
            case RetractWrite():
                return self._retract(write)
            case CreateWrite():
                return self._create(write)
            case LinkWrite():
                return self._link(write)
            case UnlinkWrite():
                return self._unlink(write)
            case TransitionWrite():
                return self._transition(write)
            case DescriptionWrite():
                return self._describe(write)
            case _:
                assert_never(write)

    def _label(self, write: LabelWrite) -> Receipt:
        # none with a blank can be there, and naming it would have the whole request refused
        changes = [{"remove": label} for label in write.remove if not _blank(label)] + [
            {"add": label} for label in write.add
        ]
        self._fit(write.add)
        if changes:
            self._site.put(_issue(write.target), {"update": {"labels": changes}})
        return self._receipt()

    def _comment(self, write: CommentWrite) -> Receipt:
        """Marker, text and visibility travel in one request, also when a comment is replaced: Jira takes a replaced
        comment without visibility for public."""
        visibility.refuse_if_public(self._mapping, self._directory, self._site.name)
        path, restriction = f"{_issue(write.target)}/comment", visibility.restriction(self._mapping)
        properties = self._marked(write.marker) + visibility.properties(self._mapping)
        body = {"body": self._rendered(write.document), "properties": properties}
        body |= {"visibility": restriction} if restriction else {}
        if write.comment_id:
            answer = self._edit(write, f"{path}/{segment(write.comment_id)}", body)
        else:
            answer = self._site.post(path, body)
        made = self._made(answer)
        visibility.refuse_if_shown(self._mapping, made.visibility, str(made.id), self._site.name)
        return self._receipt(remote_id=str(made.id))

    def _edit(self, write: CommentWrite, path: str, body: Json) -> bytes:
        try:
            return self._site.put(path, body)
        except MissingItemError as error:
            self._see(write.target)
            raise self._refused(
                f"{write.target.name}:要改写的评论 {write.comment_id} 已被删除,没有写入。若仍需要,请让它重新发布。"
            ) from error

    def _retract(self, write: RetractWrite) -> Receipt:
        try:
            self._site.delete(f"{_issue(write.target)}/comment/{segment(write.comment_id)}")
        except MissingItemError:
            self._see(write.target)  # the comment is gone already; the issue must not be
        except (AccessError, RejectedActionError) as error:
            if isinstance(error, AccessError) and error.status != _FORBIDDEN:
                raise
            return self._comment(
                CommentWrite(
                    target=write.target, document=write.document, marker=write.marker, comment_id=write.comment_id
                )
            )
        return self._receipt(remote_id=write.comment_id)

    def _create(self, write: CreateWrite) -> Receipt:
        body = {"fields": self._new_fields(write), "properties": self._marked(write.marker)}
        made = self._made(self._new(body))
        ref = source_ref(self._site, self._mapping, str(made.id), made.key)
        if write.assignee and not self._site.cloud and not self._traces.assigned(ref, write.assignee):
            raise RejectedActionError(
                f"{made.key} 已建,但没有指派给 {write.assignee.id}。请在 Jira 补上,并检查此人能否被指派、"
                "新建界面有没有“经办人”。",
                connection=self._site.name,
            )
        return self._receipt(ref=ref, url=ref.url)

    def _new(self, body: Json) -> bytes:
        """Jira does not say 404 of a project that we are not shown, but refuses the issue."""
        try:
            return self._site.post("issue", body)
        except RejectedActionError:
            self._directory.visible(self._mapping.project)
            raise

    def _new_fields(self, write: CreateWrite) -> Mapping[str, Json]:
        project = self._mapping.project
        self._fit(write.labels)
        fields: dict[str, Json] = {
            "project": {"key": project},
            "issuetype": {"id": self._directory.task_type(project).id},
            "summary": wording.title(write.title, _LONGEST_TITLE),
            "description": self._rendered(write.document),
        }
        if write.labels:
            fields["labels"] = list(write.labels)
        if write.due:
            fields["duedate"] = write.due.isoformat()
        if write.assignee:
            fields["assignee"] = {"accountId" if self._site.cloud else "name": write.assignee.id}
        return fields

    def _link(self, write: LinkWrite) -> Receipt:
        source = resolved(write.source)
        if not is_remote(write, source):
            self._join(write)
            return self._receipt()
        address = link_address(write)
        title = write.title or (write.target.ref.key if write.target.ref else "") or address
        body = {"globalId": global_id(write), "object": {"url": address, "title": wording.title(title, _LONGEST_TITLE)}}
        made = self._made(self._site.post(f"{_issue(write.source)}/remotelink", body))
        return self._receipt(remote_id=str(made.id))

    def _join(self, write: LinkWrite) -> None:
        try:
            self._site.post("issueLink", _ends(write))
        except AccessError as error:
            if error.status == _FORBIDDEN:  # perhaps one of the two is only not for us
                self._see(write.source)
                self._see(write.target)
            raise

    def _unlink(self, write: UnlinkWrite) -> Receipt:
        link = write.link
        try:
            if is_remote(link, resolved(link.source)):
                self._site.delete(f"{_issue(link.source)}/remotelink", [("globalId", global_id(link))])
            elif there := self._traces.native_link(link):
                self._site.delete(f"issueLink/{segment(there)}")
        except MissingItemError:
            self._see(write.source)  # the link is gone already; the issue must not be
        return self._receipt()

    def _see(self, target: Target) -> None:
        """Raises MissingItemError if the issue is gone or not shown to us."""
        self._site.get(_issue(target), [("fields", "summary")])

    def _transition(self, write: TransitionWrite) -> Receipt:
        path = f"{_issue(write.target)}/transitions"
        offered = self._site.decode(self._site.get(path), _Transitions).transitions
        fitting = [one for one in offered if status_of(one.to.name, self._mapping) == write.to]
        if fitting:
            self._site.post(path, {"transition": {"id": fitting[0].id}})
        elif not self._traces.reached(write):
            names = "、".join(one.to.name for one in offered) or "(没有)"
            raise RejectedActionError(
                f"{write.target.name} 现在不能转到“{write.to}”;工作流允许的去向:{names}。"
                "请检查工作流、我们账号的流转权限,以及映射中的 status。",
                connection=self._site.name,
            )
        return self._receipt()

    def _describe(self, write: DescriptionWrite) -> Receipt:
        fields = {"description": self._rendered(write.document)}
        self._site.put(_issue(write.target), {"fields": fields, "properties": self._marked(write.marker)})
        return self._receipt()

    def _made(self, answer: bytes) -> _Made:
        return self._site.decode(answer, _Made, writing=True)

    def _rendered(self, document: Document) -> Json:
        form = adf.render if self._site.cloud else wiki.render
        body = form(document, self._site.name)
        count = len("".join(_texts(body)))
        if self._site.cloud and count > _LONGEST_TEXT:
            raise self._refused(
                f"正文有 {count} 个字符,Jira 至多 {_LONGEST_TEXT} 个,没有写入。请在规则里缩短这段话或减少它列出的条目。"
            )
        return body

    def _fit(self, labels: Iterable[str]) -> None:
        """Raises RejectedActionError for a label that Jira would refuse together with everything sent beside it."""
        for label in labels:
            if _blank(label):
                raise self._refused(
                    f"标签“{label}”含空格,Jira 的标签不能有空格,没有写入。请在规则或组织文件中改名(例如用连字符)。"
                )
            if len(label) > _LONGEST_LABEL:
                raise self._refused(
                    f"标签“{label[:20]}…”有 {len(label)} 个字符,Jira 至多 {_LONGEST_LABEL} 个,没有写入。"
                )

    def _refused(self, message: str) -> RejectedActionError:
        return RejectedActionError(message, connection=self._site.name)

    def _marked(self, marker: str) -> list[Json]:
        """The marker as the value of our property. The core gives JSON text; it is stored as JSON."""
        if len(marker) > _LONGEST_PROPERTY:
            raise self._refused(
                f"标记有 {len(marker)} 个字符,Jira 的属性至多 {_LONGEST_PROPERTY} 个。请缩短这条评论的段落。"
            )
        return [{"key": PROPERTY, "value": json.loads(marker)}] if marker else []

    def _receipt(self, remote_id: str = "", ref: SourceRef | None = None, url: str = "") -> Receipt:
        return Receipt(at=self._clock.now(), remote_id=remote_id, ref=ref, url=url)


def _blank(label: str) -> bool:
    return any(sign.isspace() for sign in label)


def _texts(body: Json) -> Iterator[str]:
    """The words of a rendered document."""
    match body:
        case {"text": str(text)}:
            yield text
        case {"content": list(nodes)}:
            for node in nodes:
                yield from _texts(node)


def _issue(target: Target) -> str:
    return f"issue/{segment(resolved(target).native_id)}"


def _ends(write: LinkWrite) -> Mapping[str, Json]:
    """Jira takes the issue that blocks as ``inwardIssue``, against what the names suggest (seen on real sites)."""
    source, target = resolved(write.source).key, resolved(write.target).key
    first, second = (target, source) if write.kind == "blocked_by" else (source, target)
    return {"type": {"name": link_type(write.kind)}, "inwardIssue": {"key": first}, "outwardIssue": {"key": second}}
