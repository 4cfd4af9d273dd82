"""Registering web hooks below ``/rest/webhooks/1.0``: for administrators of a Cloud site."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from collab_sync.sandbox.jira.call import INVALID_PAYLOAD, Call
from collab_sync.sandbox.jira.hooks.state import JQL, SiteHook
from collab_sync.sandbox.jira.jql.parse import parse
from collab_sync.sandbox.jira.refusal import Refusal
from collab_sync.sandbox.wire import Response, empty, json_response

ROOT = "/rest/webhooks/1.0"
EVENTS = frozenset(
    f"{prefix}_{what}"
    for prefix, kinds in (
        ("jira:issue", ("created", "updated", "deleted")),
        ("comment", ("created", "updated", "deleted")),
    )
    for what in kinds
)
_NOT_ADMIN = "You do not have permission to administer web hooks."


class _Wanted(msgspec.Struct, kw_only=True, rename="camel"):
    name: str = ""
    url: str = ""
    events: list[str] = []
    filters: dict[str, str] = {}
    exclude_body: bool = False
    enabled: bool = True
    secret: str | None = None


def hooks(call: Call) -> Response:
    """``GET webhook``: all of them, nobody's secret."""
    _administer(call)
    return json_response([_shape(call, hook) for hook in call.site.hooks.values()])


def create(call: Call) -> Response:
    """``POST webhook``: as many of one address as anybody likes."""
    _administer(call)
    wanted = _wanted(call)
    hook = SiteHook(id=call.site.next_id("hook"), name="", url="", events=[])
    _change(hook, wanted)
    call.site.hooks[hook.id] = hook
    return json_response(_shape(call, hook), 201)


def read(call: Call, hook_id: str) -> Response:
    """``GET webhook/:id``."""
    return json_response(_shape(call, _hook(call, hook_id)))


def change(call: Call, hook_id: str) -> Response:
    """``PUT webhook/:id``: the whole of it; only a secret that is not named stays."""
    hook = _hook(call, hook_id)
    _change(hook, _wanted(call))
    return json_response(_shape(call, hook))


def delete(call: Call, hook_id: str) -> Response:
    """``DELETE webhook/:id``."""
    del call.site.hooks[_hook(call, hook_id).id]
    return empty(204)


def _administer(call: Call) -> None:
    if not call.account.admin:
        raise Refusal(403, _NOT_ADMIN)


def _hook(call: Call, hook_id: str) -> SiteHook:
    _administer(call)
    found = call.site.hooks.get(int(hook_id)) if hook_id.isdecimal() else None
    if found is None:
        raise Refusal(404, "The web hook does not exist.")
    return found


def _wanted(call: Call) -> _Wanted:
    try:
        wanted = msgspec.convert(call.body, _Wanted)
    except msgspec.ValidationError:
        raise Refusal(400, INVALID_PAYLOAD) from None
    if not wanted.name or urlsplit(wanted.url).scheme not in ("http", "https"):
        raise Refusal(400, "A web hook needs a name and an address.")
    unknown = sorted(set(wanted.events) - EVENTS)
    if unknown:
        raise Refusal(400, f"Unknown events: {', '.join(unknown)}")
    if query := wanted.filters.get(JQL):
        parse(query)  # refuses what is no query
    return wanted


def _change(hook: SiteHook, wanted: _Wanted) -> None:
    hook.name, hook.url, hook.events, hook.filters = wanted.name, wanted.url, wanted.events, wanted.filters
    hook.exclude_body, hook.enabled = wanted.exclude_body, wanted.enabled
    hook.secret = hook.secret if wanted.secret is None else wanted.secret


def _shape(call: Call, hook: SiteHook) -> Mapping[str, object]:
    return {
        "name": hook.name,
        "url": hook.url,
        "excludeBody": hook.exclude_body,
        "filters": hook.filters,
        "events": hook.events,
        "enabled": hook.enabled,
        "isSigned": bool(hook.secret),
        "self": f"{call.base}{ROOT}/webhook/{hook.id}",
    }
