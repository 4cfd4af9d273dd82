"""Related issues. Without Premium every kind of link is stored as ``relates_to``, whatever was asked for."""

from __future__ import annotations

from typing import TypeAlias

from collab_sync.sandbox.gitlab.answers import answer
from collab_sync.sandbox.gitlab.api.routes import Routes
from collab_sync.sandbox.gitlab.call import Call
from collab_sync.sandbox.gitlab.edits import IssueEdit, reference
from collab_sync.sandbox.gitlab.errors import ApiError, conflict, forbidden, not_found
from collab_sync.sandbox.gitlab.shapes import Shape, instant, issue_basic, issue_shape
from collab_sync.sandbox.gitlab.state import REPORTER, Issue, Link, Project
from collab_sync.sandbox.wire import Response

End: TypeAlias = tuple[Project, Issue]
KINDS = ("relates_to", "blocks", "is_blocked_by")


def list_links(call: Call, project: str, iid: str) -> Response:
    """``GET …/links``: all of them, without pages."""
    found = call.project(project)
    issue = call.issue(found, iid)
    shapes = [
        {
            **issue_shape(call, other_project, other),
            "issue_link_id": link.id,
            "link_type": link.kind(issue),
            "link_created_at": instant(link.created_at),
            "link_updated_at": instant(link.created_at),
        }
        for link, other_project, other in call.instance.links_of(issue)
        if call.may_see(other_project, other) and other_project.level_of(call.caller)
    ]
    return answer(shapes)


def create_link(call: Call, project: str, iid: str) -> Response:
    """``POST …/links``: 409 if they are related in either direction, 422 for an issue with itself. A link that is
    blocked by another is kept, and answered, as the other one that blocks."""
    _ = call.user
    call.params.require("target_project_id", "target_issue_iid")
    kind = call.params.choice("link_type", KINDS, "relates_to")
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
    ends = ((found, issue), (target_project, target))
    link = _linked(call, kind if call.instance.settings.premium else "relates_to", *ends)
    words = {"blocks": ("blocking", "blocked by"), "is_blocked_by": ("blocked by", "blocking")}
    there, back = words.get(kind, ("",) * 2) if link.blocks else ("related to",) * 2
    _tell(call, ends[0], ends[1], f"marked this issue as {there}")
    _tell(call, ends[1], ends[0], f"marked this issue as {back}")
    return answer(_pair(call, link, *ends), 201)


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
    here, other = (found, issue), (related[1], related[2])
    for one, far in ((here, other), (other, here)):
        _tell(call, one, far, "removed the relation with")
    return answer(_pair(call, related[0], here, other))


def _linked(call: Call, kind: str, one: End, other: End) -> Link:
    source, target = (other, one) if kind == "is_blocked_by" else (one, other)
    link = Link(
        id=call.instance.new_id("link"),
        source_id=source[1].id,
        target_id=target[1].id,
        created_at=call.now,
        blocks=kind != "relates_to",
    )
    call.instance.links.append(link)
    return link


def _tell(call: Call, end: End, far: End, words: str) -> None:
    edit = IssueEdit(call.instance, *end, call.user, call.now)
    edit.activity(f"{words} {reference(*far, seen_from=end[0])}")
    edit.touch()


def _pair(call: Call, link: Link, one: End, other: End) -> Shape:
    source, target = (one, other) if one[1].id == link.source_id else (other, one)
    shapes = {"source_issue": issue_basic(call, *source), "target_issue": issue_basic(call, *target)}
    return {**shapes, "link_type": "blocks" if link.blocks else "relates_to"}


_PATH = "/projects/{project}/issues/{iid}/links"

ROUTES: Routes = (
    ("GET", _PATH, list_links),
    ("POST", _PATH, create_link),
    ("DELETE", f"{_PATH}/{{link}}", delete_link),
)
