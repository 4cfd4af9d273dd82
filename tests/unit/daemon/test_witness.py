"""The witness: what the last tick left behind, for people who ask; a heartbeat only while all is well."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
import structlog
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import MAPPING
from tests.unit.engine_world import SmallWorld, at

from collab_sync.daemon.auditor import Complaint
from collab_sync.daemon.http.health import not_ready
from collab_sync.daemon.loop import Daemon
from collab_sync.daemon.witness import Seen, Witness
from collab_sync.errors import ConfigurationError, RejectedActionError, StoreError, TransientError
from collab_sync.model.action import ItemWrite
from collab_sync.pipeline.logbook.budgets import budgets
from collab_sync.pipeline.runtime import Ruling
from collab_sync.pipeline.status import HEARTBEATS_APART, Status, read_status
from collab_sync.ports import ApiBudget, Clock, Traffic
from collab_sync.ports.store import Store, Transaction

RULE = """\
  - id: marked
    name: 标签
    for: work_item
    when: {state: {status: 进行中}}
    do: [{label: {add: 延期}}]
"""
POLL = timedelta(minutes=1)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.KeyValueRenderer()],
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    yield stream
    structlog.reset_defaults()


@dataclass
class Watch:
    """A daemon with a witness over a small world, at ten in the morning."""

    world: SmallWorld
    witness: Witness
    daemon: Daemon

    def beat(self, later: timedelta = timedelta(0)) -> Seen:
        self.world.clock.set(self.world.clock.now() + later)
        self.daemon.beat()
        return self.witness.seen

    def figure(self, name: str, **labels: str) -> float | None:
        """As Prometheus would read it."""
        named = ",".join(f'{label}="{value}"' for label, value in labels.items())
        wanted = f"collab_sync_{name}" + (f"{{{named}}}" if named else "")
        lines = (line.rsplit(" ", 1) for line in self.witness.seen.figures.decode().splitlines())
        return next((float(value) for told, value in lines if told == wanted), None)

    def status(self) -> Status:
        with self.world.store.read() as tx:
            return read_status(tx, (), self.world.clock.now())


@pytest.fixture
def watch(world_of: WorldMaker, tmp_path: Path, log: io.StringIO) -> Watch:
    world = world_of(RULE)
    world.clock.set(at("09-15 10:00"))
    witness = Witness()
    return Watch(world, witness, Daemon(world.runtime, tmp_path, lambda: Ruling(world.rules, MAPPING), witness))


@dataclass(frozen=True)
class BrokenClock:
    """The tick fails where it begins."""

    error: Exception

    def now(self) -> datetime:
        raise self.error

    def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


class StumblingClock:
    """Does not tell the time when it is asked first."""

    def __init__(self, sound: Clock) -> None:
        self.sound: Clock = sound
        self.asked = 0

    def now(self) -> datetime:
        self.asked += 1
        if self.asked == 1:
            raise ValueError("秘密")
        return self.sound.now()

    def sleep(self, seconds: float) -> None:
        self.sound.sleep(seconds)


def refuse(_when: str, _write: ItemWrite) -> None:
    raise RejectedActionError("标签 秘密标题 不许加")


def unreachable(_project: str) -> None:
    raise TransientError("连不上")


LABELS = {"project", "rule", "state", "kind", "le", "connection", "outcome"}
TRAFFIC = Traffic(
    requests={"ok": 40, "limited": 1},
    budget=ApiBudget(2000, 1500, at("09-15 10:01")),
    pauses=1,
    paused_until=at("09-15 10:02"),
)


# --- heartbeat and complaints ----------------------------------------------------------------------------------
def test_一切正常时隔几分钟一次心跳(watch: Watch, log: io.StringIO) -> None:
    began = watch.world.clock.now()
    watch.beat()
    watch.beat(HEARTBEATS_APART - timedelta(seconds=1))
    assert log.getvalue().count("event='heartbeat'") == 1
    assert watch.status().heartbeat == began
    watch.beat(timedelta(seconds=1))
    assert log.getvalue().count("event='heartbeat'") == 2
    assert watch.status().heartbeat == began + HEARTBEATS_APART
    assert watch.figure("heartbeat_timestamp_seconds") == (began + HEARTBEATS_APART).timestamp()


def test_有问题时没有心跳_问题只说一次_也记下来(watch: Watch, log: io.StringIO) -> None:
    watch.beat()
    healthy = watch.status().heartbeat
    watch.world.sites["jira"].on_write = refuse
    watch.world.make("NPX-1")
    first = watch.beat(HEARTBEATS_APART)
    since = watch.world.clock.now()
    second = watch.beat(HEARTBEATS_APART)
    assert first.complaints == second.complaints == (Complaint("dead", "1 条停下的写回等人处理(最近是第 1 条)"),)
    assert log.getvalue().count("event='complaint'") == 1
    found = watch.status()
    assert found.heartbeat == healthy
    assert [(note.at, note.text) for note in found.complaints] == [(since, "1 条停下的写回等人处理(最近是第 1 条)")]
    assert found.attention
    assert watch.figure("complaints", kind="dead") == 1


def test_问题过去了_心跳马上回来(watch: Watch) -> None:
    watch.world.sites["jira"].on_pull = unreachable
    assert [one.kind for one in watch.beat(timedelta(hours=1)).complaints] == ["silent"]
    watch.world.sites["jira"].on_pull = lambda _project: None
    assert watch.beat(POLL).complaints == ()
    assert watch.status().complaints == ()
    assert watch.status().heartbeat == watch.world.clock.now()


@dataclass
class FullDisk:
    """A store that can be read and not written."""

    inner: Store

    def read(self) -> AbstractContextManager[Transaction]:
        return self.inner.read()

    def write(self) -> AbstractContextManager[Transaction]:
        raise StoreError("磁盘已满")

    def close(self) -> None:
        raise AssertionError


def test_没能记下来的问题_下一轮再说(watch: Watch, log: io.StringIO) -> None:
    watch.world.sites["jira"].on_write = refuse
    watch.world.make("NPX-1")
    report, full = watch.world.tick(), replace(watch.world.runtime, store=FullDisk(watch.world.store))
    with pytest.raises(StoreError):
        watch.witness.ticked(full, report, 1.0)
    assert "event='complaint'" not in log.getvalue()
    watch.beat()
    assert log.getvalue().count("event='complaint'") == 1
    assert len(watch.status().complaints) == 1


# --- figures ---------------------------------------------------------------------------------------------------
def test_数字说的是发生过的事(watch: Watch) -> None:
    watch.world.make("NPX-1")
    watch.world.make("NPX-2")
    watch.beat()
    watch.beat(POLL)
    assert watch.figure("items_changed_total", project="jira-npx") == 2
    assert watch.figure("writes_planned_total") == watch.figure("writes_done_total") == 2
    assert watch.figure("rule_fires_total", rule="marked") == 2
    assert watch.figure("tick_duration_seconds_count") == 2
    assert watch.figure("outbox_rows", state="done") == 2
    assert watch.figure("outbox_rows", state="pending") == 0
    assert watch.figure("project_lag_seconds", project="jira-npx") == 0
    assert watch.figure("project_stale", project="jira-npx") == 0
    assert watch.figure("last_tick_timestamp_seconds") == watch.world.clock.now().timestamp()
    assert watch.figure("mentions_left") == 6


def test_等待的写回说最早一条等了多久(watch: Watch) -> None:
    watch.world.make("NPX-1")
    watch.world.sites["jira"].on_write = lambda _when, _write: unreachable("")
    watch.beat()
    watch.beat(timedelta(seconds=20))
    assert watch.figure("outbox_rows", state="pending") == 1
    assert watch.figure("outbox_oldest_seconds", state="pending") == 20


def test_标签的值只有名字和状态_没有事项和人(watch: Watch) -> None:
    watch.world.make("NPX-1", title="秘密标题")
    watch.world.sites["jira"].traffic = TRAFFIC
    watch.witness.tally.count("jira", "accepted")
    watch.beat()
    text = watch.witness.seen.figures.decode()
    assert set(re.findall(r"[{,](\w+)=", text)) == LABELS
    assert "NPX-1" not in text
    assert "秘密" not in text
    assert "李明" not in text


def test_发出的请求和还剩的额度_按连接(watch: Watch) -> None:
    jira = watch.world.sites["jira"]
    jira.traffic = TRAFFIC
    watch.beat()
    assert watch.figure("api_requests_total", connection="jira", outcome="ok") == 40
    assert watch.figure("api_requests_total", connection="jira", outcome="limited") == 1
    assert watch.figure("api_pauses_total", connection="jira") == 1
    assert (watch.figure("api_limit", connection="jira"), watch.figure("api_left", connection="jira")) == (2000, 1500)
    assert watch.figure("api_reset_timestamp_seconds", connection="jira") == at("09-15 10:01").timestamp()
    assert watch.figure("api_paused_seconds", connection="jira") == 120
    jira.traffic = replace(TRAFFIC, requests={"ok": 45, "limited": 1}, budget=None)
    watch.beat(timedelta(minutes=5))
    assert watch.figure("api_requests_total", connection="jira", outcome="ok") == 45
    assert watch.figure("api_left", connection="jira") is None, "the server says nothing any more"
    assert watch.figure("api_paused_seconds", connection="jira") == 0
    with watch.world.store.read() as tx:
        assert budgets(tx)["jira"].budget is None


def test_设置重新读过_连接从头数_总数接着加(watch: Watch) -> None:
    """A counter never goes back, and never counts twice."""
    for count in (40, 40, 3, 5):
        watch.world.sites["jira"].traffic = replace(TRAFFIC, requests={"ok": count})
        watch.beat()
    assert watch.figure("api_requests_total", connection="jira", outcome="ok") == 45


def test_收到的调用_按连接和结果(watch: Watch) -> None:
    watch.witness.tally.count("jira", "accepted")
    watch.witness.tally.count("?", "refused")
    watch.witness.hints.offer(["jira-npx"])
    watch.beat()
    watch.witness.tally.count("jira", "accepted")
    watch.beat()
    assert watch.figure("hook_calls_total", connection="jira", outcome="accepted") == 2
    assert watch.figure("hook_calls_total", connection="?", outcome="refused") == 1
    assert watch.figure("hook_hints") == 1


def test_每一轮记下自己_没做完的也记下为什么(watch: Watch) -> None:
    watch.world.make("NPX-1")
    watch.beat()
    last = watch.status().last_run
    assert last is not None
    assert (last.by, last.done, last.ended) == ("daemon", 1, watch.world.clock.now())
    watch.world.clock.sleep(60)
    sound, stop = watch.daemon.runtime, Event()
    stop.set()
    watch.daemon.runtime = replace(sound, clock=StumblingClock(sound.clock))
    watch.daemon.run(60, stop)
    after = watch.status()
    assert after.last_run == last
    assert after.runs[0].failure == "上一轮没有做完(ValueError)"
    assert "秘密" not in str(after.runs)


# --- readiness -------------------------------------------------------------------------------------------------
def test_第一轮做完才算就绪_太久没有下一轮就不算(watch: Watch) -> None:
    now = watch.world.clock.now()
    assert not_ready(watch.witness.seen, now) == ["第一轮还没有做完"]
    seen = watch.beat()
    assert not_ready(seen, now) == []
    assert not_ready(seen, now + timedelta(minutes=3)) == []
    assert not_ready(seen, now + timedelta(minutes=4)) == ["已有 4 分钟没有做完一轮"]


def test_间隔长的循环_三轮之内都算就绪(watch: Watch) -> None:
    watch.witness.attend(timedelta(minutes=10))
    seen = watch.beat()
    assert not_ready(seen, watch.world.clock.now() + timedelta(minutes=30)) == []
    assert not_ready(seen, watch.world.clock.now() + timedelta(minutes=31)) == ["已有 31 分钟没有做完一轮"]


def test_跟不上的问题不算就绪_等人处理的不妨碍(watch: Watch) -> None:
    blocking, human = Complaint("silent", "项目 甲 还没有完整读过一次"), Complaint("dead", "1 条停下的写回等人处理")
    now = watch.world.clock.now()
    assert not_ready(Seen(POLL, now, (blocking, human)), now) == ["项目 甲 还没有完整读过一次"]


def test_规则写坏了说出来_改好了就好(watch: Watch, tmp_path: Path) -> None:
    watch.beat()
    load = watch.daemon.load

    def broken() -> Ruling:
        raise ConfigurationError("缺冒号 秘密")

    watch.daemon.load = broken
    (tmp_path / "rules.yaml").write_text("坏", encoding="utf-8")
    (reason,) = not_ready(watch.beat(), watch.world.clock.now())
    assert "磁盘上的规则有错" in reason
    assert "秘密" not in reason
    assert (watch.figure("rules_broken"), watch.figure("rules_reload_errors_total")) == (1, 1)
    watch.daemon.load = load
    (tmp_path / "rules.yaml").write_text("好了", encoding="utf-8")
    assert not_ready(watch.beat(), watch.world.clock.now()) == []
    assert (watch.figure("rules_broken"), watch.figure("rules_reload_errors_total")) == (0, 1)


@pytest.mark.parametrize(
    ("error", "told"), [(StoreError("磁盘已满 秘密"), "数据库读写失败"), (ValueError("秘密"), "上一轮没有做完")]
)
def test_没做完的一轮让人知道_下一轮做完就过去(watch: Watch, error: Exception, told: str) -> None:
    watch.beat()
    sound, stop = watch.daemon.runtime, Event()
    stop.set()
    watch.daemon.runtime = replace(sound, clock=BrokenClock(error))
    watch.daemon.run(60, stop)
    assert not_ready(watch.witness.seen, watch.world.clock.now()) == [told]
    assert watch.figure("ticks_failed_total") == 1
    watch.daemon.runtime = sound
    assert not_ready(watch.beat(), watch.world.clock.now()) == []


# --- one id ----------------------------------------------------------------------------------------------------
def test_一轮里的日志有同一个编号_下一轮换一个(watch: Watch, log: io.StringIO) -> None:
    watch.world.make("NPX-1")
    watch.beat()
    watch.world.make("NPX-2")
    watch.beat(HEARTBEATS_APART)
    ids = [re.findall(r"tick='(\w{8})'", line) for line in log.getvalue().splitlines()]
    assert all(len(one) == 1 for one in ids)
    first, second = dict.fromkeys(one[0] for one in ids)
    assert first != second
    events = re.findall(rf"event='(\w+)'.*tick='{first}'|tick='{first}'.*event='(\w+)'", log.getvalue())
    assert {one or other for one, other in events} >= {"pulled", "tick", "heartbeat"}
