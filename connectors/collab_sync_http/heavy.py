"""Tells a question that was too much for the server from a server that is out of reach."""

from __future__ import annotations

import requests
from urllib3.exceptions import ReadTimeoutError

from collab_sync.errors import TransientError

_FAILED_OVER_IT = frozenset({413, 500, 502, 504})
"""503 is left out: it says that the server takes no questions at all."""


def too_much(error: TransientError) -> bool:
    """Whether the same question about less may be answered: the server failed over it, or did not answer in time."""
    if error.status:
        return error.status in _FAILED_OVER_IT
    cause = error.__cause__
    if isinstance(cause, requests.ReadTimeout):
        return True
    return isinstance(cause, requests.ConnectionError) and any(
        isinstance(part, ReadTimeoutError) for part in cause.args
    )
