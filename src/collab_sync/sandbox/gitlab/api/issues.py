"""Issues: read, create, change, delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from collab_sync.sandbox.gitlab import quick_actions
from collab_sync.sandbox.gitlab.answers import answer, nothing
from collab_sync.sandbox.gitlab.api.issue_list import list_group_issues, list_issues
from collab_sync.sandbox.gitlab.api.routes import Routes
from collab_sync.sandbox.gitlab.call import Call
from collab_sync.sandbox.gitlab.edits import IssueEdit, label_ids
from collab_sync.sandbox.gitlab.errors import (
    ApiError,
    bad_parameter,
    conflict,
    forbidden,
    invalid_model,
    not_found,
)
from collab_sync.sandbox.gitlab.parameters import Parameters, lenient_date
from collab_sync.sandbox.gitlab.shapes import issue_detail
from collab_sync.sandbox.gitlab.state import OWNER, REPORTER, Issue, Project
from collab_sync.sandbox.wire import Response

LONGEST_TITLE, LONGEST_DESCRIPTION = 255, 1_048_576
"""Characters."""

UPDATABLE = (
    "assignee_id",
    "assignee_ids",
    "confidential",
    "created_at",
    "description",
    "discussion_locked",
    "due_date",
    "labels",
    "add_labels",
    "remove_labels",
    "milestone_id",
    "state_event",
    "title",
    "issue_type",
)
"""In the order in which GitLab names them when none was sent."""

_FOR_EVERYBODY = frozenset({"title", "description", "state_event"})


def get_issue(call: Call, project: str, iid: str) -> Response:
    """``GET /projects/:id/issues/:iid``."""
    found = call.project(project)
    return answer(issue_detail(call, found, call.issue(found, iid)))


def create_issue(call: Call, project: str) -> Response:
    """``POST /projects/:id/issues``; iid and created_at are the owner's to choose."""
    _ = call.user
    call.params.require("title")
    found = call.project(project)
    owner = call.owns(found)
    number = call.params.integer("iid") if owner else None
    at = call.params.instant("created_at") if owner else None
    issue = open_issue(call, found, number, at)
    return answer(issue_detail(call, found, issue), 201)


def open_issue(call: Call, project: Project, number: int | None = None, at: datetime | None = None) -> Issue:
    """Creates an issue from the call's parameters, with that number and time or the next number and now."""
    _check(call.params)
    call.params.choice("issue_type", ("issue", "incident"), "issue")
    confidential = bool(call.params.flag("confidential"))
    call.count_against("issues", call.instance.settings.issues_create_limit)
    if number is not None and number in project.issues:
        raise conflict("Duplicated issue")
    text, commands = quick_actions.extract(call.params.text("description") or "")
    issue = Issue(
        id=call.instance.new_id("issue"),
        iid=project.new_number(bot=call.user.bot) if number is None else number,
        title=(call.params.text("title") or "").strip(),
        description=text if call.params.text("description") is not None else None,
        author_id=call.user.id,
        created_at=at or call.now,
        updated_at=at or call.now,
        confidential=confidential,
        issue_type=call.params.text("issue_type") or "issue",
        numbered_here=number is None,
    )
    project.add(issue, bot=call.user.bot)
    edit = IssueEdit(call.instance, project, issue, call.user, call.now)
    edit.due(lenient_date(call.params.text("due_date")))
    edit.milestone(_number_of(call.params.text("milestone_id")))
    edit.labels(label_ids(edit, call.params.names("labels")))
    edit.assign(_assignees(call.params) or ())
    edit.weight(call.params.integer("weight"))
    edit.mention(text)
    quick_actions.execute(edit, commands, creating=True)
    edit.announce("open")
    return issue


def update_issue(call: Call, project: str, iid: str) -> Response:
    """``PUT /projects/:id/issues/:iid``; unknown fields are ignored, none known is 400."""
    sent = call.params.given((*UPDATABLE, "weight") if call.instance.settings.premium else UPDATABLE)
    _ = call.user
    if not sent:
        raise bad_parameter(f"{', '.join(UPDATABLE)} are missing, at least one parameter must be provided")
    call.params.choice("state_event", ("close", "reopen"), "")
    found = call.project(project)
    issue = call.issue(found, iid)
    if not call.may_edit(found, issue):
        raise forbidden()
    _check(call.params, update=True)
    flags = {name: call.params.flag(name) for name in ("confidential", "discussion_locked") if name in sent}
    moved = call.params.instant("updated_at") if call.owns(found) else None
    wanted = set(sent) if found.level_of(call.user) >= REPORTER else _FOR_EVERYBODY & set(sent)
    edit = IssueEdit(call.instance, found, issue, call.user, call.now)
    _apply(edit, call.params, wanted)
    for name, value in flags.items():
        if name in wanted and value is not None:
            (edit.confidential if name == "confidential" else edit.lock)(value)
    edit.finish()
    if moved is not None:
        issue.updated_at = moved
    return answer(issue_detail(call, found, issue))


