"""Links between issues and out of the site; both leave a trace in the history of the issues they touch."""

from __future__ import annotations

from collab_sync.sandbox.jira.call import INVALID_PAYLOAD, Call
from collab_sync.sandbox.jira.edits import link_item, record, remote_link_item
from collab_sync.sandbox.jira.refusal import Refusal, bad_field
from collab_sync.sandbox.jira.state import Issue, IssueLink, LinkType, RemoteLink
from collab_sync.sandbox.wire import Response, empty, json_response


def types(call: Call) -> Response:
    """GET issueLinkType."""
    return json_response({"issueLinkTypes": [call.beans.link_type(each) for each in call.site.link_types.values()]})


def create(call: Call) -> Response:
    """POST issueLink: 201 without a body; the same link again is created only once."""
    kind, source, target = _type(call), _end(call, "inwardIssue"), _end(call, "outwardIssue")
    call.require("LINK_ISSUES", "No Link Issue Permission for issue", 401)
    if source.id == target.id:
        raise Refusal(400, "You cannot link an issue to itself.")
    wanted = (kind.id, source.id, target.id)
    if any((each.type, each.source, each.target) == wanted for each in call.site.links.values()):
        return empty(201)
    link = IssueLink(id=call.site.next_id("link"), type=kind.id, source=source.id, target=target.id)
    call.site.links[link.id] = link
    _record(call, link, removed=False)
    return empty(201)


def read(call: Call, link_id: str) -> Response:
    """GET one issue link."""
    return json_response(call.beans.link(_link(call, link_id)))


def delete(call: Call, link_id: str) -> Response:
    """DELETE an issue link."""
    link = _link(call, link_id)
    call.require("LINK_ISSUES", "No Link Issue Permission for issue", 401)
    del call.site.links[link.id]
    _record(call, link, removed=True)
    return empty(204)


def remote_links(call: Call, key: str) -> Response:
    """GET remote links of an issue, all or the one with ``globalId``."""
    issue = call.issue(key)
    wanted = call.request.arg("globalId")
    if wanted is None:
        return json_response([call.beans.remote_link(issue, each) for each in issue.remote_links])
    found = next((each for each in issue.remote_links if each.global_id == wanted), None)
    if found is None:
        raise Refusal(404, "No remote link found for the given global id.")
    return json_response(call.beans.remote_link(issue, found))


def put_remote_link(call: Call, key: str) -> Response:
    """POST a remote link: 201 when new, 200 when one with the same ``globalId`` was replaced."""
    issue = call.issue(key)
    call.require("LINK_ISSUES", "No Link Issue Permission for issue")
    given = _remote_link(call)
    known = next((each for each in issue.remote_links if given.global_id and each.global_id == given.global_id), None)
    before = _sentence(known) if known is not None else None
    if known is not None:
        given.id = known.id
        issue.remote_links[issue.remote_links.index(known)] = given
    else:
        given.id = call.site.next_id("remotelink")
        issue.remote_links.append(given)
    if before != _sentence(given):
        record(call.site, issue, [remote_link_item(given.id, before, _sentence(given))], call.stamp)
    own = f"{call.api}/issue/{issue.key}/remotelink/{given.id}"
    return json_response({"id": given.id, "self": own}, 200 if known is not None else 201)


def delete_remote_link(call: Call, key: str, link_id: str) -> Response:
    """DELETE a remote link by id."""
    issue = call.issue(key)
    found = next((each for each in issue.remote_links if str(each.id) == link_id), None)
    return _drop(call, issue, found)


def delete_remote_link_by_global_id(call: Call, key: str) -> Response:
    """DELETE the remote link with ``globalId``."""
    issue = call.issue(key)
    wanted = call.request.arg("globalId")
    if not wanted:
        raise bad_field("globalId", "'globalId' is required.")
    return _drop(call, issue, next((each for each in issue.remote_links if each.global_id == wanted), None))


def _drop(call: Call, issue: Issue, link: RemoteLink | None) -> Response:
    call.require("LINK_ISSUES", "No Link Issue Permission for issue")
    if link is None:
        raise Refusal(404, "No remote link found.")
    issue.remote_links.remove(link)
    record(call.site, issue, [remote_link_item(link.id, _sentence(link), None)], call.stamp)
    return empty(204)


def _remote_link(call: Call) -> RemoteLink:
    target = call.body.get("object")
    if not isinstance(target, dict):
        raise bad_field("object", "'object' is required.")
    for name in ("url", "title"):
        if not isinstance(target.get(name), str) or not target[name]:
            raise bad_field(name, f"'{name}' is required.")
    application = call.body.get("application")
    return RemoteLink(
        id=0,
        global_id=call.text("globalId") or "",
        target=target,
        relationship=call.text("relationship") or "",
        application=application if isinstance(application, dict) else {},
    )


def _sentence(link: RemoteLink) -> str:
    return f'This issue links to "{link.target["title"]} ({link.target["url"]})"'


def _record(call: Call, link: IssueLink, *, removed: bool) -> None:
    kind = call.site.link_types[link.type]
    source, target = call.site.issues[link.source], call.site.issues[link.target]
    outward = link_item(target.key, f"This issue {kind.outward} {target.key}", removed=removed)
    inward = link_item(source.key, f"This issue {kind.inward} {source.key}", removed=removed)
    record(call.site, source, [outward], call.stamp)
    record(call.site, target, [inward], call.stamp)


def _type(call: Call) -> LinkType:
    raw = call.body.get("type")
    if not isinstance(raw, dict):
        raise Refusal(400, INVALID_PAYLOAD)
    for known in call.site.link_types.values():
        if raw.get("id") == known.id or ("id" not in raw and raw.get("name") == known.name):
            return known
    raise Refusal(404, f"No issue link type with name '{raw.get('name') or raw.get('id')}' found.")


def _end(call: Call, name: str) -> Issue:
    raw = call.body.get(name)
    key = (raw.get("key") or raw.get("id")) if isinstance(raw, dict) else None
    if not key:
        raise Refusal(400, INVALID_PAYLOAD)
    return call.issue(str(key))


def _link(call: Call, link_id: str) -> IssueLink:
    link = call.site.links.get(int(link_id)) if link_id.isdigit() else None
    if link is None or not call.may("BROWSE_PROJECTS"):
        raise Refusal(404, f"No issue link with id '{link_id}' exists.")
    return link
