"""What Jira sends when something happened, and how it proves that it was Jira: ``X-Hub-Signature: ‹method›=‹hex›``, a
keyed digest of the body. The method is Jira's to change, so it is read; weak ones are not taken."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec

from collab_sync.model.connection import Secret
from collab_sync.ports.hooks import Delivery, matches

_METHODS = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


class _Project(msgspec.Struct, frozen=True):
    key: str = ""
    id: str = ""


class _Fields(msgspec.Struct, frozen=True):
    project: _Project | None = None


class _Issue(msgspec.Struct, frozen=True):
    key: str = ""
    fields: _Fields | None = None


class _Event(msgspec.Struct, frozen=True):
    issue: _Issue | None = None


class JiraHooks:
    """Implements ``collab_sync.ports.HookVerifier``."""

    def verify(
        self, headers: Mapping[str, str], body: bytes, secrets: Sequence[Secret], now: datetime
    ) -> Delivery | None:
        """See ``ports``. The number of a delivery is not signed: who repeats one under another number makes us read a
        project sooner once more, no more than that."""
        method, _, digest = headers.get("x-hub-signature", "").partition("=")
        algorithm = _METHODS.get(method.lower(), sha256)
        keys = [secret.reveal().encode() for secret in secrets if secret]
        proven = matches(digest.lower(), [hmac.new(key, body, algorithm).hexdigest().encode() for key in keys])
        if not proven or method.lower() not in _METHODS:
            return None
        number = headers.get("x-atlassian-webhook-identifier") or sha256(body).hexdigest()
        return Delivery(number, _projects(body))


def _projects(body: bytes) -> frozenset[str]:
    try:
        issue = msgspec.json.decode(body, type=_Event).issue or _Issue()
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return frozenset()
    project = issue.fields.project if issue.fields else None
    names = [issue.key.rpartition("-")[0], *((project.key, project.id) if project else ())]
    return frozenset(name for name in names if name)
