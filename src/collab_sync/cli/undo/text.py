"""Runs and undos as people and programs read them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from collab_sync.analysis.natural import natural
from collab_sync.cli.session.wording import kind_of, target_of, text_of
from collab_sync.cli.terminal.paper import Json, line, table

if TYPE_CHECKING:
    from collab_sync.planner.undo.past import Undoing
    from collab_sync.planner.undo.runs import Run

_HEADS = ("运行", "写成", "在路上", "停下", "只记录", "已撤回")


def print_runs(runs: Sequence[Run], zone: ZoneInfo) -> None:
    """The runs, newest first, with how much of each was written and taken back."""
    if not runs:
        line("还没有写过什么的运行。")
        return
    table("最近的运行", _HEADS, [(run.name(zone), *map(str, _counts(run))) for run in runs], numbers=_HEADS[1:])


def runs_as_values(runs: Sequence[Run], zone: ZoneInfo) -> Json:
    """The same for programs."""
    names = ("done", "waiting", "dead", "reported", "undone")
    return [
        {"run": run.name(zone), "at": run.at.isoformat(), **dict(zip(names, _counts(run), strict=True))} for run in runs
    ]


def _counts(run: Run) -> tuple[int, int, int, int, int]:
    states = [row.state for row in run.rows]
    undone = sum(row.planned.key in run.undone for row in run.rows)
    return len(run.done), len(run.waiting), states.count("dead"), states.count("reported"), undone


def print_undoing(undoing: Undoing) -> None:
    """Per item what is taken back, then what is not and why."""
    if undoing.before:
        line(f"其中 {undoing.before} 条以前已经撤回过。")
    line(f"撤回 {len(undoing.writes)} 次" if undoing.writes else "没有可撤回的。")
    for target, found in groupby(sorted(undoing.writes, key=lambda one: natural(target_of(one))), key=target_of):
        line(f"\n  {target}")
        for write in found:
            first, *rest = text_of(write.write).splitlines() or [""]
            line(f"    {kind_of(write.write)}  {first}")
            for further in rest:
                line(f"          {further}")
    if undoing.left:
        line(f"\n撤不回、或不撤的 {len(undoing.left)} 项")
    for left in undoing.left:
        line(f"  {left.target}  {left.why}")


def as_values(undoing: Undoing) -> Json:
    """The same for programs; ``key`` is the idempotency key in the outbox."""
    return {
        "at": undoing.run.at.isoformat(),
        "undone_before": undoing.before,
        "writes": [
            {
                "key": write.key,
                "kind": kind_of(write.write),
                "target": target_of(write),
                "text": text_of(write.write),
            }
            for write in undoing.writes
        ],
        "left": [{"target": left.target, "why": left.why} for left in undoing.left],
    }
