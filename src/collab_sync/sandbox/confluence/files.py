"""Labels of pages and files attached to them: read by version 2, written by version 1 in both editions."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from uuid import UUID

from collab_sync.sandbox.confluence.call import Call, instant, version_shape
from collab_sync.sandbox.confluence.refusal import forbidden, invalid, missing
from collab_sync.sandbox.confluence.state import PageFile, SitePage, SiteState
from collab_sync.sandbox.wire import BadBody, Response, empty, json_response

_FORBIDDEN = frozenset("!#&()*,.:;<>?@[]^'`\"")
"""Signs that no label has, as the vendor's pages for readers list them; blanks and controls besides."""


# --- labels ------------------------------------------------------------------------------------------------------
def add_labels(call: Call, page: str) -> Response:
    found = call.page(page, to_write=True)
    for one in _wanted(call):
        name = str(one.get("name") or "") if isinstance(one, dict) else ""
        if not name or len(name) > 255 or any(_unfit(sign) for sign in name):
            raise invalid(f"The label name '{name}' is not valid.")
        found.labels = sorted({*found.labels, name.lower()})
    return json_response({"results": [label_shape(name) for name in found.labels], "size": len(found.labels)})


def list_labels(call: Call, page: str) -> Response:
    return json_response({"results": [label_shape(name) for name in call.page(page).labels], "_links": {}})


def label_shape(name: str) -> dict[str, object]:
    return {"id": str(abs(hash(name)) % 10**9), "name": name, "prefix": "global"}


def _wanted(call: Call) -> list[Any]:
    try:
        parsed = call.request.json()
    except BadBody:
        parsed = None
    return parsed if isinstance(parsed, list) else [parsed]


def _unfit(sign: str) -> bool:
    return sign in _FORBIDDEN or sign.isspace() or unicodedata.category(sign) in {"Cc", "Cs"}


# --- files -------------------------------------------------------------------------------------------------------
def attach(call: Call, page: str) -> Response:
    """Takes one file of a form. Without the header against forged forms the site refuses."""
    found = call.page_for_files(page)
    if call.request.headers.get("X-Atlassian-Token", "").lower() not in ("nocheck", "no-check"):
        raise forbidden("send forms: XSRF check failed")
    name, kind, data = _sent(call)
    if any(one.name == name for one in found.files):
        raise invalid(f"Cannot add a new attachment with same file name as an existing attachment: {name}")
    made = new_file(call.site, name, data, call.account.account_id, call.now, kind)
    found.files.append(made)
    return json_response({"results": [file_v1(found, made)], "size": 1})


def list_files(call: Call, page: str) -> Response:
    """Version 2, all at once."""
    found, kind = call.page(page), call.request.arg("mediaType")
    rows = [file_v2(found, one) for one in found.files if kind in (None, one.kind)]
    start, limit = int(call.request.arg("cursor") or 0), int(call.request.arg("limit") or 50)
    links = {"next": f"{call.request.path}?cursor={start + limit}"} if start + limit < len(rows) else {}
    return json_response({"results": rows[start : start + limit], "_links": links})


def list_files_v1(call: Call, page: str) -> Response:
    found, kind = call.page(page), call.request.arg("mediaType")
    rows = [file_v1(found, one) for one in found.files if kind in (None, one.kind)]
    start, limit = int(call.request.arg("start") or 0), int(call.request.arg("limit") or 25)
    links = {"next": f"{call.request.path}?start={start + limit}"} if start + limit < len(rows) else {}
    return json_response({"results": rows[start : start + limit], "start": start, "limit": limit, "_links": links})


def detach(call: Call, file: str) -> Response:
    for page in call.site.pages.values():
        for one in page.files:
            if one.id == file and call.sees(page):
                call.page_for_files(page.id).files.remove(one)
                return empty(204)
    raise missing("Attachment")


def new_file(  # noqa: PLR0913, PLR0917 — what a file has
    site: SiteState, name: str, data: bytes, author: str, at: datetime, kind: str = "image/png"
) -> PageFile:
    number = site.next_id()
    return PageFile(
        id=f"att{number}", name=name, file=str(UUID(int=int(number))), kind=kind, data=data, author=author, at=at
    )


def file_v1(page: SitePage, one: PageFile) -> dict[str, object]:
    return {
        "id": one.id,
        "type": "attachment",
        "status": "current",
        "title": one.name,
        "container": {"id": page.id},
        "extensions": {"mediaType": one.kind, "fileSize": len(one.data), "fileId": one.file},
    }


def file_v2(page: SitePage, one: PageFile) -> dict[str, object]:
    return {
        "id": one.id,
        "status": "current",
        "title": one.name,
        "createdAt": instant(one.at),
        "pageId": page.id,
        "mediaType": one.kind,
        "fileId": one.file,
        "fileSize": len(one.data),
        "version": version_shape(1, one.author, one.at),
    }


def _sent(call: Call) -> tuple[str, str, bytes]:
    head = f"Content-Type: {call.request.headers.get('Content-Type', '')}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + call.request.body)
    for part in form.iter_parts():
        if part.get_param("name", header="Content-Disposition") == "file" and part.get_filename():
            content = part.get_payload(decode=True)
            return str(part.get_filename()), part.get_content_type(), content if isinstance(content, bytes) else b""
    raise invalid("The form has no file.")


V2, V1_CLOUD, V1 = "/wiki/api/v2", "/wiki/rest/api", "/rest/api"
CLOUD: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    ("GET", f"{V2}/pages/{{page}}/labels", list_labels),
    ("GET", f"{V2}/pages/{{page}}/attachments", list_files),
    ("DELETE", f"{V2}/attachments/{{file}}", detach),
    ("POST", f"{V1_CLOUD}/content/{{page}}/label", add_labels),
    ("POST", f"{V1_CLOUD}/content/{{page}}/child/attachment", attach),
)
CENTER: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    ("GET", f"{V1}/content/{{page}}/label", list_labels),
    ("POST", f"{V1}/content/{{page}}/label", add_labels),
    ("GET", f"{V1}/content/{{page}}/child/attachment", list_files_v1),
    ("POST", f"{V1}/content/{{page}}/child/attachment", attach),
)
