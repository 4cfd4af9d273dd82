"""The daemon's figures for Prometheus, in a registry of their own. Labels are names from the office's files and states,
never items or people."""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from collab_sync.daemon.auditor import KINDS, Complaint
from collab_sync.daemon.hooks.tally import Tally
from collab_sync.pipeline.status import Status
from collab_sync.pipeline.tick import TickReport
from collab_sync.ports import Traffic
from collab_sync.ports.store import ON_THE_WAY

SPACE = "collab_sync"
SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900)
"""Bounds of the histogram of ticks."""


class Figures:
    """Filled by one thread after each tick; ``text`` is what the others may show."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._events()
        self._standing()
        self._outside()
        self._before: dict[tuple[str, str, str], int] = {}

    def ticked(self, report: TickReport, seconds: float) -> None:
        """Counts a tick that came to its end. ``seconds``: how long it took."""
        self._ticks.observe(seconds)
        self._last_tick.set(report.at.timestamp())
        for pull in report.pulls:
            self._read.labels(pull.project).inc(pull.read)
            self._changed.labels(pull.project).inc(pull.changed)
            self._pull_failures.labels(pull.project).inc(bool(pull.error))
        self._evaluated.inc(report.evaluated)
        self._planned.inc(report.planned)
        self._refused.inc(report.withheld)
        self._written.inc(report.done)
        self._dead.inc(report.dead)
        self._mentions.inc(report.mentions)
        for rule, count in report.fires.items():
            self._fires.labels(rule).inc(count)

    def failed(self) -> None:
        """Counts a tick that did not come to its end."""
        self._failures.inc()

    def reload_failed(self) -> None:
        """Counts an edit of the office's files that cannot be used."""
        self._reload_errors.inc()

    def stands(self, found: Status, complaints: Iterable[Complaint], *, mentions_left: int, broken: bool) -> None:
        """Shows how things stand after a tick. ``mentions_left``: of whoever has been mentioned most today;
        ``broken``: the rules on disk are not those in force."""
        self._shards(found)
        late = found.now - found.oldest.at if found.oldest else timedelta(0)
        self._oldest_due.set(max(0.0, late.total_seconds()))
        ages = found.oldest_waiting()
        for state in (*ON_THE_WAY, "dead", "done", "reported"):
            self._rows.labels(state).set(found.outbox.get(state, 0))
        for state in ON_THE_WAY:
            self._row_age.labels(state).set(ages.get(state, timedelta(0)).total_seconds())
        kinds = Count(complaint.kind for complaint in complaints)
        for kind in KINDS:
            self._complaints.labels(kind).set(kinds[kind])
        self._mentions_left.set(mentions_left)
        self._broken.set(broken)

    def asked(self, traffic: Mapping[str, Traffic], now: datetime) -> None:
        """Shows what each connection has sent and what its server still allows."""
        for gauge in (self._limit, self._left, self._resets, self._paused):
            gauge.clear()  # a connection may have left the settings, or its server may say nothing any more
        for name, one in traffic.items():
            for answered, count in one.requests.items():
                self._requests.labels(name, answered).inc(self._more(("requests", name, answered), count))
            self._pauses.labels(name).inc(self._more(("pauses", name, ""), one.pauses))
            paused = one.paused_until - now if one.paused_until else timedelta(0)
            self._paused.labels(name).set(max(0.0, paused.total_seconds()))
            if one.budget:
                self._limit.labels(name).set(one.budget.limit)
                self._left.labels(name).set(one.budget.left)
                self._resets.labels(name).set(one.budget.resets.timestamp())

    def called(self, tally: Tally, hints: int) -> None:
        """Shows which calls of web hooks came in. ``hints``: projects that are to be read sooner."""
        for (connection, outcome), count in tally.counts().items():
            self._calls.labels(connection, outcome).inc(self._more(("calls", connection, outcome), count))
        self._hints.set(hints)
        self._forgotten.inc(self._more(("forgotten", "", ""), tally.forgotten))

    def beats(self, at: datetime) -> None:
        """All was well at ``at``."""
        self._heartbeat.set(at.timestamp())

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def _shards(self, found: Status) -> None:
        for gauge in (self._lag, self._age, self._stale):
            gauge.clear()  # a project may have left the mapping
        for shard in found.shards:
            self._stale.labels(shard.project).set(shard.stale)
            if shard.lag is not None:
                self._lag.labels(shard.project).set(shard.lag.total_seconds())
            if shard.age is not None:
                self._age.labels(shard.project).set(shard.age.total_seconds())

    def _more(self, what: tuple[str, str, str], count: int) -> int:
        """By how much a count has grown since the last tick; one that began anew (settings read anew) counts whole."""
        before = self._before.get(what, 0)
        self._before[what] = count
        return count - before if count >= before else count

    def _events(self) -> None:
        """What happens: only ever more."""
        self._ticks = Histogram(
            "tick_duration_seconds", "一轮用时", namespace=SPACE, buckets=SECONDS, registry=self.registry
        )
        self._failures = self._count("ticks_failed", "没有做完的轮次")
        self._read = self._count("items_read", "读到的事项", "project")
        self._changed = self._count("items_changed", "其中新的或有变化的", "project")
        self._pull_failures = self._count("pulls_failed", "失败的读取", "project")
        self._evaluated = self._count("subjects_evaluated", "按规则判断的对象")
        self._fires = self._count("rule_fires", "规则走到的步骤", "rule")
        self._planned = self._count("writes_planned", "决定要写的内容")
        self._written = self._count("writes_done", "写成的内容")
        self._refused = self._count("writes_refused", "超出上限、等人放行的内容")
        self._dead = self._count("writes_dead", "对方拒绝、停下的内容")
        self._mentions = self._count("mentions", "决定的当面提醒")
        self._reload_errors = self._count("rules_reload_errors", "改坏的规则文件,每次改动一次")

    def _standing(self) -> None:
        """How things stand after the last tick."""
        self._last_tick = self._gauge("last_tick_timestamp_seconds", "上一轮做完的那一轮从何时开始")
        self._heartbeat = self._gauge("heartbeat_timestamp_seconds", "巡查上次确认一切正常的时刻,0 是还没有过")
        self._complaints = self._gauge("complaints", "巡查正在报告的问题", "kind")
        self._lag = self._gauge("project_lag_seconds", "距上次完整读取开始", "project")
        self._age = self._gauge("project_age_seconds", "距上次尝试读取", "project")
        self._stale = self._gauge("project_stale", "1:落后超过容许", "project")
        self._oldest_due = self._gauge("oldest_due_seconds", "最早到期的对象已过期多久,0 是没有过期的")
        self._rows = self._gauge("outbox_rows", "发件箱里的内容", "state")
        self._row_age = self._gauge("outbox_oldest_seconds", "还在路上的最早一条排入多久了", "state")
        self._mentions_left = self._gauge("mentions_left", "今天被提醒最多的人还能被提醒几次")
        self._broken = self._gauge("rules_broken", "1:磁盘上的规则有错,仍按上一版执行")

    def _outside(self) -> None:
        """What goes out to trackers, and what calls come in from them."""
        self._requests = self._count("api_requests", "发出的请求,按结果", "connection", "outcome")
        self._pauses = self._count("api_pauses", "对方因限流要我们停一停的次数", "connection")
        self._limit = self._gauge("api_limit", "对方说的额度", "connection")
        self._left = self._gauge("api_left", "额度还剩多少,已减去我们之后发的", "connection")
        self._resets = self._gauge("api_reset_timestamp_seconds", "额度何时重新算起", "connection")
        self._paused = self._gauge("api_paused_seconds", "还要停多久,0 是没有停", "connection")
        self._calls = self._count("hook_calls", "收到的 Webhook 调用,按结果", "connection", "outcome")
        self._hints = self._gauge("hook_hints", "等着先读的项目")
        self._forgotten = self._count("hook_numbers_forgotten", "没到时候就忘掉的投递编号")

    def _count(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(name, told, labels, namespace=SPACE, registry=self.registry)

    def _gauge(self, name: str, told: str, *labels: str) -> Gauge:
        return Gauge(name, told, labels, namespace=SPACE, registry=self.registry)
