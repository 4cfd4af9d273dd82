"""GitLab's ways to say no. Three shapes of JSON, and sometimes no body at all; each caller picks the one observed."""

from __future__ import annotations

from collections.abc import Iterable


class ApiError(Exception):
    """An answer other than success, raised before anything was changed. ``body`` None: empty, as text/html."""

    def __init__(self, status: int, body: object | None, headers: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = tuple(headers)


def bad_request(detail: str) -> ApiError:
    """400 ``{"message": "400 Bad request - …"}``."""
    return ApiError(400, {"message": f"400 Bad request - {detail}"})


def bad_parameter(sentence: str) -> ApiError:
    """400 ``{"error": "updated_after is invalid"}``: refused before the request was looked at any further."""
    return ApiError(400, {"error": sentence})


def invalid_model(**fields: str) -> ApiError:
    """400 ``{"message": {"title": ["can't be blank"]}}``."""
    return ApiError(400, {"message": {name: [text] for name, text in fields.items()}})


def unauthorized() -> ApiError:
    """401: no token where one is needed, or one that nobody has."""
    return ApiError(401, {"message": "401 Unauthorized"})


def revoked_token() -> ApiError:
    """401 of a token that was taken away."""
    return _invalid_token("Token was revoked. You have to re-authorize from the user.")


def expired_token() -> ApiError:
    """401 of a token that has ended."""
    return _invalid_token("Token is expired. You can either do re-authorization or token refresh.")


def _invalid_token(text: str) -> ApiError:
    """401 in the words of the OAuth layer."""
    challenge = f'Bearer realm="Protected by OAuth 2.0", error="invalid_token", error_description="{text}"'
    body = {"error": "invalid_token", "error_description": text}
    return ApiError(401, body, [("WWW-Authenticate", challenge)])


def insufficient_scope() -> ApiError:
    """403: the token may not do this, whoever its owner is."""
    text = "The request requires higher privileges than provided by the access token."
    return ApiError(403, {"error": "insufficient_scope", "error_description": text, "scope": "api read_api"})


def forbidden(reason: str = "") -> ApiError:
    """403 ``{"message": "403 Forbidden"}``."""
    return ApiError(403, {"message": f"403 Forbidden - {reason}" if reason else "403 Forbidden"})


def not_found(what: str = "") -> ApiError:
    """404: "404 Not found" (an issue), or "404 Project Not Found" with a noun."""
    return ApiError(404, {"message": f"404 {what} Not Found" if what else "404 Not found"})


def no_route() -> ApiError:
    """404 of an address (or method) the API does not know: another shape than a missing thing."""
    return ApiError(404, {"error": "404 Not Found"})


def conflict(text: str) -> ApiError:
    """409 ``{"message": …}``."""
    return ApiError(409, {"message": text})


def not_allowed(text: str) -> ApiError:
    """405 ``{"message": …}``."""
    return ApiError(405, {"message": text})


def moved_permanently(url: str) -> ApiError:
    """301 to the address that holds."""
    text = f"This resource has been moved permanently to {url}"
    return ApiError(301, text, [("Location", url), ("Content-Type", "text/plain")])


def server_error() -> ApiError:
    """500, as GitLab words it."""
    return ApiError(500, {"message": "500 Internal Server Error"})


def too_many() -> ApiError:
    """429 of the application's own limits: no Retry-After, no other header."""
    text = "This endpoint has been requested too many times. Try again later."
    return ApiError(429, {"message": {"error": text}})
