"""What the next round would do: the very plan that it would enqueue, and what is waiting already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from collab_sync.analysis.natural import natural
from collab_sync.cli.session.wording import kind_of, target_of, text_of
from collab_sync.cli.terminal.paper import Json, line, local, table
from collab_sync.model.action import PlannedWrite
from collab_sync.pipeline.decide import decide
from collab_sync.pipeline.runtime import Runtime
from collab_sync.planner.plan import Plan
from collab_sync.ports.store import ON_THE_WAY, OutboxRow

EFFECTS = "写入之后,同一轮里还可能有后续写入(例如规则对新建事项的提醒);它们要等写入真正发生才能判断。"


@dataclass(frozen=True, slots=True)
class Forecast:
    """``plan`` is what the round would commit at ``at``; ``left``: rows that earlier rounds have still to deliver."""

    at: datetime
    version: str
    zone: ZoneInfo
    plan: Plan
    left: tuple[OutboxRow, ...]

    @property
    def changes(self) -> bool:
        """Whether anything would be sent, or is waiting for a person."""
        return bool(self.plan.writes or self.plan.withheld or self.left)


def foresee(runtime: Runtime) -> Forecast:
    """Decides on a snapshot of the mirror as it is now; nothing is stored."""
    now = runtime.clock.now()
    with runtime.store.read() as tx:
        decision = decide(tx, runtime.ruling, now, runtime.offers, most=None)
        left = tx.outbox(ON_THE_WAY)
    return Forecast(now, decision.version, runtime.ruling.office.calendar.zone, decision.plan, left)


# --- for machines ----------------------------------------------------------------------------------------------
def as_values(forecast: Forecast) -> Json:
    """The forecast as JSON values. ``key`` is the idempotency key under which ``run`` enqueues the write."""
    plan = forecast.plan
    return {
        "at": forecast.at.isoformat(),
        "rules_version": forecast.version,
        "writes": [_values(write) for write in plan.writes],
        "reported": [_values(write) for write in plan.reported],
        "withheld": [_values(write) for write in plan.withheld],
        "refusals": [str(refusal) for refusal in plan.refusals],
        "waiting": [{"id": row.id, "state": row.state, **_values(row.planned)} for row in forecast.left],
        "notices": list(plan.notices),
        "totals": {
            "rules": dict(_per_rule(plan.writes)),
            "mentions": dict(_per_person(plan.writes, "mention")),
            "digest": dict(_per_person(plan.writes, "digest")),
        },
    }


def _values(write: PlannedWrite) -> dict[str, Json]:
    return {
        "key": write.key,
        "kind": kind_of(write.write),
        "project": write.project,
        "target": target_of(write),
        "rules": list(rules_of(write)),
        "reason": write.reason,
        "text": text_of(write.write),
        "mentions": list(_people(write, "mention")),
        "digest": list(_people(write, "digest")),
        "waits_for": list(write.waits_for),
    }


# --- for people ------------------------------------------------------------------------------------------------
def print_forecast(forecast: Forecast) -> None:
    """Per item, with rule, reason, text and who is told; then what is only recorded, what is held back, totals."""
    plan = forecast.plan
    line(f"{local(forecast.at, forecast.zone)}  规则版本 {forecast.version}")
    if forecast.left:
        line(f"\n先送出还在路上的 {len(forecast.left)} 条(collab-sync outbox list 可看)")
    _section("将写入", plan.writes)
    _section("只记录、不发出(report_only 或 shadow)", plan.reported)
    _section("超出上限、等人放行", plan.withheld)
    for refusal in plan.refusals:
        line(f"停下  {refusal}")
    for notice in plan.notices:
        line(f"注意  {notice}")
    if not plan.writes:
        line("\n没有要写的。")
        return
    line(f"\n{EFFECTS}\n")
    table("合计:按规则", ("规则", "次数"), _rows(_per_rule(plan.writes)), numbers=("次数",))
    people = {**_per_person(plan.writes, "mention"), **_per_person(plan.writes, "digest")}
    if people:
        now, later = _per_person(plan.writes, "mention"), _per_person(plan.writes, "digest")
        rows = [(name, str(now[name] or ""), str(later[name] or "")) for name in people]
        table("\n合计:按人", ("人", "即时提醒", "进摘要"), rows, numbers=("即时提醒", "进摘要"))


def _section(title: str, writes: Sequence[PlannedWrite]) -> None:
    if not writes:
        return
    line(f"\n{title} {len(writes)} 次")
    for target, found in groupby(sorted(writes, key=lambda one: natural(target_of(one))), key=target_of):
        line(f"\n  {target}")
        for write in found:
            _print_write(write)


def _print_write(write: PlannedWrite) -> None:
    first, *rest = text_of(write.write).splitlines() or [""]
    line(f"    {kind_of(write.write)}  {first}")
    for further in rest:
        line(f"          {further}")
    steps = dict.fromkeys(one.step for one in write.lines if one.step and one.step not in write.reason)
    line(f"          {write.reason}" + (f"({'、'.join(steps)})" if steps else ""))
    told = [f"提醒 @{name}" for name in _people(write, "mention")]
    told += [f"进 {name} 的摘要" for name in _people(write, "digest")]
    if told:
        line(f"          {'、'.join(told)}")


def rules_of(write: PlannedWrite) -> tuple[str, ...]:
    """The rules behind a write, each once."""
    return tuple(dict.fromkeys(one.rule for one in write.lines))


def _people(write: PlannedWrite, how: str) -> tuple[str, ...]:
    names = [name for one in write.lines for name in (one.mention if how == "mention" else one.digest)]
    return tuple(dict.fromkeys(names))


def _per_rule(writes: Iterable[PlannedWrite]) -> Counter[str]:
    return Counter(rule for write in writes for rule in rules_of(write))


def _per_person(writes: Iterable[PlannedWrite], how: str) -> Counter[str]:
    return Counter(name for write in writes for name in _people(write, how))


def _rows(counts: Counter[str]) -> list[tuple[str, str]]:
    return [(name, str(count)) for name, count in counts.most_common()]
