"""How the site says no."""

from __future__ import annotations

from collab_sync.sandbox.wire import Response, json_response


class Refusal(Exception):  # noqa: N818 — an answer, not a defect
    """A request that Confluence refuses: becomes its answer, nothing was changed."""

    def __init__(self, status: int, code: str, title: str) -> None:
        self.status = status
        self.code = code
        self.title = title
        super().__init__(title)

    def response(self) -> Response:
        """``{"errors": [{"status", "code", "title", "detail"}]}``."""
        error = {"status": self.status, "code": self.code, "title": self.title, "detail": None}
        return json_response({"errors": [error]}, self.status)

    def response_v1(self) -> Response:
        """As version 1 puts it: ``{"statusCode", "message"}``."""
        return json_response({"statusCode": self.status, "message": self.title}, self.status)


def missing(what: str) -> Refusal:
    """Not there, not to be seen, or not allowed: version 2 does not tell which."""
    return Refusal(404, "NOT_FOUND", f"{what} not found or the user does not have the needed permission.")


def forbidden(what: str) -> Refusal:
    """To be seen, and not allowed: version 1 tells."""
    return Refusal(403, "FORBIDDEN", f"User is not permitted to {what}.")


def invalid(words: str) -> Refusal:
    return Refusal(400, "INVALID_REQUEST_PARAMETER", words)


def conflict(words: str) -> Refusal:
    return Refusal(409, "CONFLICT", words)