def delete_issue(call: Call, project: str, iid: str) -> Response:
    """``DELETE /projects/:id/issues/:iid``: for owners only."""
    _ = call.user
    found = call.project(project)
    issue = call.issue(found, iid)
    if found.level_of(call.user) < OWNER:
        raise forbidden()
    call.instance.forget(found, issue)
    return nothing()


def move_issue(call: Call, project: str, iid: str) -> Response:
    """``POST …/issues/:iid/move``: for Reporters of both projects; answers with the new issue."""
    _ = call.user
    call.params.require("to_project_id")
    found = call.project(project)
    issue = found.issues.get(int(iid)) if iid.isdecimal() else None
    if issue is None or not call.may_see(found, issue):
        raise not_found("Issue")
    target = call.project(call.params.text("to_project_id") or "")
    if issue.moved_to_id or min(found.level_of(call.user), target.level_of(call.user)) < REPORTER:
        raise ApiError(400, {"message": "Cannot move issue due to insufficient permissions!"})
    if target is found:
        raise ApiError(400, {"message": "Cannot move issue to project it originates from!"})
    moved = IssueEdit(call.instance, found, issue, call.user, call.now).relocate(target)
    return answer(issue_detail(call, target, moved), 201)


def _apply(edit: IssueEdit, params: Parameters, wanted: frozenset[str] | set[str]) -> None:
    setters: Mapping[str, Callable[[], object]] = {
        "title": lambda: edit.title((params.text("title") or "").strip()),
        "description": lambda: _describe(edit, params.text("description")),
        "due_date": lambda: edit.due(lenient_date(params.text("due_date"))),
        "milestone_id": lambda: edit.milestone(_number_of(params.text("milestone_id"))),
        "weight": lambda: edit.weight(params.integer("weight")),
        "state_event": lambda: edit.state(params.text("state_event") or "close"),
    }
    for name, apply in setters.items():
        if name in wanted:
            apply()
    if wanted & {"labels", "add_labels", "remove_labels"}:
        edit.labels(_wanted_labels(edit, params))
    if wanted & {"assignee_ids", "assignee_id"}:
        edit.assign(_assignees(params) or ())


def _describe(edit: IssueEdit, text: str | None) -> None:
    rest, commands = quick_actions.extract(text or "")
    edit.description(rest if text is not None else None)
    quick_actions.execute(edit, commands)


def _wanted_labels(edit: IssueEdit, params: Parameters) -> list[int]:
    """``labels`` replaces; otherwise what is there, with add_labels, without remove_labels (absent ones: nothing)."""
    kept = label_ids(edit, params.names("labels")) if "labels" in params else edit.issue.label_ids
    added = label_ids(edit, params.names("add_labels"))
    gone = {label.id for label in edit.project.labels if label.name in params.names("remove_labels")}
    return [number for number in [*kept, *added] if number not in gone]


def _assignees(params: Parameters) -> list[int] | None:
    for name in ("assignee_ids", "assignee_id"):
        if name in params:
            return params.numbers(name)
    return None


def _number_of(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _check(params: Parameters, *, update: bool = False) -> None:
    """Everything that can be refused is refused here, before the first change."""
    _assignees(params)
    params.integer("weight")
    title = (params.text("title") or "").strip()
    if not title and not (update and "title" not in params):
        raise invalid_model(title="can't be blank")
    if len(title) > LONGEST_TITLE:
        raise invalid_model(title=f"is too long (maximum is {LONGEST_TITLE} characters)")
    if len(params.text("description") or "") > LONGEST_DESCRIPTION:
        raise invalid_model(description=f"is too long (maximum is {LONGEST_DESCRIPTION} characters)")


_PATH = "/projects/{project}/issues"

ROUTES: Routes = (
    ("GET", _PATH, list_issues),
    ("POST", _PATH, create_issue),
    ("GET", f"{_PATH}/{{iid}}", get_issue),
    ("PUT", f"{_PATH}/{{iid}}", update_issue),
    ("DELETE", f"{_PATH}/{{iid}}", delete_issue),
    ("POST", f"{_PATH}/{{iid}}/move", move_issue),
    ("GET", "/groups/{group}/issues", list_group_issues),
)
