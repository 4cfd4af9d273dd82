"""Each way in which the promise can break is seen, and named everywhere people look: in the log, by ``status``, at
``/readyz``, in ``/metrics``, by an alert. While it lasts there is no heartbeat."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs
from tests.deploy.files import DEPLOY, yaml
from tests.unit.calendar.calendar_samples import SHANGHAI
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import MAPPING
from tests.unit.engine_world import SmallWorld, at

from collab_sync.daemon.auditor import KINDS, audit
from collab_sync.daemon.http.health import BLOCKING, not_ready
from collab_sync.daemon.promise import REMEDIES, breaches
from collab_sync.daemon.witness import Witness
from collab_sync.errors import RejectedActionError, TransientError
from collab_sync.model.action import ItemWrite, LabelWrite, PlannedWrite, Target
from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.pipeline.status import Status, read_status

ALERTS = {rule["alert"]: rule for rule in yaml(DEPLOY / "prometheus" / "alerts.yaml")["groups"][0]["rules"]}
RULE = """\
  - id: marked
    name: 标签
    for: work_item
    when: {state: {status: 进行中}}
    do: [{label: {add: 延期}}]
"""
POLL = timedelta(minutes=1)
BEGAN = at("09-15 10:00")


class Scene:
    """A small world that has been watched for some time, all being well."""

    def __init__(self, world: SmallWorld) -> None:
        self.world, self.witness = world, Witness()
        world.clock.set(BEGAN)
        self.look()

    def look(self) -> None:
        """One tick and what the witness makes of it."""
        self.witness.ticked(self.world.runtime, self.world.tick(), 1.0)

    def look_without_judging(self) -> None:
        """A tick came to its end and has not done what it should have."""
        report = self.world.tick()
        self._neglect()
        self.witness.ticked(self.world.runtime, report, 1.0)

    def _neglect(self) -> None:
        """Set by the script."""

    def status(self) -> Status:
        with self.world.store.read() as tx:
            return read_status(tx, [one.name for one in MAPPING.projects], self.world.clock.now())

    def figures(self) -> Mapping[str, float]:
        text = self.witness.seen.figures.decode()
        return {
            name: float(value)
            for name, value in (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        }


def overdue(scene: Scene) -> None:
    def forget() -> None:
        with scene.world.store.write() as tx:
            tx.set_due({SubjectRef(SubjectKind.WORK_ITEM, "jira:1"): BEGAN})

    scene._neglect = forget  # type: ignore[method-assign]  # scripted
    scene.look_without_judging()


def silent(scene: Scene) -> None:
    def unreachable(_project: str) -> None:
        raise TransientError("连不上")

    scene.world.sites["jira"].on_pull = unreachable
    scene.look()


def stuck(scene: Scene) -> None:
    write = LabelWrite(target=Target(), add=("延期",))

    def forget() -> None:
        planned = PlannedWrite(key="k", project="jira-npx", write=write, lines=(), reason="标签")
        with scene.world.store.write() as tx:
            tx.enqueue([planned], at=BEGAN)

    scene._neglect = forget  # type: ignore[method-assign]  # scripted
    scene.look_without_judging()


def dead(scene: Scene) -> None:
    def refuse(_when: str, _write: ItemWrite) -> None:
        raise RejectedActionError("不许加")

    scene.world.sites["jira"].on_write = refuse
    scene.world.make("NPX-1")
    scene.look()


SCRIPTS: Mapping[str, Callable[[Scene], None]] = {"overdue": overdue, "silent": silent, "stuck": stuck, "dead": dead}
ALERT_OF = {
    "overdue": "CollabSyncOverdue",
    "silent": "CollabSyncProjectStale",
    "stuck": "CollabSyncOutboxStuck",
    "dead": "CollabSyncDeadLettersUnseen",
}


def fires(alert: str, figures: Mapping[str, float]) -> bool:
    """Whether the expression of an alert holds for some row, as Prometheus would have it after its ``for``."""
    found = re.fullmatch(r"(\w+)(?:\{(.*)\})? (==|>) (\d+)", ALERTS[alert]["expr"])
    assert found is not None, "this test reads simple comparisons only"
    name, label, sign, bound = found[1], found[2] or "", found[3], float(found[4])
    rows = [value for row, value in figures.items() if row.split("{")[0] == name and label in row]
    return any(value == bound if sign == "==" else value > bound for value in rows)


@pytest.fixture
def scene(world_of: WorldMaker) -> Scene:
    return Scene(world_of(RULE))


def test_一切正常时哪里都没有话说(scene: Scene) -> None:
    assert breaches(scene.status(), "17", POLL, SHANGHAI) == ()
    assert not_ready(scene.witness.seen, BEGAN) == []
    assert scene.figures()["collab_sync_heartbeat_timestamp_seconds"] == BEGAN.timestamp()
    assert not any(fires(alert, scene.figures()) for alert in ALERT_OF.values())


def test_每一种都有一场(scene: Scene) -> None:
    assert set(SCRIPTS) == set(ALERT_OF) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_每一种都看得出_到处都说_没有心跳(scene: Scene, kind: Any) -> None:
    scene.world.clock.set(BEGAN + timedelta(hours=1))
    with capture_logs() as lines:
        SCRIPTS[kind](scene)
    now, figures = scene.world.clock.now(), scene.figures()
    (complaint,) = audit(scene.status(), POLL, SHANGHAI)
    assert [(one["kind"], one["text"]) for one in lines if one["event"] == "complaint"] == [(kind, complaint.text)]
    assert not any(one["event"] == "heartbeat" for one in lines)
    assert [(one.kind, one.text, one.remedy) for one in breaches(scene.status(), "17", POLL, SHANGHAI)] == [
        (kind, complaint.text, REMEDIES[kind])
    ]
    assert not_ready(scene.witness.seen, now) == ([complaint.text] if kind in BLOCKING else [])
    assert [one.text for one in scene.witness.seen.complaints] == [complaint.text]
    assert {name: figures[f'collab_sync_complaints{{kind="{name}"}}'] for name in KINDS} == {
        name: float(name == kind) for name in KINDS
    }
    assert figures["collab_sync_heartbeat_timestamp_seconds"] == BEGAN.timestamp(), "an hour ago, before it broke"
    assert {alert for alert in ALERT_OF.values() if fires(alert, figures)} == {ALERT_OF[kind]}


def test_卡在一轮里_别的数字都不动_看时刻就知道(scene: Scene) -> None:
    """Nobody is left to complain: what is not said tells it."""
    scene.world.clock.set(BEGAN + timedelta(minutes=11))
    now = scene.world.clock.now()
    assert not_ready(scene.witness.seen, now) == ["已有 11 分钟没有做完一轮"]
    assert [one.kind for one in breaches(scene.status(), "17", POLL, SHANGHAI)] == ["hung"]
    assert now.timestamp() - scene.figures()["collab_sync_last_tick_timestamp_seconds"] > 600
    assert ALERTS["CollabSyncStuck"]["expr"] == "time() - collab_sync_last_tick_timestamp_seconds > 600"


def test_进程没了_只有外面看得出(scene: Scene) -> None:
    assert [one.kind for one in breaches(scene.status(), None, POLL, SHANGHAI)] == ["down"]
    assert "up{" in ALERTS["CollabSyncDown"]["expr"]
