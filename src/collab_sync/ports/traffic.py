"""What a connection has sent so far and what its server still allows: for people who look after it, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias, get_args

Answered: TypeAlias = Literal["ok", "refused", "limited", "failed", "lost", "held"]
ANSWERED: tuple[Answered, ...] = get_args(Answered)
"""What became of one request: done; refused (4xx); refused for a limit (429); the server failed (5xx); no answer came;
never sent, because a pause or a budget forbade it."""


@dataclass(frozen=True, slots=True)
class ApiBudget:
    """What the server last said of its own limit, less what we have sent since: ``left`` of ``limit`` requests until
    ``resets``, by our clock."""

    limit: int
    left: int
    resets: datetime


@dataclass(frozen=True, slots=True)
class Traffic:
    """Since the connection was opened: ``requests`` by what became of them, ``pauses`` that the server asked for.
    ``budget``: None where it says nothing of limits. ``paused_until``: of whatever scope pauses longest, also because
    the host cannot be reached; None for nothing."""

    requests: Mapping[Answered, int] = field(default_factory=dict)
    budget: ApiBudget | None = None
    pauses: int = 0
    paused_until: datetime | None = None
