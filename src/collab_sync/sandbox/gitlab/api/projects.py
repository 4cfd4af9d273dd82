"""The instance, its people and its projects."""

from __future__ import annotations

from collab_sync.sandbox.gitlab.answers import answer
from collab_sync.sandbox.gitlab.api.paging import Listing, paginate, paginate_by_id
from collab_sync.sandbox.gitlab.api.routes import Routes
from collab_sync.sandbox.gitlab.call import Call
from collab_sync.sandbox.gitlab.errors import ApiError, no_route, not_found
from collab_sync.sandbox.gitlab.shapes import account_shape, instant, project_shape, user_shape
from collab_sync.sandbox.gitlab.state import Member
from collab_sync.sandbox.wire import Response


def get_version(call: Call) -> Response:
    """``GET /version``."""
    _ = call.user
    return answer(_metadata(call) if call.instance.settings.since(15, 5) else _version(call))


def get_metadata(call: Call) -> Response:
    """``GET /metadata``, which servers know since 15.2."""
    if not call.instance.settings.since(15, 2):
        raise no_route()
    _ = call.user
    return answer(_metadata(call))


def get_user(call: Call) -> Response:
    """``GET /user``: who the token belongs to."""
    return answer(account_shape(call, call.user))


def list_users(call: Call) -> Response:
    """``GET /users``; ``username`` exactly (whatever the case), ``search`` in names."""
    _ = call.user
    username, text = call.params.text("username"), (call.params.text("search") or "").lower()
    rows = [
        user
        for user in call.instance.users
        if (username is None or user.username.lower() == username.lower())
        and (text in user.name.lower() or text in user.username.lower())
    ]
    return paginate(call, rows[::-1], lambda user: user_shape(call, user), Listing({}))


def get_other_user(call: Call, user: str) -> Response:
    """``GET /users/:id``."""
    _ = call.user
    found = next((each for each in call.instance.users if str(each.id) == user), None)
    if found is None:
        raise not_found("User")
    return answer(user_shape(call, found))


def list_projects(call: Call) -> Response:
    """``GET /projects`` that the caller can see; ``pagination=keyset`` by id only."""
    order = call.params.choice("order_by", ("id", "name", "path", "created_at", "updated_at"), "created_at")
    ascending = call.params.choice("sort", ("asc", "desc"), "desc") == "asc"
    keyset = call.params.text("pagination") == "keyset"
    if keyset and order != "id":
        raise ApiError(405, {"error": "Keyset pagination is not yet available for this type of request"})
    after, before = call.params.integer("id_after") or 0, call.params.integer("id_before")
    rows = [each for each in call.instance.projects if each.visibility == "public" or each.level_of(call.caller)]
    rows = [each for each in rows if after < each.id and (before is None or each.id < before)]
    listing = Listing({"order_by": order, "sort": "asc" if ascending else "desc"}, "Project")
    if keyset:
        rows.sort(key=lambda each: each.id if ascending else -each.id)
        return paginate_by_id(call, rows, lambda each: project_shape(call, each), listing, ascending=ascending)
    rows.sort(key=lambda each: ({"name": each.name, "path": each.path}.get(order, ""), each.id))
    return paginate(call, rows if ascending else rows[::-1], lambda each: project_shape(call, each), listing)


def get_project(call: Call, project: str) -> Response:
    """``GET /projects/:id`` by number or encoded path."""
    return answer(project_shape(call, call.project(project)))


def list_members(call: Call, project: str) -> Response:
    """``GET /projects/:id/members/all``."""
    found = call.project(project)

    def shape(member: Member) -> object:
        user = user_shape(call, call.instance.user(member.user_id))
        dates = {"created_at": instant(member.created_at), "expires_at": None}
        return {**user, "access_level": member.level, **dates}

    return paginate(call, found.members, shape, Listing({"id": project}))


def _version(call: Call) -> dict[str, object]:
    return {"version": call.instance.settings.version, "revision": "sandbox"}


def _metadata(call: Call) -> dict[str, object]:
    agents = {"enabled": False, "externalUrl": None, "version": None}
    return {**_version(call), "kas": agents, "enterprise": call.instance.settings.premium}


ROUTES: Routes = (
    ("GET", "/version", get_version),
    ("GET", "/user", get_user),
    ("GET", "/users", list_users),
    ("GET", "/users/{user}", get_other_user),
    ("GET", "/projects", list_projects),
    ("GET", "/projects/{project}", get_project),
    ("GET", "/projects/{project}/members/all", list_members),
    ("GET", "/projects/{project}/members", list_members),
    ("GET", "/metadata", get_metadata),
)
