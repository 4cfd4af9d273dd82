"""What trackers last said of their limits, for people who ask while nobody is connected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from collab_sync.ports import ApiBudget, Connection, Traffic
from collab_sync.ports.store import Transaction

BUDGET = "api:"


class BudgetNote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of one connection, ``at`` the end of a run. ``budget``: None where the server says nothing of limits."""

    at: datetime
    budget: ApiBudget | None = None
    paused_until: datetime | None = None


def traffic_of(connections: Mapping[str, Connection]) -> Mapping[str, Traffic]:
    """Of those that count, by name."""
    told = {name: connection.traffic for name, connection in connections.items()}
    return {name: traffic for name, traffic in told.items() if traffic is not None}


def note_budgets(tx: Transaction, traffic: Mapping[str, Traffic], now: datetime) -> None:
    """Remembers what is left of each connection's limit; what says nothing is forgotten."""
    for name, one in traffic.items():
        paused = one.paused_until if one.paused_until and one.paused_until > now else None
        note = BudgetNote(at=now, budget=one.budget, paused_until=paused)
        tx.record(f"{BUDGET}{name}", now, msgspec.json.encode(note).decode())


def budgets(tx: Transaction) -> Mapping[str, BudgetNote]:
    """By connection, as of the last run."""
    found: dict[str, BudgetNote] = {}
    for key, (_, text) in tx.recorded(BUDGET).items():
        try:
            found[key.removeprefix(BUDGET)] = msgspec.json.decode(text, type=BudgetNote)
        except msgspec.DecodeError:
            continue  # of another version; the next run replaces it
    return found
