"""Attachments: upload, look at, fetch, delete."""

from __future__ import annotations

from collections.abc import Mapping

from collab_sync.sandbox.jira import edits
from collab_sync.sandbox.jira.call import Call
from collab_sync.sandbox.jira.files.multipart import SentFile, files
from collab_sync.sandbox.jira.refusal import Refusal
from collab_sync.sandbox.jira.state import Attachment, Issue
from collab_sync.sandbox.wire import Response, empty, json_response, text_response

_MEDIA = "https://media.sandbox.invalid/file"
"""A Cloud site keeps files elsewhere and leads there; nobody answers under this address."""


def add(call: Call, key: str) -> Response:
    """POST issue/attachments: a form with files. All of them are kept or none."""
    issue = call.issue(key)
    if call.request.headers.get("X-Atlassian-Token", "") not in ("no-check", "nocheck"):
        return text_response("XSRF check failed", 403)
    call.require("CREATE_ATTACHMENTS", "You do not have permission to create attachments for this issue")
    sent = files(call.request)
    if not sent:
        raise Refusal(400, "The request has no file.")
    largest = max(len(each.data) for each in sent)
    if largest > call.site.attachment_limit:
        raise _too_large(call, largest)
    added = [_added(call, issue, each) for each in sent]
    return json_response([_bean(call, each) for each in added])


def read(call: Call, attachment_id: str) -> Response:
    """GET attachment: its metadata."""
    return json_response(_bean(call, _found(call, attachment_id)[1]))


def content(call: Call, attachment_id: str) -> Response:
    """GET attachment/content (Cloud): leads to where the file is kept, with ``redirect=false`` the file itself."""
    attachment = _found(call, attachment_id)[1]
    if call.request.arg("redirect") == "false":
        return _file(attachment)
    return empty(303, (("Location", f"{_MEDIA}/{attachment.media}/binary?token=sandbox&name={attachment.id}"),))


def secure(call: Call, attachment_id: str, name: str) -> Response:
    """GET /secure/attachment (Data Center): the file itself, whatever name the address says."""
    return _file(_found(call, attachment_id)[1])


def delete(call: Call, attachment_id: str) -> Response:
    """DELETE attachment: one's own; here nobody has the permission for those of others."""
    issue, attachment = _found(call, attachment_id)
    refusal = f"You do not have permission to delete attachment with id: {attachment_id}"
    call.require("DELETE_OWN_ATTACHMENTS", refusal)
    if attachment.author != call.account.account_id:
        raise Refusal(403, refusal)
    issue.attachments.remove(attachment)
    _record(call, issue, attachment, removed=True)
    return empty(204)


def settings(call: Call) -> Response:
    """GET attachment/meta."""
    return json_response({"enabled": True, "uploadLimit": call.site.attachment_limit})


def _added(call: Call, issue: Issue, sent: SentFile) -> Attachment:
    attachment = Attachment(
        id=call.site.next_id("attachment"),
        name=sent.name,
        author=call.account.account_id,
        created=call.now,
        mime=sent.mime,
        data=sent.data,
    )
    issue.attachments.append(attachment)
    _record(call, issue, attachment)
    return attachment


def _record(call: Call, issue: Issue, attachment: Attachment, *, removed: bool = False) -> None:
    item = edits.attachment_item(attachment.id, attachment.name, removed=removed)
    edits.record(call.site, issue, [item], call.stamp)


def _found(call: Call, attachment_id: str) -> tuple[Issue, Attachment]:
    visible = (issue for issue in call.site.issues.values() if call.sees(issue))
    found = ((issue, each) for issue in visible for each in issue.attachments if str(each.id) == attachment_id)
    known = next(found, None)
    if known is None:
        raise Refusal(404, f"The attachment with id '{attachment_id}' does not exist")
    return known


def _too_large(call: Call, size: int) -> Refusal:
    """Data Center's document has no 413: an issue that takes no such file is not found."""
    words = f"The attachment size of {size} bytes exceeds the limit of {call.site.attachment_limit} bytes."
    return Refusal(413 if call.site.cloud else 404, words)


def _bean(call: Call, attachment: Attachment) -> Mapping[str, object]:
    return call.beans.attachment(attachment)


def _file(attachment: Attachment) -> Response:
    return Response(200, attachment.data, (("Content-Type", attachment.mime),))
