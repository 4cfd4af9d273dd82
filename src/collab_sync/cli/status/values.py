"""The status for programs: JSON values; durations in seconds."""

from __future__ import annotations

from typing import cast

import msgspec

from collab_sync.cli.status.seen import Mentions, Seen
from collab_sync.cli.terminal.paper import Json
from collab_sync.pipeline.status import Note, ShardStatus, Status
from collab_sync.ports.store import OutboxRow


def as_values(seen: Seen) -> dict[str, Json]:
    """Everything; ``promise`` answers the question."""
    found, due = seen.found, seen.found.oldest
    broken = [{"kind": one.kind, "text": one.text, "remedy": one.remedy} for one in seen.breaches]
    return {
        "promise": {"holds": not broken, "breaches": broken},
        "running": seen.running,
        "stuck": any(one.kind == "hung" for one in seen.breaches),
        "rules_on_disk": seen.on_disk,
        "rules_error": seen.broken,
        **_standing(found),
        "oldest_due": {"subject": due.subject, "at": due.at.isoformat(), "rules": seen.behind} if due else None,
        "budgets": {name: _plain(found.budgets.get(name)) for name in seen.connections},
        "mentions": _mentioned(seen.mentions) if seen.mentions else None,
        "last_run": _plain(found.last_run),
        "runs": [_plain(run) for run in found.runs],
        "attention": seen.attention,
    }


def _standing(found: Status) -> dict[str, Json]:
    return {
        "now": found.now.isoformat(),
        "shards": [_shard(shard) for shard in found.shards],
        "outbox": {str(state): count for state, count in found.outbox.items()},
        "outbox_oldest_seconds": {state: age.total_seconds() for state, age in found.oldest_waiting().items()},
        "dead": [_dead(row) for row in found.dead],
        "withheld": _notes(found.withheld),
        "gone": _notes(found.gone),
        "notices": _notes(found.notices),
        "last_tick": found.last_tick.isoformat() if found.last_tick else None,
        "rules_version": found.version,
        "heartbeat": found.heartbeat.isoformat() if found.heartbeat else None,
        "complaints": [{"since": note.at.isoformat(), "text": note.text} for note in found.complaints],
    }


def _shard(shard: ShardStatus) -> dict[str, Json]:
    return {
        "project": shard.project,
        "read_until": shard.read_until.isoformat() if shard.read_until else None,
        "age_seconds": shard.age.total_seconds() if shard.age is not None else None,
        "lag_seconds": shard.lag.total_seconds() if shard.lag is not None else None,
        "stale": shard.stale,
        "error": shard.error,
        "counted_at": shard.counted.isoformat() if shard.counted else None,
        "census_error": shard.doubt,
    }


def _dead(row: OutboxRow) -> dict[str, Json]:
    return {"id": row.id, "key": row.planned.key, "reason": row.planned.reason, "error": row.last_error}


def _notes(notes: tuple[Note, ...]) -> list[dict[str, Json]]:
    return [{"at": note.at.isoformat(), "text": note.text} for note in notes]


def _mentioned(mentions: Mentions) -> dict[str, Json]:
    counts = mentions.counts
    return {
        "people": len(counts),
        "most": max(counts.values(), default=0),
        "limit": mentions.limit,
        "by_person": counts,
    }


def _plain(value: object) -> Json:
    return cast("Json", msgspec.to_builtins(value))
