"""The resources of Data Center's version 1: spaces, pages as contents, their properties, and who is signed in."""

from __future__ import annotations

from collections.abc import Callable

from collab_sync.sandbox.confluence.api import number_of, put_property, remove, require_free, title_of
from collab_sync.sandbox.confluence.call import Call
from collab_sync.sandbox.confluence.files import CENTER, V1, detach
from collab_sync.sandbox.confluence.refusal import conflict, invalid, missing
from collab_sync.sandbox.confluence.state import PageProperty, SitePage, Space
from collab_sync.sandbox.confluence.storage import accepted, stored
from collab_sync.sandbox.wire import Response, empty, json_response


def current_user(call: Call) -> Response:
    return json_response({"type": "known", **_person(call, call.account.account_id)})


# --- spaces ------------------------------------------------------------------------------------------------------
def list_spaces(call: Call) -> Response:
    return json_response({"results": [_space(call, one) for one in call.spaces()], "start": 0, "limit": 25})


def get_space(call: Call, key: str) -> Response:
    return json_response(_space(call, _known(call, key)))


# --- pages -------------------------------------------------------------------------------------------------------
def list_pages(call: Call) -> Response:
    title, key = call.request.arg("title"), call.request.arg("spaceKey")
    spaces = [one for one in call.spaces() if key in (None, one.key)]
    pages = [page for one in spaces for page in call.site.pages_of(one)]
    found = [one for one in pages if call.sees(one) and title in (None, one.title) and one.status == "current"]
    return json_response({"results": [_content(call, one) for one in found], "start": 0, "limit": 25})


def get_page(call: Call, page: str) -> Response:
    return json_response(_content(call, call.page(page)))


def create_page(call: Call) -> Response:
    wanted = call.body.get("space")
    space = _known(call, str(wanted.get("key")) if isinstance(wanted, dict) else "")
    call.require(space, "write")
    if call.body.get("type") != "page":
        raise invalid("The sandbox makes pages only.")
    title, body = title_of(call), _storage(call)
    require_free(call, space, title)
    me = call.account.account_id
    page = SitePage(
        id=call.site.next_id(), space=space.id, parent=_parent(call, space), title=title, body=body, author=me,
        created=call.now, number=1, editor=me, edited=call.now,
    )  # fmt: skip
    call.site.pages[page.id] = page
    return json_response(_content(call, page))


def update_page(call: Call, page: str) -> Response:
    found = call.page(page, to_write=True)
    title, body, number = title_of(call), _storage(call), number_of(call)
    if call.body.get("type") != "page":
        raise invalid("Content type must not change.")
    if number != found.number + 1:
        raise conflict(f"Version must be incremented on update. Current version is: {found.number}")
    space = call.space(found.space)
    require_free(call, space, title, but=found)
    found.title, found.body, found.number = title, body, number
    found.editor, found.edited = call.account.account_id, call.now
    found.parent = _parent(call, space) if call.body.get("ancestors") else found.parent
    return json_response(_content(call, found))


def delete_content(call: Call, page: str) -> Response:
    """Pages and attachments are contents alike."""
    if page.startswith("att"):
        return detach(call, page)
    remove(call.site.pages, call.page(page, to_write=True))
    return empty(204)


# --- properties --------------------------------------------------------------------------------------------------
def list_properties(call: Call, page: str) -> Response:
    return json_response({"results": [_property(one) for one in call.page(page).properties], "start": 0, "limit": 25})


def get_property(call: Call, page: str, name: str) -> Response:
    return json_response(_property(_named(call.page(page), name)))


def create_property(call: Call, page: str) -> Response:
    return json_response(_property(put_property(call, call.page(page, to_write=True))))


def update_property(call: Call, page: str, name: str) -> Response:
    one = _named(call.page(page, to_write=True), name)
    if number_of(call) != one.number + 1:
        raise conflict(f"Version must be incremented. Current version: [{one.number}]")
    one.value, one.number, one.at = call.body.get("value"), one.number + 1, call.now
    return json_response(_property(one))


# --- pieces ------------------------------------------------------------------------------------------------------
def _known(call: Call, key: str) -> Space:
    found = next((one for one in call.spaces() if one.key == key), None)
    if found is None:
        raise missing("Space")
    return found


def _parent(call: Call, space: Space) -> str:
    ancestors = call.body.get("ancestors")
    if not isinstance(ancestors, list) or not ancestors:
        return ""
    parent = call.page(str(ancestors[-1].get("id")))
    if parent.space != space.id:
        raise invalid("Parent page is in another space.")
    return parent.id


def _storage(call: Call) -> str:
    body = call.body.get("body")
    storage = body.get("storage") if isinstance(body, dict) else None
    if not isinstance(storage, dict) or storage.get("representation") != "storage":
        raise invalid("The sandbox takes bodies in storage format only.")
    return stored(accepted(storage.get("value")))


def _named(page: SitePage, name: str) -> PageProperty:
    found = next((one for one in page.properties if one.key == name), None)
    if found is None:
        raise missing("Content property")
    return found


# --- shapes ------------------------------------------------------------------------------------------------------
def _space(call: Call, space: Space) -> dict[str, object]:
    expanded = {"homepage": {"id": space.home}} if "homepage" in _expanded(call) else {}
    return {"id": int(space.id), "key": space.key, "name": space.name, "type": "global", **expanded}


def _content(call: Call, page: SitePage) -> dict[str, object]:
    """What is not asked for is not told, except after a write."""
    wanted = _expanded(call) if call.request.method == "GET" else {"version", "history", "body.storage"}
    parts = {
        "version": {"number": page.number, "by": _person(call, page.editor)},
        "history": {"latest": True, "createdBy": _person(call, page.author)},
        "body.storage": {"storage": {"value": page.body, "representation": "storage"}},
    }
    return {
        "id": page.id,
        "type": "page",
        "status": page.status,
        "title": page.title,
        **{name.partition(".")[0]: part for name, part in parts.items() if name in wanted},
        "_links": {"webui": f"/pages/viewpage.action?pageId={page.id}"},
    }


def _property(one: PageProperty) -> dict[str, object]:
    return {"id": one.id, "key": one.key, "value": one.value, "version": {"number": one.number}}


def _person(call: Call, account_id: str) -> dict[str, object]:
    account = call.site.accounts.get(account_id)
    return {"username": account.username, "displayName": account.name} if account else {}


def _expanded(call: Call) -> set[str]:
    return {one for value in call.request.args("expand") for one in value.split(",")}


ROUTES: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    ("GET", f"{V1}/user/current", current_user),
    ("GET", f"{V1}/space", list_spaces),
    ("GET", f"{V1}/space/{{key}}", get_space),
    ("GET", f"{V1}/content", list_pages),
    ("POST", f"{V1}/content", create_page),
    ("GET", f"{V1}/content/{{page}}", get_page),
    ("PUT", f"{V1}/content/{{page}}", update_page),
    ("DELETE", f"{V1}/content/{{page}}", delete_content),
    ("GET", f"{V1}/content/{{page}}/property", list_properties),
    ("POST", f"{V1}/content/{{page}}/property", create_property),
    ("GET", f"{V1}/content/{{page}}/property/{{name}}", get_property),
    ("PUT", f"{V1}/content/{{page}}/property/{{name}}", update_property),
    *CENTER,
)
