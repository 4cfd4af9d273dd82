"""Writes to one GitLab project: one writing request per write, and finding an earlier attempt again.

GitLab accepts much in silence (labels, dates and links it does not keep), so what it answers is compared with what was
asked; a difference is a refusal. Nothing is repeated here: a write whose outcome is unknown is looked for by ``find``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import assert_never
from urllib.parse import quote

import requests

from collab_sync.errors import AccessError, MissingItemError, RejectedActionError, UnknownOutcomeError
from collab_sync.model import marker as marks
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
from collab_sync.model.identity import SourceRef
from collab_sync.model.mapping import LabelledStatus, ProjectMapping
from collab_sync.model.work_item import OPEN_STATUSES
from collab_sync_gitlab import normalize, render
from collab_sync_gitlab.client import Body, Client, Query, instant, issue_path, project_path
from collab_sync_gitlab.kept import missing_labels, not_as_ordered, same_text
from collab_sync_gitlab.payloads import IssuePart, LinkMade, NotePart

_FORBIDDEN = 403
_CONFLICT = 409
_PLAIN_LINK = "relates_to"
_ONLY_COMMANDS = 202
"""A note that consisted of quick actions alone: they ran, and there is no note."""
_PAGE = 100
_CLOCK_TOLERANCE = timedelta(minutes=5)
"""The server's clock may differ from ours when an earlier attempt is looked for."""


