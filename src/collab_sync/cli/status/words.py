"""What rows of the outbox are called, also where nothing else of the status is wanted: light to import."""

from __future__ import annotations

from collab_sync.ports.store import OutboxRow

STATE_NAMES = {
    "pending": "待写",
    "sending": "正在写",
    "unknown": "结果待查",
    "done": "已写",
    "dead": "停下",
    "reported": "只记录",
}


def why_dead(row: OutboxRow) -> str:
    """Why a row stopped: the tracker's words, the limit, or what a person said."""
    from collab_sync.pipeline.status import never_sent

    return f"等人放行:{row.last_error or '超出上限'}" if never_sent(row) else row.last_error or "—"
