"""Saved filters: make, list, read, change, delete, share.

Cloud lists what one owns and takes shares with a new filter; Data Center lists favourites only and shares a filter that
is there already. Both answer 400, not 404, for a filter that is not there.
"""

from __future__ import annotations

from urllib.parse import quote

from collab_sync.sandbox.jira.beans import Json
from collab_sync.sandbox.jira.call import Call
from collab_sync.sandbox.jira.jql.evaluate import find
from collab_sync.sandbox.jira.jql.parse import parse
from collab_sync.sandbox.jira.refusal import Refusal, bad_field
from collab_sync.sandbox.jira.views.sharing import given_share, given_shares, sees, share_bean
from collab_sync.sandbox.jira.views.state import SavedFilter
from collab_sync.sandbox.wire import Response, empty, json_response

LONGEST_NAME = 255
_ABSENT = "The selected filter is not available to you, perhaps it has been deleted or had its permissions changed."


def create(call: Call) -> Response:
    """POST filter. Data Center pays no heed to shares."""
    name = _given_name(call, None)
    jql = call.text("jql") or ""
    find(parse(jql), call.asking)
    me = call.account.account_id
    made = SavedFilter(
        id=call.site.next_id("filter"),
        owner=me,
        name=name,
        jql=jql,
        description=call.text("description") or "",
        shares=given_shares(call, "sharePermissions") if call.site.cloud else [],
        favourites=[me] if call.body.get("favourite") is True else [],
    )
    call.site.filters[made.id] = made
    return json_response(_bean(call, made))


def mine(call: Call) -> Response:
    """GET filter/my."""
    return json_response([_bean(call, each) for each in _seen(call) if each.owner == call.account.account_id])


def favourites(call: Call) -> Response:
    """GET filter/favourite: anybody's."""
    return json_response([_bean(call, each) for each in _seen(call) if call.account.account_id in each.favourites])


def read(call: Call, filter_id: str) -> Response:
    """GET filter/{id}."""
    return json_response(_bean(call, _one(call, filter_id)))


def change(call: Call, filter_id: str) -> Response:
    """PUT filter/{id}: name, description, query. Shares stay unless named (Cloud)."""
    known = _own(call, filter_id)
    name, jql = _given_name(call, known), call.text("jql")
    find(parse(known.jql if jql is None else jql), call.asking)
    shares = given_shares(call, "sharePermissions") if "sharePermissions" in call.body else known.shares
    known.name, known.jql, known.shares = name, known.jql if jql is None else jql, shares
    known.description = known.description if call.text("description") is None else call.text("description") or ""
    return json_response(_bean(call, known))


def delete(call: Call, filter_id: str) -> Response:
    """DELETE filter/{id}."""
    del call.site.filters[_own(call, filter_id).id]
    return empty(204)


def permissions(call: Call, filter_id: str) -> Response:
    """GET filter/{id}/permission."""
    return json_response([share_bean(call, each) for each in _one(call, filter_id).shares])


def share(call: Call, filter_id: str) -> Response:
    """POST filter/{id}/permission: one share more; all of them are told."""
    known = _own(call, filter_id)
    known.shares = [*known.shares, given_share(call, call.body)]
    return json_response([share_bean(call, each) for each in known.shares], 201)


def _given_name(call: Call, known: SavedFilter | None) -> str:
    name = (call.text("name") or "").strip()
    if not name:
        raise bad_field("filterName", "You must specify a name to save this filter as.")
    if len(name) > LONGEST_NAME:
        raise bad_field(
            "filterName", f"The entered filter name is too long, it must be less than {LONGEST_NAME} chars."
        )
    owner = call.account.account_id if known is None else known.owner
    if any(each.name == name and each.owner == owner and each is not known for each in call.site.filters.values()):
        raise bad_field("filterName", "Filter with same name already exists.")
    return name


def _seen(call: Call) -> list[SavedFilter]:
    return sorted((each for each in call.site.filters.values() if sees(call, each)), key=lambda one: one.name)


def _one(call: Call, filter_id: str) -> SavedFilter:
    found = call.site.filters.get(int(filter_id)) if filter_id.isdecimal() else None
    if found is None or not sees(call, found):
        raise Refusal(400, _ABSENT)
    return found


def _own(call: Call, filter_id: str) -> SavedFilter:
    found = _one(call, filter_id)
    if found.owner != call.account.account_id:
        raise Refusal(400, "You are not the owner of this filter.")
    return found


def _bean(call: Call, known: SavedFilter) -> Json:
    bean: Json = {
        "self": f"{call.api}/filter/{known.id}",
        "id": str(known.id),
        "name": known.name,
        "description": known.description,
        "owner": call.beans.account(known.owner),
        "jql": known.jql,
        "viewUrl": f"{call.base}/issues/?filter={known.id}",
        "searchUrl": f"{call.api}/search?jql={quote(known.jql, safe='')}",
        "favourite": call.account.account_id in known.favourites,
        "sharePermissions": [share_bean(call, each) for each in known.shares],
    }
    if not call.site.cloud:
        nobody = {"size": 0, "items": [], "max-results": 1000, "start-index": 0, "end-index": 0}
        return {**bean, "editable": known.owner == call.account.account_id, "sharedUsers": nobody}
    return {**bean, "favouritedCount": len(known.favourites), "editPermissions": [], "subscriptions": {"items": []}}
