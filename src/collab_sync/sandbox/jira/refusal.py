"""How the site says no: errors in Jira's own words and shapes."""

from __future__ import annotations

from collections.abc import Mapping

from collab_sync.sandbox.wire import Response, json_response, text_response

NO_ISSUE = "Issue does not exist or you do not have permission to see it."
ABSENT_ISSUE = "Issue Does Not Exist"
FORBIDDEN_ISSUE = "You do not have the permission to see the specified issue."
_UNAUTHENTICATED = "Client must be authenticated to access this resource."


class Refusal(Exception):  # noqa: N818 — an answer, not a defect
    """A request that Jira refuses: becomes its answer, nothing was changed."""

    def __init__(self, status: int, *messages: str, fields: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.messages = messages
        self.fields = dict(fields or {})
        super().__init__("; ".join((*messages, *self.fields.values())))

    def response(self) -> Response:
        """``{"errorMessages": […], "errors": {…}}`` with the status."""
        return json_response({"errorMessages": list(self.messages), "errors": self.fields}, self.status)


def missing_issue() -> Refusal:
    """404 of an issue that is not there or not to be seen; Jira Cloud does not tell which."""
    return Refusal(404, NO_ISSUE)


def unseen_issue(*, there: bool) -> Refusal:
    """Data Center tells which: 403 of an issue that is there and not to be seen, 404 of one that is not there."""
    return Refusal(403, FORBIDDEN_ISSUE) if there else Refusal(404, ABSENT_ISSUE)


def bad_field(field: str, message: str) -> Refusal:
    """400 about one field."""
    return Refusal(400, fields={field: message})


def unauthenticated(*, cloud: bool) -> Response:
    """401 of a wrong or missing token: a text without JSON on Cloud, an object of its own kind on Data Center."""
    if not cloud:
        return json_response({"message": _UNAUTHENTICATED, "status-code": 401}, 401)
    header = (("WWW-Authenticate", 'OAuth realm="https%3A%2F%2Fsandbox.invalid"'),)
    return text_response(_UNAUTHENTICATED, 401, header, kind="text/html")
