"""Access tokens: of projects and groups, with the bot behind each, and what a token says of itself."""

from __future__ import annotations

from hashlib import sha256

from collab_sync.sandbox.gitlab.answers import answer
from collab_sync.sandbox.gitlab.api.routes import Routes
from collab_sync.sandbox.gitlab.call import Call, identify
from collab_sync.sandbox.gitlab.errors import bad_parameter, forbidden, no_route, not_found, unauthorized
from collab_sync.sandbox.gitlab.parameters import lenient_date
from collab_sync.sandbox.gitlab.shapes import Shape, instant
from collab_sync.sandbox.gitlab.state import GUEST, MAINTAINER, OWNER, Member, Project, Token, User
from collab_sync.sandbox.wire import Response

SCOPES = ("api", "read_api", "read_user", "read_repository", "write_repository")


def create_project_token(call: Call, project: str) -> Response:
    """``POST /projects/:id/access_tokens``: a bot user ``project_<id>_bot`` with its own token."""
    _ = call.user
    call.params.require("name", "scopes")
    found = call.project(project, MAINTAINER)
    return _token(call, f"project_{found.id}_bot", [found])


def create_group_token(call: Call, group: str) -> Response:
    """``POST /groups/:id/access_tokens``, since 14.7: a bot user ``group_<id>_bot`` in all the group's projects."""
    if not call.instance.settings.since(14, 7):
        raise no_route()
    _ = call.user
    call.params.require("name", "scopes")
    found = call.instance.group(group)
    below = [each for each in call.instance.projects if found and each.path.startswith(f"{found.path}/")]
    levels = [each.level_of(call.user) for each in below]
    if found is None or not any(levels):
        raise not_found("Group")
    if min(levels) < OWNER:
        raise forbidden()
    return _token(call, f"group_{found.id}_bot", below, by_group=True)


def get_own_token(call: Call) -> Response:
    """``GET /personal_access_tokens/self``, since 15.5: the token in use, whatever its scopes. Not for OAuth tokens."""
    if not call.instance.settings.since(15, 5):
        raise no_route()
    signed = identify(call.instance, call.request, call.now)
    if signed is None:
        raise unauthorized()
    if signed[1].oauth:
        raise not_found("Personal Access Token")
    return answer({**_shape(call, signed[1]), "last_used_at": instant(call.now)})


def _token(call: Call, first: str, projects: list[Project], *, by_group: bool = False) -> Response:
    scopes = call.params.names("scopes")
    if not set(scopes) <= set(SCOPES):
        raise bad_parameter("scopes does not have a valid value")
    level = call.params.integer("access_level") or MAINTAINER
    name = call.params.text("name") or ""
    number = call.instance.new_id("token")
    secret = sha256(f"{first} {number}".encode()).hexdigest()
    username = _bot_name(call, first, secret)
    bot = User(id=call.instance.new_id("user"), username=username, name=name, created_at=call.now, bot=True)
    call.instance.users.append(bot)
    for project in projects:
        level_there = Member(user_id=bot.id, level=max(level, GUEST), created_at=call.now, by_group=by_group)
        project.members.append(level_there)
    token = Token(
        value=f"glpat-{secret[:20]}",
        user_id=bot.id,
        scopes=scopes,
        id=number,
        name=name,
        created_at=call.now,
        expires_at=lenient_date(call.params.text("expires_at")),
    )
    call.instance.tokens.append(token)
    return answer({**_shape(call, token), "access_level": level, "token": token.value}, 201)


def _shape(call: Call, token: Token) -> Shape:
    return {
        "id": token.id,
        "name": token.name,
        "revoked": token.revoked,
        "created_at": instant(token.created_at),
        "scopes": token.scopes,
        "user_id": token.user_id,
        "active": not token.revoked and not token.expired(call.now),
        "expires_at": token.expires_at.isoformat() if token.expires_at else None,
    }


def _bot_name(call: Call, first: str, secret: str) -> str:
    """Older servers count the bots, newer ones tell them apart by chance."""
    if call.instance.settings.since(16):
        return f"{first}_{secret[-16:]}"
    taken = sum(user.username.startswith(first) for user in call.instance.users)
    return f"{first}{taken}" if taken else first


ROUTES: Routes = (
    ("POST", "/projects/{project}/access_tokens", create_project_token),
    ("POST", "/groups/{group}/access_tokens", create_group_token),
    ("GET", "/personal_access_tokens/self", get_own_token),
)
