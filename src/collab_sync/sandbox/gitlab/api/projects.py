"""The instance, its people and its projects."""

from __future__ import annotations

from hashlib import sha256

from collab_sync.sandbox.gitlab.answers import answer
from collab_sync.sandbox.gitlab.api.paging import Listing, paginate, paginate_by_keyset
from collab_sync.sandbox.gitlab.api.routes import Routes
from collab_sync.sandbox.gitlab.call import Call
from collab_sync.sandbox.gitlab.errors import ApiError, bad_parameter, not_found
from collab_sync.sandbox.gitlab.shapes import account_shape, instant, project_shape, user_shape
from collab_sync.sandbox.gitlab.state import GUEST, MAINTAINER, Member, Project, Token, User
from collab_sync.sandbox.wire import Response

SCOPES = ("api", "read_api", "read_user", "read_repository", "write_repository")


def get_version(call: Call) -> Response:
    """``GET /version``."""
    _ = call.user
    return answer({"version": call.instance.settings.version, "revision": "sandbox"})


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
    rows = [each for each in call.instance.projects if each.visibility == "public" or each.level_of(call.caller)]
    listing = Listing({"order_by": order, "sort": "asc" if ascending else "desc"})
    if keyset:
        keyed = [((each.id if ascending else -each.id,), each) for each in rows]
        keyed.sort(key=lambda row: row[0])
        return paginate_by_keyset(call, keyed, lambda each: project_shape(call, each), listing)
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


def create_access_token(call: Call, project: str) -> Response:
    """``POST /projects/:id/access_tokens``: a bot user ``project_<id>_bot`` with its own token."""
    _ = call.user
    call.params.require("name", "scopes")
    found = call.project(project, MAINTAINER)
    scopes = call.params.names("scopes")
    if not set(scopes) <= set(SCOPES):
        raise bad_parameter("scopes does not have a valid value")
    level = call.params.integer("access_level") or MAINTAINER
    name = call.params.text("name") or ""
    bot = User(
        id=call.instance.new_id("user"), username=_bot_name(call, found), name=name, created_at=call.now, bot=True
    )
    number = call.instance.new_id("token")
    secret = "glpat-" + sha256(f"{found.path} {number}".encode()).hexdigest()[:20]
    call.instance.users.append(bot)
    found.members.append(Member(user_id=bot.id, level=max(level, GUEST), created_at=call.now))
    call.instance.tokens.append(Token(value=secret, user_id=bot.id, scopes=scopes))
    facts = {"id": number, "name": name, "revoked": False, "created_at": instant(call.now), "scopes": scopes}
    rest = {"user_id": bot.id, "active": True, "expires_at": None, "access_level": level, "token": secret}
    return answer({**facts, **rest}, 201)


def _bot_name(call: Call, project: Project) -> str:
    first = f"project_{project.id}_bot"
    taken = sum(user.username.startswith(first) for user in call.instance.users)
    return f"{first}{taken}" if taken else first


ROUTES: Routes = (
    ("GET", "/version", get_version),
    ("GET", "/user", get_user),
    ("GET", "/users", list_users),
    ("GET", "/users/{user}", get_other_user),
    ("GET", "/projects", list_projects),
    ("GET", "/projects/{project}", get_project),
    ("GET", "/projects/{project}/members/all", list_members),
    ("GET", "/projects/{project}/members", list_members),
    ("POST", "/projects/{project}/access_tokens", create_access_token),
)