class GitlabWriter:
    """Implements ``collab_sync.ports.ActionWriter`` for one project."""

    def __init__(self, client: Client, project: ProjectMapping) -> None:
        self._client = client
        self._mapping = project
        self._place = normalize.Place(client.connection, project.name, project.project)

    def perform(self, write: ItemWrite) -> Receipt:  # noqa: C901, PLR0911  # one case per kind of write: a table
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

    def find(self, write: ItemWrite) -> Receipt | None:  # noqa: C901, PLR0911  # one case per kind of write: a table
        match write:
            case LabelWrite():
                return self._if(self._issue(write.target), lambda issue: missing_labels(write, issue) == "")
            case CommentWrite():
                return self._found_comment(write)
            case RetractWrite():
                return self._found_retracted(write)
            case CreateWrite():
                return self._found_issue(write)
            case LinkWrite():
                return self._found_link(write)
            case UnlinkWrite():
                return None if self._found_link(write.link) else self._receipt()
            case TransitionWrite():
                return self._if(self._issue(write.target), lambda issue: not self._steps(write, issue))
            case DescriptionWrite():
                body = self._body(write)
                return self._if(self._issue(write.target), lambda issue: same_text(issue.description, body))
            case _:
                assert_never(write)

    # --- labels ------------------------------------------------------------------------------------------------
    def _label(self, write: LabelWrite) -> Receipt:
        for label in (*write.add, *write.remove):
            if "," in label:
                raise self._refused(f"标签“{label}”含逗号,GitLab 会把它拆成两个。请改标签名。")
        body: Body = {}
        if write.add:
            body = {**body, "add_labels": ",".join(write.add)}
        if write.remove:
            body = {**body, "remove_labels": ",".join(write.remove)}
        issue = self._change(write.target, body) if body else self._issue(write.target)
        wrong = missing_labels(write, issue)
        if wrong:
            raise self._refused(f"{write.target.name}:GitLab 回答成功,但{wrong}。请检查账号在项目中的权限与标签设置。")
        return self._receipt(url=issue.web_url)

    # --- comments ----------------------------------------------------------------------------------------------
    def _comment(self, write: CommentWrite) -> Receipt:
        self._readable()
        body, path = self._body(write), f"{self._path(write.target)}/notes"
        hidden = {"internal": True, "confidential": True} if self._internal else {}
        response = (
            self._edit(write, path, body) if write.comment_id else self._client.post(path, {"body": body, **hidden})
        )
        if response.status_code == _ONLY_COMMANDS:
            raise self._no_note(write, response)
        note = self._client.decode(response, NotePart)
        if not same_text(note.body, body):
            raise self._refused(f"{write.target.name}:GitLab 存下的评论与所写不同(可能把某行当作命令)。请查看该评论。")
        if write.comment_id:  # who may read it was settled when it was made
            return self._receipt(remote_id=str(note.id))
        return self._posted(write, note)

    @property
    def _internal(self) -> bool:
        return self._mapping.comments == "internal"

    def _readable(self) -> None:
        """Raises RejectedActionError for a circle of readers that GitLab does not know."""
        if self._mapping.comments not in ("public", "internal"):
            raise self._refused(unknown_readers(self._mapping) + "评论没有写入。")

    def _posted(self, write: CommentWrite, note: NotePart) -> Receipt:
        if self._internal and not note.hidden:
            raise self._refused(
                f"{write.target.name}:评论 {note.id} 要求只给内部看,GitLab 却存成了公开的。请立即查看该评论,"
                "决定删还是留;在服务器支持内部评论之前,请在 mapping.yaml 把 comments 改为 public 或停用该项目。"
            )
        return self._receipt(remote_id=str(note.id), at=note.created_at)

    def _no_note(self, write: CommentWrite, response: requests.Response) -> RejectedActionError | UnknownOutcomeError:
        """202 tells either of commands that ran, and then there is no note, or only that the request was accepted."""
        if "commands_changes" in response.text:
            return self._refused(f"{write.target.name}:GitLab 把评论当作命令,没有存下评论。请查看该议题。")
        return UnknownOutcomeError(
            "服务器说已受理,没有给出评论。重试之前会先查明。",
            connection=self._client.connection,
            status=response.status_code,
        )

    def _edit(self, write: CommentWrite, path: str, body: str) -> requests.Response:
        try:
            return self._client.put(f"{path}/{quote(write.comment_id, safe='')}", {"body": body})
        except MissingItemError as error:
            self._issue(write.target)  # raises MissingItemError itself when it is the issue that is gone
            raise self._refused(
                f"{write.target.name}:要改写的评论 {write.comment_id} 已被删除,没有写入。若仍需要,请让它重新发布。"
            ) from error

    def _retract(self, write: RetractWrite) -> Receipt:
        try:
            self._client.delete(f"{self._path(write.target)}/notes/{quote(write.comment_id, safe='')}")
        except MissingItemError:
            self._issue(write.target)  # the comment is gone already; the issue must not be
        except AccessError as error:
            if error.status != _FORBIDDEN:
                raise
            return self._comment(_replacing(write))
        return self._receipt(remote_id=write.comment_id)

    def _found_retracted(self, write: RetractWrite) -> Receipt | None:
        """The comment is gone, or says what was to stand in its place."""
        try:
            self._client.get(f"{self._path(write.target)}/notes/{quote(write.comment_id, safe='')}")
        except MissingItemError:
            self._issue(write.target)
            return self._receipt(remote_id=write.comment_id)
        return self._found_comment(_replacing(write))

    def _found_comment(self, write: CommentWrite) -> Receipt | None:
        """A new comment by the key and hash of its marker; a replaced body by being exactly that body."""
        body, wanted = self._body(write), marks.loads(write.marker)
        for note in self._own_notes(write.target):
            if write.comment_id:
                if str(note.id) == write.comment_id and same_text(note.body, body):
                    return self._receipt(remote_id=write.comment_id)
                continue
            there = marks.loads(render.hidden(note.body))
            if there and wanted and (there.key, there.hash) == (wanted.key, wanted.hash):
                return self._posted(write, note)
        return None

    def _own_notes(self, target: Target) -> Iterator[NotePart]:
        query: Query = {"order_by": "created_at", "sort": "desc", "per_page": _PAGE}
        rows = self._client.rows(f"{self._path(target)}/notes", query)
        yield from normalize.own_notes(normalize.decode_notes(normalize.joined(rows)), self._client.me())

    # --- new issues --------------------------------------------------------------------------------------------
    def _create(self, write: CreateWrite) -> Receipt:
        for label in write.labels:
            if "," in label:
                raise self._refused(f"标签“{label}”含逗号,GitLab 会把它拆成两个。请改标签名。")
        body: dict[str, str | int | list[int]] = {
            "title": render.title(write.title),
            "description": self._body(write),
            "labels": ",".join(write.labels),
        }
        if write.assignee:
            body["assignee_ids"] = [self._client.user_number(write.assignee.id)]
        if write.due:
            body["due_date"] = write.due.isoformat()
        response = self._client.post(f"{project_path(self._mapping.project)}/issues", body)
        issue = self._client.decode(response, IssuePart)
        wrong = not_as_ordered(write, issue)
        if not same_text(issue.description, str(body["description"])):
            wrong = "存下的说明与所写不同(可能把某行当作命令)"
        if wrong:
            raise self._refused(f"议题 #{issue.iid} 已建,但{wrong}。请在 GitLab 补上,并检查账号权限(需 Reporter)。")
        return self._created(issue)

    def _found_issue(self, write: CreateWrite) -> Receipt | None:
        wanted = marks.loads(write.marker)
        for row in self._client.rows(f"{project_path(self._mapping.project)}/issues", self._own_since(write.since)):
            issue = normalize.decode_issue(row)
            if isinstance(issue, IssuePart) and issue.author and issue.author.id == self._client.me().id:
                there = marks.loads(render.hidden(issue.description or ""))
                if there and wanted and there.key == wanted.key:
                    return self._created(issue)
        return None

    def _own_since(self, since: datetime | None) -> Query:
        query: dict[str, str | int] = {
            "scope": "all",
            "state": "all",
            "author_id": self._client.me().id,
            "order_by": "created_at",
            "sort": "asc",
            "per_page": _PAGE,
        }
        return {**query, "created_after": instant(since - _CLOCK_TOLERANCE)} if since else query

    def _created(self, issue: IssuePart) -> Receipt:
        ref = normalize.source_ref(issue, self._place)
        return Receipt(at=issue.created_at, remote_id=ref.native_id, ref=ref, url=ref.url)

    # --- links -------------------------------------------------------------------------------------------------
    def _link(self, write: LinkWrite) -> Receipt:
        target = self._other_end(write)
        body: Body = {
            "target_project_id": self._client.project_number(target.path),
            "target_issue_iid": target.iid,
            "link_type": self._link_type(write.kind),
        }
        try:
            response = self._client.post(f"{self._path(write.source)}/links", body)
        except RejectedActionError as error:
            if error.status != _CONFLICT:  # "already assigned": what we want is there
                raise
            return self._found_link(write) or self._receipt()
        made = self._client.decode(response, LinkMade)
        if made.link_type == _PLAIN_LINK != body["link_type"]:  # "is blocked by" comes back as "blocks", turned round
            raise self._refused(
                f"{write.source.name}:链接已建,但 GitLab 把“阻塞”存成了普通关联,这是免费版的做法。"
                "请在连接设置写 edition: free;已建的链接可以留着。"
            )
        return self._receipt(remote_id=str(made.id or ""), url=target.url)

    def _found_link(self, write: LinkWrite) -> Receipt | None:
        target = self._other_end(write)
        for row in self._client.rows(f"{self._path(write.source)}/links", {"per_page": _PAGE}):
            link = normalize.decode_link(row)
            if link and str(link.id) == target.native_id:
                return self._receipt(remote_id=str(link.issue_link_id or ""), url=target.url)
        return None

    def _unlink(self, write: UnlinkWrite) -> Receipt:
        found = self._found_link(write.link)
        try:
            if found is not None and found.remote_id:
                self._client.delete(f"{self._path(write.source)}/links/{quote(found.remote_id, safe='')}")
        except MissingItemError:
            self._issue(write.source)
        return self._receipt()

    def _other_end(self, write: LinkWrite) -> SourceRef:
        ref = write.target.ref
        if ref is None or ref.connection != self._client.connection:
            raise self._refused(
                f"GitLab 没有指向别的系统的链接:{write.source.name} → {write.target.name or write.title or write.url}。"
                "请把网址写进我们的登记评论或自建议题的说明。"
            )
        return ref

    def _link_type(self, kind: str) -> str:
        """The free edition stores every type as ``relates_to`` and says nothing."""
        if self._client.settings.edition != "premium":
            return "relates_to"
        return {"blocks": "blocks", "blocked_by": "is_blocked_by"}.get(kind, "relates_to")

    # --- status and description --------------------------------------------------------------------------------
    def _transition(self, write: TransitionWrite) -> Receipt:
        before = self._issue(write.target)
        steps = self._steps(write, before)
        after = self._change(write.target, steps) if steps else before
        if self._steps(write, after):
            raise self._refused(f"{write.target.name}:GitLab 回答成功,但状态没有变成“{write.to}”。请检查账号的权限。")
        return self._receipt(url=after.web_url)

    def _steps(self, write: TransitionWrite, issue: IssuePart) -> dict[str, str]:
        """What is still to be changed so that ``issue`` has the status: state, and labels of the status prefix."""
        state, prefix, default = self._home(write.to)
        wanted = {f"{prefix}{write.to}"} if prefix and write.to != default else set()
        present = {label for label in issue.labels if prefix and label.startswith(prefix)}
        steps = {
            "state_event": {"opened": "reopen", "closed": "close"}[state] if issue.state != state else "",
            "add_labels": ",".join(sorted(wanted - present)),
            "remove_labels": ",".join(sorted(present - wanted)),
        }
        return {name: value for name, value in steps.items() if value}

    def _home(self, status: str) -> tuple[str, str, str]:
        """GitLab state, label prefix and default of that state under which ``status`` is found."""
        for state, meant in self._mapping.status.items():
            if state not in ("opened", "closed"):
                continue
            if not isinstance(meant, LabelledStatus):
                if meant == status:
                    return state, "", meant
            elif (meant.default in OPEN_STATUSES) == (status in OPEN_STATUSES):
                return state, meant.label, meant.default
        raise self._refused(f"mapping.yaml 中项目 {self._mapping.name} 没有能表示“{status}”的状态。请补上 status。")

    def _describe(self, write: DescriptionWrite) -> Receipt:
        body = self._body(write)
        issue = self._change(write.target, {"description": body})
        if not same_text(issue.description, body):
            raise self._refused(f"{write.target.name}:GitLab 存下的说明与所写不同。请查看该议题。")
        return self._receipt(url=issue.web_url)

    # --- shared ------------------------------------------------------------------------------------------------
    def _body(self, write: CommentWrite | CreateWrite | DescriptionWrite) -> str:
        return render.note(write.document, write.marker, self._client.connection)

    def _path(self, target: Target) -> str:
        if target.ref is None:
            raise ValueError(f"target {target.name} is not resolved")
        here = target.ref.project == self._mapping.name  # the mirror may still know the path of before a renaming
        return issue_path(self._mapping.project if here else target.ref.path, target.ref.iid)

    def _issue(self, target: Target) -> IssuePart:
        return self._client.decode(self._client.get(self._path(target)), IssuePart)

    def _change(self, target: Target, body: Body) -> IssuePart:
        return self._client.decode(self._client.put(self._path(target), body), IssuePart)

    def _if(self, issue: IssuePart, done: Callable[[IssuePart], bool]) -> Receipt | None:
        return self._receipt(url=issue.web_url) if done(issue) else None

    def _receipt(self, *, remote_id: str = "", url: str = "", at: datetime | None = None) -> Receipt:
        return Receipt(at=at or self._client.clock.now(), remote_id=remote_id, url=url)

    def _refused(self, message: str) -> RejectedActionError:
        return RejectedActionError(message, connection=self._client.connection)


def _replacing(write: RetractWrite) -> CommentWrite:
    """The edit that stands for a deletion which is not allowed."""
    return CommentWrite(target=write.target, document=write.document, marker=write.marker, comment_id=write.comment_id)


def unknown_readers(project: ProjectMapping) -> str:
    """Why a role or group cannot be given as readers."""
    written = f"mapping.yaml 中项目 {project.name} 的 comments 写作“{project.comments}”"
    return f"{written},GitLab 的评论只能是 public 或 internal;"
