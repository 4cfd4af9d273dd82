"""Calls of web hooks: which of them count, what they cost, what the loop makes of them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
import requests
from structlog.testing import capture_logs
from tests.unit.conftest import WorldMaker
from tests.unit.daemon.hook_office import SECRET, Office, office_of

from collab_sync.daemon.hooks.hints import Hints
from collab_sync.daemon.hooks.reception import KNOWN_FOR, MOST_KNOWN, Known
from collab_sync.daemon.hooks.route import LARGEST_CALL, hook_routes
from collab_sync.daemon.http.app import app
from collab_sync.daemon.http.door import Door

LABEL = """\
  - id: late
    name: 延期
    for: work_item
    when: {state: {status: 进行中}}
    do: [{label: {add: 延期}}]
"""
PATIENCE = 10


@pytest.fixture
def office(world_of: WorldMaker, tmp_path: Path) -> Office:
    world = world_of(LABEL)
    world.tick("09-15 10:00")
    return office_of(world, tmp_path)


@pytest.fixture
def door(office: Office) -> Iterator[Door]:
    with closing(Door()) as door:
        door.open("127.0.0.1:0", app(hook_routes(office.reception)))
        yield door


def post(door: Door, path: str, body: bytes = b"NPX", word: str = SECRET.reveal()) -> requests.Response:
    headers = {"word": word.encode(), "number": b"1"}
    return requests.post(f"http://{door.address}{path}", data=body, headers=headers, timeout=PATIENCE)


# --- which calls count -----------------------------------------------------------------------------------------------
def test_证明了自己的_让它的项目先读_重投只算一次(office: Office) -> None:
    assert office.call("jira", "NPX", "一")
    assert office.daemon.hints.take() == {"jira-npx"}
    assert office.call("jira", "NPX", "一")
    assert office.daemon.hints.take() == frozenset()
    assert office.call("jira", "NPX", "二")
    assert office.daemon.hints.take() == {"jira-npx"}
    assert (office.reception.tally.taken, office.reception.tally.repeated) == (3, 1)


def test_同一个编号在两个系统是两次(office: Office) -> None:
    office.call("jira", "NPX", "一")
    office.call("gitlab", "PMO/collab", "一")
    assert office.daemon.hints.take() == {"jira-npx", "gl-pmo"}


def test_别人的项目_别的连接的项目_什么也不提示(office: Office) -> None:
    assert office.call("jira", "别的项目", "一")
    assert office.call("jira", "pmo/collab", "二")
    assert not office.daemon.hints.waiting
    assert office.reception.tally.idle == 2


@pytest.mark.parametrize(("connection", "word"), [("jira", "错的"), ("nobody", SECRET.reveal()), ("untold", "")])
def test_没有证明的_什么也不提示_编号也不记(office: Office, connection: str, word: str) -> None:
    """A forged call cannot use up the number of a true one."""
    assert not office.call(connection, "NPX", "一", word)
    assert not office.daemon.hints.waiting
    assert office.reception.tally.refused == 1
    assert office.call("jira", "NPX", "一")
    assert office.daemon.hints.waiting


def test_被拒绝的调用_日志里只说几次_不说是什么(office: Office) -> None:
    with capture_logs() as lines:
        for number in range(1000):
            office.call("jira" if number % 2 else "猜的名字", "NPX", str(number), "错的暗号")
    assert len(lines) == 10
    assert "错的暗号" not in str(lines)
    assert "猜的名字" not in str(lines)


# --- what it costs ---------------------------------------------------------------------------------------------------
def test_洪水只占这么多地方(office: Office) -> None:
    """As many hints as projects, as many numbers as were agreed, each in a few bytes."""
    for number in range(MOST_KNOWN + 500):
        assert office.call("jira", "NPX", f"{number}" + "长" * 50)
    assert len(office.reception._known) == MOST_KNOWN
    assert {len(key) for key in office.reception._known._at} == {16}
    assert office.daemon.hints.take() == {"jira-npx"}


def test_记得的编号到时候就忘(office: Office) -> None:
    known, now = Known(most=3), office.world.clock.now()
    assert [known.first(number, now) for number in "一二三四一"] == [True, True, True, True, True]
    assert not known.first("四", now)
    assert known.first("四", now + KNOWN_FOR + timedelta(seconds=1))
    assert len(known) == 1


def test_提示拿走就没有了() -> None:
    hints = Hints()
    hints.offer(["甲", "乙"])
    hints.offer(["甲"])
    assert hints.take() == {"甲", "乙"}
    assert (hints.take(), hints.waiting) == (frozenset(), False)


# --- the address -----------------------------------------------------------------------------------------------------
def test_收下的是202(office: Office, door: Door) -> None:
    assert post(door, "/hooks/jira").status_code == 202
    assert post(door, "/hooks/jira").status_code == 202
    assert office.reception.tally.repeated == 1


def test_拒绝的回答一模一样_看不出为什么(office: Office, door: Door) -> None:
    answers = [
        post(door, "/hooks/jira", word="错的"),
        post(door, "/hooks/nobody"),
        post(door, "/hooks/untold"),
        post(door, "/hooks/jira", body=b"\xff\x00", word=""),
        post(door, "/hooks/%E5%81%B7%00"),
    ]
    told = {(one.status_code, one.content, tuple(sorted(set(one.headers) - {"date"}))) for one in answers}
    assert len(told) == 1
    assert answers[0].status_code == 404
    assert not office.daemon.hints.waiting


def test_正文至多一兆_多的不读(office: Office, door: Door) -> None:
    most = b"x" * LARGEST_CALL
    assert post(door, "/hooks/jira", body=most).status_code == 202
    assert post(door, "/hooks/jira", body=most + b"x").status_code == 413
    chunks = requests.post(f"http://{door.address}/hooks/jira", data=iter([most, b"x"]), timeout=PATIENCE)
    assert chunks.status_code == 413
    host, port = door.address.split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
        line.sendall(f"POST /hooks/jira HTTP/1.1\r\nHost: x\r\nContent-Length: {LARGEST_CALL + 1}\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")
    assert office.reception.tally.taken == 1


def test_只收POST(door: Door) -> None:
    answer = requests.get(f"http://{door.address}/hooks/jira", timeout=PATIENCE)
    assert answer.status_code == 405


# --- the loop --------------------------------------------------------------------------------------------------------
def hurried(office: Office, seconds: float) -> bool:
    """Whether a beat comes so long after the last one."""
    read: list[str] = []
    for site in office.world.sites.values():
        site.on_pull = read.append
    office.world.clock.sleep(seconds)
    office.daemon.hurry(60)
    return bool(read)


def test_有提示就提前读_写的也提前(office: Office) -> None:
    office.daemon.run(60, _stopped())
    office.world.make("NPX-1")
    office.call("jira", "NPX", "一")
    assert hurried(office, 7)
    assert office.world.labels("NPX-1") == {"延期"}


def test_没有提示就等到时候(office: Office) -> None:
    office.daemon.run(60, _stopped())
    office.world.make("NPX-1")
    assert not hurried(office, 59)
    assert office.world.labels("NPX-1") == set()


def test_提示再多_两轮之间也要歇一歇_歇完了还记得(office: Office) -> None:
    office.daemon.run(60, _stopped())
    office.call("jira", "NPX", "一")
    assert not hurried(office, 5)
    assert hurried(office, 1)
    office.call("jira", "NPX", "二")
    assert not hurried(office, 5)
    assert hurried(office, 1)
    assert not hurried(office, 600)


def test_提示的先读_别的一个不落(office: Office) -> None:
    order: list[str] = []
    for site in office.world.sites.values():
        site.on_pull = order.append
    office.daemon.beat()
    assert order == ["jira-npx", "gl-pmo"]
    office.call("gitlab", "pmo/collab", "一")
    office.daemon.beat()
    assert order[2:] == ["gl-pmo", "jira-npx"]
    office.daemon.beat()
    assert order[4:] == ["jira-npx", "gl-pmo"]


def test_提前的一轮失败了_循环照旧(office: Office) -> None:
    office.daemon.run(60, _stopped())

    class Broken:
        def now(self) -> datetime:
            raise ValueError("缺陷")

    runtime = office.daemon.runtime
    office.daemon.runtime = replace(runtime, clock=Broken())  # type: ignore[arg-type]  # it only ever raises
    office.call("jira", "NPX", "一")
    with capture_logs() as lines:
        office.world.clock.sleep(7)
        office.daemon.hurry(60)
    office.daemon.runtime = runtime
    assert [one["event"] for one in lines] == ["tick failed unexpectedly"]
    office.call("jira", "NPX", "二")
    assert hurried(office, 7)


def _stopped() -> Event:
    stop = Event()
    stop.set()
    return stop
