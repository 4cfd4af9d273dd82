"""What an instance remembers of its web hooks."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Hook(msgspec.Struct, kw_only=True):
    """A registered web hook; what it proves itself with is kept apart. ``answers``: the status with which its receiver
    answers calls; ``failures``: how many in a row were no success; ``disabled_until``: no calls before."""

    id: int
    url: str
    created_at: datetime
    events: dict[str, bool]
    enable_ssl_verification: bool = True
    answers: int = 200
    failures: int = 0
    disabled_until: datetime | None = None


class HookSecret(msgspec.Struct, kw_only=True):
    """What a hook sends along (``token``) and what it signs with."""

    token: str = ""
    signing: str = ""


class HookCall(msgspec.Struct, kw_only=True):
    """One call that a web hook would make."""

    url: str
    headers: dict[str, str]
    body: str
