"""Registering web hooks: for Maintainers."""

from __future__ import annotations

from collab_sync.sandbox.gitlab.answers import answer, nothing
from collab_sync.sandbox.gitlab.api.paging import Listing, paginate
from collab_sync.sandbox.gitlab.api.routes import Routes
from collab_sync.sandbox.gitlab.call import Call
from collab_sync.sandbox.gitlab.errors import ApiError, no_route, not_found
from collab_sync.sandbox.gitlab.hooks.calls import condition, tried
from collab_sync.sandbox.gitlab.hooks.state import Hook, HookSecret
from collab_sync.sandbox.gitlab.shapes import Shape, hook_shape, instant
from collab_sync.sandbox.gitlab.state import MAINTAINER, Project
from collab_sync.sandbox.wire import Response

HOOK_EVENTS = {
    "push_events": True,
    "tag_push_events": False,
    "merge_requests_events": False,
    "issues_events": False,
    "confidential_issues_events": False,
    "note_events": False,
    "confidential_note_events": False,
    "wiki_page_events": False,
}
"""What a hook can listen to, and whether it does unless told."""


def list_hooks(call: Call, project: str) -> Response:
    """``GET …/hooks``."""
    _ = call.user
    found = call.project(project, MAINTAINER)
    return paginate(call, found.hooks, lambda each: _shape(call, found, each), Listing({"id": project}))


def create_hook(call: Call, project: str) -> Response:
    """``POST …/hooks``: as many of one address as anybody likes."""
    _ = call.user
    call.params.require("url")
    found = call.project(project, MAINTAINER)
    url = _url(call)
    hook = Hook(id=call.instance.new_id("hook"), url=url, created_at=call.now, events=dict(HOOK_EVENTS))
    _change(call, hook)
    found.hooks.append(hook)
    return answer(_shape(call, found, hook), 201)


def update_hook(call: Call, project: str, hook: str) -> Response:
    """``PUT …/hooks/:id``: what is not named stays, the secrets too."""
    _ = call.user
    call.params.require("url")
    found = call.project(project, MAINTAINER)
    known = _hook(found, hook)
    known.url = _url(call)
    _change(call, known)
    return answer(_shape(call, found, known))


def delete_hook(call: Call, project: str, hook: str) -> Response:
    """``DELETE …/hooks/:id``."""
    _ = call.user
    found = call.project(project, MAINTAINER)
    found.hooks.remove(_hook(found, hook))
    return nothing()


def test_hook(call: Call, project: str, hook: str, trigger: str) -> Response:
    """``POST …/hooks/:id/test/:trigger``, since 16.11."""
    if not call.instance.settings.since(16, 11):
        raise no_route()
    _ = call.user
    found = call.project(project, MAINTAINER)
    known = _hook(found, hook)
    if trigger not in HOOK_EVENTS:
        raise ApiError(400, {"error": "trigger does not have a valid value"})
    if not tried(call.instance, found, known, call.now):
        raise ApiError(422, {"message": f"Hook execution failed: {known.answers}"})
    return answer({"message": "201 Created"}, 201)


def _change(call: Call, hook: Hook) -> None:
    hook.events |= {name: bool(value) for name in HOOK_EVENTS if (value := call.params.flag(name)) is not None}
    verify = call.params.flag("enable_ssl_verification")
    hook.enable_ssl_verification = hook.enable_ssl_verification if verify is None else verify
    kept = call.instance.hook_secrets.get(hook.id, HookSecret())
    token, signing = call.params.text("token"), call.params.text("signing_token")
    signing = signing if call.instance.settings.since(19) else None
    secret = HookSecret(
        token=kept.token if token is None else token, signing=kept.signing if signing is None else signing
    )
    call.instance.hook_secrets[hook.id] = secret


def _url(call: Call) -> str:
    url = call.params.text("url") or ""
    if not url.startswith(("http://", "https://")):
        raise ApiError(422, {"error": "Invalid url given"})
    return url


def _hook(project: Project, number: str) -> Hook:
    found = next((hook for hook in project.hooks if str(hook.id) == number), None)
    if found is None:
        raise not_found()
    return found


def _shape(call: Call, project: Project, hook: Hook) -> Shape:
    """Newer servers tell whether there are secrets, none tells which."""
    shape, settings = hook_shape(project, hook), call.instance.settings
    if settings.since(17, 11):
        alert = condition(call.instance, hook, call.now)
        until = hook.disabled_until if alert == "temporarily_disabled" else None
        shape = {**shape, "alert_status": alert, "disabled_until": until and instant(until)}
    if settings.since(19):
        secret = call.instance.hook_secrets.get(hook.id, HookSecret())
        shape |= {"token_present": bool(secret.token), "signing_token_present": bool(secret.signing)}
    return shape


_HOOKS = "/projects/{project}/hooks"

ROUTES: Routes = (
    ("GET", _HOOKS, list_hooks),
    ("POST", _HOOKS, create_hook),
    ("PUT", f"{_HOOKS}/{{hook}}", update_hook),
    ("DELETE", f"{_HOOKS}/{{hook}}", delete_hook),
    ("POST", f"{_HOOKS}/{{hook}}/test/{{trigger}}", test_hook),
)
