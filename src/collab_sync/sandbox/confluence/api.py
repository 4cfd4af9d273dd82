"""The resources of Cloud's version 2: spaces, pages, their properties, and who is signed in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from collab_sync.sandbox.confluence.call import Call, property_shape
from collab_sync.sandbox.confluence.documents import accepted, stored
from collab_sync.sandbox.confluence.files import CLOUD
from collab_sync.sandbox.confluence.refusal import conflict, invalid, missing
from collab_sync.sandbox.confluence.state import PageProperty, SitePage, Space
from collab_sync.sandbox.faults import PAGE_LIMIT_HEADER
from collab_sync.sandbox.wire import Response, empty, json_response

LONGEST_TITLE = 255
_FORM = "atlas_doc_format"


# --- spaces ------------------------------------------------------------------------------------------------------
def list_spaces(call: Call) -> Response:
    keys = [key for value in call.request.args("keys") for key in value.split(",")]
    return _page(call, [call.space_shape(one) for one in call.spaces() if not keys or one.key in keys])


def get_space(call: Call, space: str) -> Response:
    return json_response(call.space_shape(call.space(space)))


def list_operations(call: Call, space: str) -> Response:
    found = call.space(space)
    names = [("read", "space")]
    if call.account.level(found.key) in ("text", "write"):
        names += [("create", "page"), ("create", "comment"), ("delete", "page")]
    if call.account.level(found.key) == "write":
        names += [("create", "attachment"), ("delete", "attachment")]
    return json_response({"operations": [{"operation": one, "targetType": on} for one, on in names]})


# --- pages -------------------------------------------------------------------------------------------------------
def list_of_space(call: Call, space: str) -> Response:
    return _pages(call, call.site.pages_of(call.space(space)))


def list_pages(call: Call) -> Response:
    wanted = [one for value in call.request.args("space-id") for one in value.split(",")]
    spaces = [one for one in call.spaces() if not wanted or one.id in wanted]
    return _pages(call, (page for one in spaces for page in call.site.pages_of(one)))


def get_page(call: Call, page: str) -> Response:
    return json_response(_single(call, call.page(page)))


def create_page(call: Call) -> Response:
    if "spaceId" not in call.body:
        raise invalid("Required field 'spaceId' is missing")
    space = call.space(str(call.body["spaceId"]))
    call.require(space, "write")
    title, document = title_of(call), _document(call)
    require_free(call, space, title)
    parent = str(call.body.get("parentId") or space.home)
    if parent and call.page(parent).space != space.id:
        raise missing("Parent page")
    me = call.account.account_id
    page = SitePage(
        id=call.site.next_id(), space=space.id, parent=parent, title=title, body=document, author=me, created=call.now,
        number=1, editor=me, edited=call.now,
    )  # fmt: skip
    call.site.pages[page.id] = page
    return json_response(_single(call, page, form=_FORM))


def update_page(call: Call, page: str) -> Response:
    found = call.page(page, to_write=True)
    absent = [name for name in ("id", "status", "title", "body", "version") if name not in call.body]
    if absent or str(call.body["id"]) != page:
        raise invalid(f"Required fields are missing or wrong: {', '.join(absent) or 'id'}")
    title, document, number = title_of(call), _document(call), number_of(call)
    if number != found.number + 1:
        raise conflict(
            f"Version must be incremented when updating a page. Current Version: [{found.number}]. "
            f"Provided version: [{number}]"
        )
    require_free(call, call.space(found.space), title, but=found)
    found.title, found.body, found.number = title, document, number
    found.editor, found.edited = call.account.account_id, call.now
    found.parent = str(call.body.get("parentId") or found.parent)
    return json_response(_single(call, found, form=_FORM))


def delete_page(call: Call, page: str) -> Response:
    found = call.page(page, to_write=True)
    remove(call.site.pages, found)
    return empty(204)


def list_children(call: Call, page: str) -> Response:
    above = call.page(page)
    below = [one for one in call.site.pages.values() if one.parent == above.id and call.sees(one)]
    return _page(
        call, [{"id": one.id, "status": one.status, "title": one.title, "spaceId": one.space} for one in below]
    )


def remove(pages: dict[str, SitePage], page: SitePage) -> None:
    """The page is gone; those below it move up."""
    del pages[page.id]
    for one in pages.values():
        one.parent = page.parent if one.parent == page.id else one.parent


# --- properties --------------------------------------------------------------------------------------------------
def list_properties(call: Call, page: str) -> Response:
    key = call.request.arg("key")
    found = call.page(page).properties
    return _page(call, [property_shape(one) for one in found if key in (None, one.key)])


def get_property(call: Call, page: str, name: str) -> Response:
    return json_response(property_shape(_property(call.page(page), name)))


def create_property(call: Call, page: str) -> Response:
    return json_response(property_shape(put_property(call, call.page(page, to_write=True))))


def put_property(call: Call, page: SitePage) -> PageProperty:
    """A new property from the body of a request; a key is taken once."""
    key = str(call.body.get("key") or "")
    if not key or "value" not in call.body:
        raise invalid("A content property has a key and a value.")
    if any(one.key == key for one in page.properties):
        raise conflict(f"A content property with key '{key}' already exists.")
    made = PageProperty(
        id=call.site.next_id(), key=key, value=call.body["value"], number=1, author=call.account.account_id, at=call.now
    )
    page.properties.append(made)
    return made


def update_property(call: Call, page: str, name: str) -> Response:
    one = _property(call.page(page, to_write=True), name)
    if number_of(call) != one.number + 1:
        raise conflict(f"Version must be incremented. Current version: [{one.number}]")
    one.value, one.number, one.author, one.at = (
        call.body.get("value"),
        one.number + 1,
        call.account.account_id,
        call.now,
    )
    return json_response(property_shape(one))


def delete_property(call: Call, page: str, name: str) -> Response:
    found = call.page(page, to_write=True)
    found.properties.remove(_property(found, name))
    return empty(204)


def current_user(call: Call) -> Response:
    me = call.account
    return json_response({"type": "known", "accountId": me.account_id, "displayName": me.name, "publicName": me.name})


# --- pieces ------------------------------------------------------------------------------------------------------
def _pages(call: Call, pages: Iterable[SitePage]) -> Response:
    title, form = call.request.arg("title"), call.request.arg("body-format")
    status = [one for value in call.request.args("status") for one in value.split(",")] or ["current", "archived"]
    found = [one for one in pages if call.sees(one) and one.status in status and title in (None, one.title)]
    return _page(call, [call.page_shape(one, body=_body(one, form)) for one in found])


def _page(call: Call, rows: list[dict[str, object]]) -> Response:
    """A list, cut at ``limit``; the cursor is the place to go on from."""
    start = int(call.request.arg("cursor") or 0)
    limit = int(call.request.headers.get(PAGE_LIMIT_HEADER) or call.request.arg("limit") or 25)
    links = {"base": call.base}
    if start + limit < len(rows):
        links["next"] = f"/wiki{call.request.path.removeprefix('/wiki')}?cursor={start + limit}&limit={limit}"
    return json_response({"results": rows[start : start + limit], "_links": links})


def _single(call: Call, page: SitePage, form: str | None = None) -> dict[str, object]:
    shape = call.page_shape(page, body=_body(page, form or call.request.arg("body-format")))
    links = shape["_links"]
    return {**shape, "_links": {**(links if isinstance(links, dict) else {}), "base": call.base}}


def _body(page: SitePage, form: str | None) -> dict[str, object]:
    if form != _FORM:
        return {}
    return {_FORM: {"representation": _FORM, "value": json.dumps(page.body, ensure_ascii=False)}}


def title_of(call: Call) -> str:
    title = " ".join(str(call.body.get("title") or "").split())
    if not title or len(title) > LONGEST_TITLE:
        raise invalid(f"The title must have between 1 and {LONGEST_TITLE} characters.")
    return title


def _document(call: Call) -> dict[str, Any]:
    body = call.body.get("body")
    if not isinstance(body, dict) or body.get("representation") != _FORM:
        raise invalid("The sandbox takes bodies in atlas_doc_format only.")
    document = stored(accepted(body.get("value")))
    assert isinstance(document, dict)
    return document


def number_of(call: Call) -> int:
    version = call.body.get("version")
    number = version.get("number") if isinstance(version, dict) else None
    if not isinstance(number, int):
        raise invalid("Required field 'version.number' is missing")
    return number


def require_free(call: Call, space: Space, title: str, but: SitePage | None = None) -> None:
    there = call.site.titled(space, title)
    if there is not None and there is not but:
        raise invalid("A page with this title already exists: A page already exists with the same TITLE in this space")


def _property(page: SitePage, name: str) -> PageProperty:
    found = next((one for one in page.properties if one.id == name), None)
    if found is None:
        raise missing("Content property")
    return found


V2 = "/wiki/api/v2"
ROUTES: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    ("GET", f"{V2}/spaces", list_spaces),
    ("GET", f"{V2}/spaces/{{space}}", get_space),
    ("GET", f"{V2}/spaces/{{space}}/operations", list_operations),
    ("GET", f"{V2}/spaces/{{space}}/pages", list_of_space),
    ("GET", f"{V2}/pages", list_pages),
    ("POST", f"{V2}/pages", create_page),
    ("GET", f"{V2}/pages/{{page}}", get_page),
    ("PUT", f"{V2}/pages/{{page}}", update_page),
    ("DELETE", f"{V2}/pages/{{page}}", delete_page),
    ("GET", f"{V2}/pages/{{page}}/children", list_children),
    ("GET", f"{V2}/pages/{{page}}/properties", list_properties),
    ("POST", f"{V2}/pages/{{page}}/properties", create_property),
    ("GET", f"{V2}/pages/{{page}}/properties/{{name}}", get_property),
    ("PUT", f"{V2}/pages/{{page}}/properties/{{name}}", update_property),
    ("DELETE", f"{V2}/pages/{{page}}/properties/{{name}}", delete_property),
    ("GET", "/wiki/rest/api/user/current", current_user),
    *CLOUD,
)
