"""Dashboards: make, list, read, change, delete. Data Center has no requests for them."""

from __future__ import annotations

from collab_sync.sandbox.jira.beans import Json
from collab_sync.sandbox.jira.call import INVALID_PAYLOAD, Call
from collab_sync.sandbox.jira.refusal import Refusal, bad_field
from collab_sync.sandbox.jira.views.sharing import given_shares, sees, share_bean
from collab_sync.sandbox.jira.views.state import Dashboard
from collab_sync.sandbox.wire import Response, empty, json_response

PAGE_DEFAULT = 20
PAGE_MOST = 1000
ABSENT = (
    "The dashboard you requested either does not exist or you don't have the required permissions to perform this "
    "action."
)


def page(call: Call) -> Response:
    """GET dashboard: those one sees, ``filter=my`` those one owns."""
    me, wanted = call.account.account_id, call.request.arg("filter")
    if wanted not in (None, "my", "favourite"):
        raise Refusal(400, f"The value '{wanted}' is not valid for the parameter 'filter'.")
    known = [each for each in _seen(call) if wanted is None or (wanted == "my" and each.owner == me)]
    start, size = call.number("startAt", 0, 10**9), call.number("maxResults", PAGE_DEFAULT, PAGE_MOST)
    shown = known[start : start + call.page_limit(size)]
    bean: Json = {"startAt": start, "maxResults": size, "total": len(known)}
    if start + len(shown) < len(known):
        bean["next"] = f"{call.api}/dashboard?startAt={start + len(shown)}"
    return json_response({**bean, "dashboards": [_bean(call, each) for each in shown]})


def create(call: Call) -> Response:
    """POST dashboard: empty, and shared as the body says."""
    if not {"name", "sharePermissions", "editPermissions"} <= call.body.keys():
        raise Refusal(400, INVALID_PAYLOAD)
    made = Dashboard(
        owner=call.account.account_id,
        name=_given_name(call, None),
        description=call.text("description") or "",
        shares=given_shares(call, "sharePermissions"),
        editors=given_shares(call, "editPermissions"),
        id=call.site.next_id("dashboard"),
    )
    call.site.dashboards[made.id] = made
    return json_response(_bean(call, made))


def read(call: Call, dashboard_id: str) -> Response:
    """GET dashboard/{id}."""
    return json_response(_bean(call, seen(call, dashboard_id)))


def change(call: Call, dashboard_id: str) -> Response:
    """PUT dashboard/{id}."""
    known = owned(call, dashboard_id)
    name, shares, editors = _given_name(call, known), given_shares(call, "sharePermissions"), known.editors
    known.name, known.shares, known.editors = name, shares, editors
    known.description = call.text("description") or ""
    return json_response(_bean(call, known))


def delete(call: Call, dashboard_id: str) -> Response:
    """DELETE dashboard/{id}."""
    del call.site.dashboards[owned(call, dashboard_id).id]
    return empty(204)


def seen(call: Call, dashboard_id: str) -> Dashboard:
    """The dashboard, if the account is shown it; 404 otherwise."""
    found = call.site.dashboards.get(int(dashboard_id)) if dashboard_id.isdecimal() else None
    if found is None or not sees(call, found):
        raise Refusal(404, ABSENT)
    return found


def owned(call: Call, dashboard_id: str) -> Dashboard:
    """The dashboard, if the account may change it; like real sites this says 404 to everybody else."""
    found = seen(call, dashboard_id)
    if found.owner != call.account.account_id:
        raise Refusal(404, ABSENT)
    return found


def _given_name(call: Call, known: Dashboard | None) -> str:
    name, me = (call.text("name") or "").strip(), call.account.account_id
    if not name:
        raise bad_field("portalPageName", "You must specify a name for the dashboard.")
    if any(one.name == name and one.owner == me and one is not known for one in call.site.dashboards.values()):
        raise bad_field("portalPageName", "Dashboard with same name already exists.")
    return name


def _seen(call: Call) -> list[Dashboard]:
    return [each for each in call.site.dashboards.values() if sees(call, each)]


def _bean(call: Call, known: Dashboard) -> Json:
    owner = call.beans.account(known.owner)
    return {
        "self": f"{call.api}/dashboard/{known.id}",
        "id": str(known.id),
        "name": known.name,
        "description": known.description,
        "owner": {name: owner[name] for name in ("self", "accountId", "displayName", "active", "avatarUrls")},
        "isFavourite": False,
        "popularity": 0,
        "sharePermissions": [share_bean(call, each) for each in known.shares],
        "editPermissions": [share_bean(call, each) for each in known.editors],
        "isWritable": known.owner == call.account.account_id,
        "systemDashboard": False,
        "view": f"{call.base}/secure/Dashboard.jspa?selectPageId={known.id}",
    }
