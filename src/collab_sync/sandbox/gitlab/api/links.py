"""Related issues. Community Edition stores every kind of link as ``relates_to``, whatever was asked for."""

from __future__ import annotations

from collab_sync.sandbox.gitlab.answers import answer
from collab_sync.sandbox.gitlab.api.routes import Routes
from collab_sync.sandbox.gitlab.call import Call
from collab_sync.sandbox.gitlab.edits import IssueEdit, reference
from collab_sync.sandbox.gitlab.errors import ApiError, conflict, forbidden, not_found
from collab_sync.sandbox.gitlab.shapes import Shape, instant, issue_basic, issue_shape
from collab_sync.sandbox.gitlab.state import REPORTER, Issue, Link, Project
from collab_sync.sandbox.wire import Response

KINDS = ("relates_to", "blocks", "is_blocked_by")


def list_links(call: Call, project: str, iid: str) -> Response:
    """``GET …/links``: all of them, without pages."""
    found = call.project(project)
    issue = call.issue(found, iid)
    shapes = [
        {
            **issue_shape(call, other_project, other),
            "issue_link_id": link.id,
            "link_type": "relates_to",
            "link_created_at": instant(link.created_at),
            "link_updated_at": instant(link.created_at),
        }
        for link, other_project, other in call.instance.links_of(issue)
        if call.may_see(other_project, other) and other_project.level_of(call.caller)
    ]
    return answer(shapes)


def create_link(call: Call, project: str, iid: str) -> Response:
    """``POST …/links``: 409 if they are related in either direction, 422 for an issue with itself."""
    _ = call.user
    call.params.require("target_project_id", "target_issue_iid")
    call.params.choice("link_type", KINDS, "relates_to")
    found = call.project(project)
    issue = call.issue(found, iid)
    target_project = call.project(call.params.text("target_project_id") or "")
    target = call.issue(target_project, call.params.text("target_issue_iid") or "")
    if target is issue:
        raise ApiError(422, {"message": f"#{issue.iid} cannot be added: cannot be related to itself"})
    if found.level_of(call.user) < REPORTER or target_project.level_of(call.user) < REPORTER:
        raise not_found()
    if any(other is target for _, _, other in call.instance.links_of(issue)):
        raise conflict("Issue(s) already assigned")
    number = call.instance.new_id("link")
    call.instance.links.append(Link(id=number, source_id=issue.id, target_id=target.id, created_at=call.now))
    _tell(call, (found, issue), (target_project, target), "marked this issue as related to")
    return answer(_pair(call, (found, issue), (target_project, target)), 201)


def delete_link(call: Call, project: str, iid: str, link: str) -> Response:
    """``DELETE …/links/:id``: answers with what was taken apart."""
    _ = call.user
    found = call.project(project)
    issue = call.issue(found, iid)
    related = next((each for each in call.instance.links_of(issue) if str(each[0].id) == link), None)
    if related is None:
        raise not_found("Issue Link")
    if found.level_of(call.user) < REPORTER:
        raise forbidden()
    call.instance.links.remove(related[0])
    other = (related[1], related[2])
    _tell(call, (found, issue), other, "removed the relation with")
    return answer(_pair(call, (found, issue), other))


def _tell(call: Call, one: tuple[Project, Issue], other: tuple[Project, Issue], words: str) -> None:
    for (project, issue), (far_project, far) in ((one, other), (other, one)):
        edit = IssueEdit(call.instance, project, issue, call.user, call.now)
        edit.activity(f"{words} {reference(far_project, far, seen_from=project)}")
        edit.touch()


def _pair(call: Call, source: tuple[Project, Issue], target: tuple[Project, Issue]) -> Shape:
    shapes = {"source_issue": issue_basic(call, *source), "target_issue": issue_basic(call, *target)}
    return {**shapes, "link_type": "relates_to"}


_PATH = "/projects/{project}/issues/{iid}/links"

ROUTES: Routes = (
    ("GET", _PATH, list_links),
    ("POST", _PATH, create_link),
    ("DELETE", f"{_PATH}/{{link}}", delete_link),
)
