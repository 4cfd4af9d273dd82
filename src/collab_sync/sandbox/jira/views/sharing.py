"""Who sees whose filters and dashboards, and what Jira says of shares that it does not take."""

from __future__ import annotations

from collab_sync.sandbox.jira.beans import Json
from collab_sync.sandbox.jira.call import INVALID_PAYLOAD, Call
from collab_sync.sandbox.jira.refusal import Refusal, bad_field
from collab_sync.sandbox.jira.views.state import Share, Shared, ShareKind

PERMISSION = "CREATE_SHARED_OBJECTS"
FORBIDDEN = "You do not have permission to share. All shares are invalid."
_KINDS: dict[str, ShareKind] = {"authenticated": "loggedin", "loggedin": "loggedin", "global": "global"}


def given_shares(call: Call, name: str) -> list[Share]:
    """A list of shares of the body. Raises Refusal 400 for shares that are not understood or not allowed."""
    raw = call.body.get(name) or []
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        raise Refusal(400, INVALID_PAYLOAD)
    return [given_share(call, each) for each in raw]


def given_share(call: Call, raw: Json) -> Share:
    """One share, as a filter is created with it or as a filter's permissions take it."""
    if not call.may(PERMISSION):
        raise bad_field("shares", FORBIDDEN)
    kind = str(raw.get("type"))
    if kind in _KINDS:
        return Share(id=call.site.next_id("share"), kind=_KINDS[kind])
    if kind != "project":
        raise bad_field("shares", f"The share type '{kind}' is not valid.")
    inner = raw.get("project")
    wanted = inner.get("id") if isinstance(inner, dict) else raw.get("projectId")
    project = call.site.project(str(wanted or ""))
    if project is None or not call.account.browses(project.key):
        raise bad_field("shares", "You do not have permission to share with this project.")
    return Share(id=call.site.next_id("share"), kind="project", project=project.key)


def sees(call: Call, thing: Shared) -> bool:
    """Whether the account that asks is shown it."""
    return thing.owner == call.account.account_id or any(_admits(call, share) for share in thing.shares)


def share_bean(call: Call, share: Share) -> Json:
    """A share as answers show it."""
    project = call.site.projects.get(share.project)
    own: Json = {"id": share.id, "type": share.kind}
    return {**own, "project": call.beans.project(project)} if project is not None else own


def _admits(call: Call, share: Share) -> bool:
    return share.kind != "project" or call.account.browses(share.project)
