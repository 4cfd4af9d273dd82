"""What GitLab sends when something happened, and how it proves that it was GitLab.

Two forms. The plain one carries the secret itself in ``X-Gitlab-Token``. The signed one (19.0 and later) follows the
Standard Webhooks: a signature over number, time and body, by a secret that is written ``whsec_‹base64›`` and never
sent. A secret of that shape is taken for signatures only, every other for the plain form only.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from collab_sync.model.connection import Secret
from collab_sync.ports.hooks import Delivery, matches

SIGNING = "whsec_"
"""How a secret begins that signs."""
WINDOW = timedelta(minutes=5)
"""How far the time of a signed call may be from ours: older ones are replayed, whoever holds them."""
_LONGEST_TIME = 12
"""Digits of a time in seconds."""
_NUMBERS = ("webhook-id", "idempotency-key")
"""Headers that stay the same when a delivery is repeated; old servers have none of them. Not the number of the event:
hooks that set each other off share it."""


class _Project(msgspec.Struct, frozen=True):
    id: int | None = None
    path_with_namespace: str = ""


class _Event(msgspec.Struct, frozen=True):
    project: _Project | None = None


class GitlabHooks:
    """Implements ``collab_sync.ports.HookVerifier``."""

    def verify(
        self, headers: Mapping[str, str], body: bytes, secrets: Sequence[Secret], now: datetime
    ) -> Delivery | None:
        """See ``ports``."""
        known = [secret.reveal() for secret in secrets if secret]
        plain = [secret.encode() for secret in known if not secret.startswith(SIGNING)]
        keys = [key for secret in known if (key := signing_key(secret)) is not None]
        told, signed = matches(headers.get("x-gitlab-token", ""), plain), _signed(headers, body, keys, now)
        if not (told or signed):
            return None
        return Delivery(_number(headers, body), _projects(body))


def signing_key(secret: str) -> bytes | None:
    """The bytes that sign; None for a secret of the plain form, or one that is neither."""
    if not secret.startswith(SIGNING):
        return None
    try:
        return base64.b64decode(secret.removeprefix(SIGNING), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _signed(headers: Mapping[str, str], body: bytes, keys: Sequence[bytes], now: datetime) -> bool:
    number, time = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    content = f"{number}.{time}.".encode("latin-1", "replace") + body
    # Without a key one is computed all the same: the time must not tell of which form a connection is.
    wanted = [base64.b64encode(hmac.digest(key, content, sha256)) for key in keys or (b"nobody",)]
    found = [matches(given, wanted) for given in _signatures(headers.get("webhook-signature", ""))]
    return bool(keys) and any(found) and bool(number) and _recent(time, now)


def _signatures(header: str) -> Iterator[str]:
    for one in header.split(" "):
        version, _, value = one.partition(",")
        if version == "v1":
            yield value


def _recent(time: str, now: datetime) -> bool:
    if not (time.isascii() and time.isdecimal() and len(time) <= _LONGEST_TIME):
        return False
    return abs(now.timestamp() - int(time)) <= WINDOW.total_seconds()


def _number(headers: Mapping[str, str], body: bytes) -> str:
    return next((headers[name] for name in _NUMBERS if headers.get(name)), sha256(body).hexdigest())


def _projects(body: bytes) -> frozenset[str]:
    try:
        project = msgspec.json.decode(body, type=_Event).project or _Project()
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return frozenset()
    names = (project.path_with_namespace, "" if project.id is None else str(project.id))
    return frozenset(name for name in names if name)
