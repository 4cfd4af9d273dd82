"""Asked to end: what is under way is finished, nothing else is begun, and nothing keeps the process for long."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from tests.cli.process import PATIENCE, Process, gate_before

if TYPE_CHECKING:
    from tests.cli.conftest import Office

COMMENT = r"POST /jira/rest/api/3/issue/[^/]+/comment$"
READING = r"/jira/rest/api/3/search/jql"


@contextmanager
def running(office: Office) -> Iterator[Process]:
    process = Process(office)
    try:
        yield process
    finally:
        process.close()


def comments(office: Office) -> int:
    """How many there are on the tasks of both trackers."""
    dump = office.dump()
    return sum(len(item["comments"]) for item in (*dump["jira"].values(), *dump["gitlab"]["issues"].values()))


def test_在途的写入等到回答_才停下_一条不多(office: Office) -> None:
    office.overdue()
    with gate_before(office, COMMENT) as gate, running(office) as process:
        assert gate.arrived.wait(PATIENCE)
        process.send(signal.SIGTERM)
        process.until("stopping")
        gate.released.set()
        assert process.ended() == 0
        process.until("stopped")
        assert not office.json("outbox", "list", "--state", "sending"), "its answer came and was noted"
        assert office("run", "--once").exit_code in (0, 1)
    assert comments(office) == 2


def test_不回答的系统留不住它_在途的那条下次先查明再说(office: Office) -> None:
    """The answer never comes: the gate opens only after the process has ended."""
    office.overdue()
    with gate_before(office, COMMENT) as gate, running(office) as process:
        assert gate.arrived.wait(PATIENCE)
        process.send(signal.SIGTERM)
        assert process.ended() == 0
        process.until("stopped in the middle")
        (row,) = office.json("outbox", "list", "--state", "sending")
        gate.released.set()
        assert office("run", "--once").exit_code in (0, 1)
    assert row["target"] == "NPX-1"
    assert not office.json("outbox", "list")
    assert comments(office) == 2


def test_再来一个信号_马上结束(office: Office) -> None:
    office.overdue()
    with gate_before(office, READING) as gate, running(office) as process:
        assert gate.arrived.wait(PATIENCE)
        process.send(signal.SIGTERM)
        process.until("stopping")
        process.send(signal.SIGTERM)
        assert process.ended() == 128 + signal.SIGTERM
        assert not gate.released.is_set()


def test_停在数据库里的也按时结束(office: Office) -> None:
    """Inside a statement Python hears no signal; somebody else hears it."""
    office.overdue()
    with gate_before(office, READING) as gate, running(office) as process:
        assert gate.arrived.wait(PATIENCE)
        with closing(sqlite3.connect(office.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            gate.released.set()
            process.send(signal.SIGTERM)
            assert process.ended() == 0
            process.until("stopped in the middle")
            other.execute("ROLLBACK")
        assert office("run", "--once").exit_code == 1
    assert comments(office) == 2


DEAF = """
from threading import Event
from collab_sync.cli.session.calls import listening
with listening(lambda: Event().wait(), lambda: Event().wait()):
    print("ready", flush=True)
    Event().wait()
"""


def test_日志没有人读_也按时结束() -> None:
    """Neither the work nor the last words come to an end."""
    with subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0
