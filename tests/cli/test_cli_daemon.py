"""run without --once: a process that ends politely, and reads everything anew when told to."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import requests
from tests.cli.conftest import TOKEN
from tests.cli.process import PATIENCE, Process

if TYPE_CHECKING:
    from tests.cli.conftest import Office


@pytest.fixture
def daemon(office: Office) -> Iterator[Process]:
    """A daemon over an office with something to write, after its first beat."""
    office.overdue()
    process = Process(office)
    try:
        process.until("planned=4")
        yield process
    finally:
        process.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_一个信号让它礼貌地停下(office: Office, daemon: Process, number: signal.Signals) -> None:
    """While it runs nobody else writes; afterwards anybody may, and finds everything written once."""
    assert "另一个 collab-sync 正在使用数据库" in office("run", "--once").stderr
    assert f"运行中(进程 {daemon.process.pid})" in office("status").stdout
    daemon.send(number)
    assert daemon.ended() == 0
    daemon.until("stopped")
    assert not any("Traceback" in line for line in daemon.log)
    assert office("run", "--once").exit_code == 0


def test_SIGHUP_重新读取设置_令牌和规则_有错时照旧(office: Office, daemon: Process) -> None:
    office.change("collab-sync.yaml", "connections:", "poll_seconds: 4\nconnections:")
    daemon.send(signal.SIGHUP)
    assert "collab-sync.yaml:1:" in daemon.until("reload failed")
    office.change("collab-sync.yaml", "poll_seconds: 4", "poll_seconds: 7")
    daemon.send(signal.SIGHUP)
    daemon.until("reloaded")
    daemon.until("poll_seconds=7")
    daemon.send(signal.SIGTERM)
    assert daemon.ended() == 0


def test_读不到的系统不会让它停下_也不写日志以外的东西(office: Office) -> None:
    office.env["COLLAB_GITLAB_TOKEN"] = "t-nobody-0815"
    process = Process(office)
    try:
        line = process.until("pull failed")
        assert "t-nobody-0815" not in line
        assert process.process.poll() is None
        process.send(signal.SIGTERM)
        assert process.ended() == 0
    finally:
        process.close()


LISTEN = 'http: {listen: "127.0.0.1:0"}\n'


@pytest.fixture
def listening(office: Office) -> Iterator[tuple[Process, str]]:
    """A daemon that answers over HTTP, and where."""
    office.write("collab-sync.yaml", office.settings.read_text(encoding="utf-8") + LISTEN)
    process = Process(office)
    try:
        address = process.until("listening").split("address=")[1].strip()
        process.until("running")
        yield process, address
    finally:
        process.close()


def test_SIGTERM_也关上_HTTP_哪怕有请求在途(listening: tuple[Process, str]) -> None:
    """A body that never comes keeps the process no longer than the seconds it is promised."""
    process, address = listening
    assert requests.get(f"http://{address}/healthz", timeout=PATIENCE).status_code == 200
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
        line.sendall(b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
        process.send(signal.SIGTERM)
        assert process.process.wait(timeout=5) == 0
    process.until("stopped")
    assert not any("Traceback" in line for line in process.log)


def test_SIGHUP_之后还在原来的地址回答(office: Office, listening: tuple[Process, str]) -> None:
    process, address = listening
    process.send(signal.SIGHUP)
    process.until("reloaded")
    assert requests.get(f"http://{address}/healthz", timeout=PATIENCE).status_code == 200
    office.change("collab-sync.yaml", LISTEN, "")
    process.send(signal.SIGHUP)
    process.until("reloaded")
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://{address}/healthz", timeout=PATIENCE)


def test_端口被占用时什么都不做就退出(office: Office) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        taken = LISTEN.replace(":0", f":{other.getsockname()[1]}")
        office.write("collab-sync.yaml", office.settings.read_text(encoding="utf-8") + taken)
        result = office("run")
    assert result.exit_code == 2
    assert "换一个空闲的端口" in result.stderr
    assert office("status").stdout.count("还没有读过") == 2


def test_一份_README_一分钟_看得出一切正常(office: Office) -> None:
    """What an operator has: status, /readyz, /metrics, and one id through the log from what was read to the receipt."""
    office.overdue()
    office.write("collab-sync.yaml", office.settings.read_text(encoding="utf-8") + LISTEN)
    process = Process(office)
    try:
        address = process.until("listening").split("address=")[1].strip()
        process.until("heartbeat")
        assert requests.get(f"http://{address}/readyz", timeout=PATIENCE).json()["ready"]
        figures = requests.get(f"http://{address}/metrics", timeout=PATIENCE).text
        shown = office("status")
    finally:
        process.close()
    assert "collab_sync_writes_done_total 4.0" in figures
    assert TOKEN not in figures
    assert shown.exit_code == 0
    assert shown.stdout.splitlines()[0] == "✓ 承诺成立:此刻没有过了时刻而没有人知道的事"
    assert "上次心跳 2025-09-18 10:00" in shown.stdout
    ids = {line.split("tick=")[1].split()[0] for line in process.log if "tick=" in line}
    events = [line for line in process.log if "tick=" in line]
    assert len(ids) == 1
    assert all(any(f" {event} " in line for line in events) for event in ("pulled", "row", "tick", "heartbeat"))
    assert sum(" row " in line and "outcome=done" in line for line in events) == 4


def test_不正常时_三处说的是同一句话(office: Office) -> None:
    office.overdue()
    office.env["COLLAB_GITLAB_TOKEN"] = "t-nobody-0815"
    office.write("collab-sync.yaml", office.settings.read_text(encoding="utf-8") + LISTEN)
    process = Process(office)
    try:
        address = process.until("listening").split("address=")[1].strip()
        complaint = process.until("complaint")
        answer = requests.get(f"http://{address}/readyz", timeout=PATIENCE)
        running, told = office("status"), office.json("status")
    finally:
        process.close()
    text = "项目 gl-firmware 自 2025-09-15 09:00 起没有读完(容许 30 分钟)"
    assert text in complaint
    assert (answer.status_code, answer.json()["reasons"]) == (503, [text])
    assert f"✗ 承诺不成立:{text}" in running.stdout.replace("\n  ", "")
    assert running.exit_code == 1
    assert [one["text"] for one in told["complaints"]] == [text]
    assert office("status").stdout.startswith("✗ 承诺不成立:守护进程没有运行,没有人在看")
    assert office.json("status")["complaints"] == [], "nobody is there any more who would take it back"
