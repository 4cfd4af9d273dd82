"""What happened to an issue's labels, state and milestone: the only place where GitLab tells it, oldest first."""

from __future__ import annotations

from collab_sync.sandbox.gitlab.api.paging import Listing, paginate
from collab_sync.sandbox.gitlab.api.routes import Routes
from collab_sync.sandbox.gitlab.call import Call
from collab_sync.sandbox.gitlab.shapes import label_event_shape, milestone_event_shape, state_event_shape
from collab_sync.sandbox.wire import Response


def list_label_events(call: Call, project: str, iid: str) -> Response:
    """``GET …/resource_label_events``."""
    found = call.project(project)
    issue = call.issue(found, iid)
    listing = Listing({"id": project, "eventable_id": iid})
    return paginate(call, issue.label_events, lambda e: label_event_shape(call, found, issue, e), listing)


def list_state_events(call: Call, project: str, iid: str) -> Response:
    """``GET …/resource_state_events``."""
    issue = call.issue(call.project(project), iid)
    listing = Listing({"id": project, "eventable_iid": iid})
    return paginate(call, issue.state_events, lambda e: state_event_shape(call, issue, e), listing)


def list_milestone_events(call: Call, project: str, iid: str) -> Response:
    """``GET …/resource_milestone_events``."""
    found = call.project(project)
    issue = call.issue(found, iid)
    listing = Listing({"id": project, "eventable_id": iid})
    return paginate(call, issue.milestone_events, lambda e: milestone_event_shape(call, found, issue, e), listing)


_PATH = "/projects/{project}/issues/{iid}"

ROUTES: Routes = (
    ("GET", f"{_PATH}/resource_label_events", list_label_events),
    ("GET", f"{_PATH}/resource_state_events", list_state_events),
    ("GET", f"{_PATH}/resource_milestone_events", list_milestone_events),
)
