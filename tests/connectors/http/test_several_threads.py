"""One connection, several threads: what one of them is told holds for all, and no request is counted for nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.connectors.http.test_budget import ORDER, SIZES
from tests.connectors.http.test_pace import Clock

from collab_sync.errors import TransientError
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync_http.budget import Allowance, Budget, Limit, Purpose
from collab_sync_http.limits import EVERYTHING, Errand, Refusal
from collab_sync_http.pace import Pace
from collab_sync_http.session import SharedCookies, mount
from collab_sync_http.side_by_side import SideBySide

NOW = datetime(2025, 9, 22, 1, 0, tzinfo=UTC)
NOTHING, PATIENCE = timedelta(0), timedelta(seconds=2)
GET = Errand("GET", "/x")
REFUSED = Refusal(EVERYTHING, None)
AT_ONCE = 4


@settings(max_examples=200, deadline=None)
@given(ORDER, SIZES)
def test_等着发的也算在内_任何一分钟里都不超过上限(order: list[tuple[Purpose, timedelta]], size: int) -> None:
    """Whoever is granted a request after a wait has it already: who asks meanwhile comes after it."""
    pace, now, left = Pace(Limit(size)), NOW, []
    for purpose, pause in order:
        now += pause / 10
        with pace.purpose(purpose):
            leave = pace.leave(GET, now, PATIENCE)
        left += [now + leave.wait] if leave.number else []
    for start in left:
        assert sum(start <= at < start + timedelta(minutes=1) for at in left) <= size


def test_时钟拨回去了_谁也不多等() -> None:
    pace = Pace(Limit(40))
    assert pace.leave(GET, NOW, PATIENCE).number
    assert pace.leave(GET, NOW - timedelta(hours=1), PATIENCE).wait == NOTHING


STEPS = st.lists(st.tuples(st.sampled_from(["leave", "arrive", "answer"]), st.integers(0, AT_ONCE - 1)), max_size=200)


@settings(max_examples=300, deadline=None)
@given(STEPS, st.integers(AT_ONCE, 30))
def test_几个在途时_服务器说还剩多少就只用多少(steps: list[tuple[str, int]], limit: int) -> None:
    """Requests arrive in any order, answers come back in any order, and each says what was left when it was counted."""
    budget, arrived = Budget(Limit(1_000_000)), 0
    going: list[int] = []
    answered: list[tuple[int, int]] = []
    for step, which in steps:
        if step == "leave" and len(going) + len(answered) < AT_ONCE and budget.wait("write", NOW) == NOTHING:
            going.append(budget.spend(NOW))
        elif step == "arrive" and going:
            arrived += 1
            answered.append((going.pop(which % len(going)), limit - arrived))
        elif step == "answer" and answered:
            number, left = answered.pop(which % len(answered))
            budget.back(number)
            budget.learn(Allowance(left, limit, NOW + timedelta(minutes=1)), number)
    assert arrived + len(going) <= limit


def test_同时在途的几个都被拒_只算一次() -> None:
    """Four at once are refused together: that is one refusal, and the next one doubles the pause."""
    pace = Pace()
    numbers = [pace.leave(GET, NOW, NOTHING).number for _ in range(4)]
    assert [pace.refused(REFUSED, NOW, number) for number in numbers] == [timedelta(minutes=1)] * 4
    later = NOW + timedelta(minutes=1)
    assert pace.hold(GET, later) is None
    assert pace.refused(REFUSED, later, pace.leave(GET, later, NOTHING).number) == timedelta(minutes=2)


def test_同时在途的几个都连不上_只算一次() -> None:
    pace = Pace()
    for number in [pace.leave(GET, NOW, NOTHING).number for _ in range(4)]:
        pace.lost(NOW, number)
    hold = pace.hold(GET, NOW)
    assert hold is not None
    assert (hold.why, hold.wait) == ("unreachable", timedelta(seconds=15))


def test_拒绝之前就发出的_成功了也不解除暂停() -> None:
    pace = Pace()
    early, refused = (pace.leave(GET, NOW, NOTHING).number for _ in range(2))
    pace.refused(REFUSED, NOW, refused)
    pace.served(GET, early)
    assert pace.hold(GET, NOW) is not None
    pace.served(GET, pace.leave(GET, NOW, NOTHING).number)
    assert pace.hold(GET, NOW) is None


def test_用途只管自己的线程() -> None:
    pace, seen = Pace(), []
    with pace.purpose("write"):
        other = threading.Thread(target=lambda: seen.append(pace._purpose))
        other.start()
        other.join()
        assert (pace._purpose, seen) == ("write", [None])


def test_一边用一边来了新的_cookie_不出错() -> None:
    """The library's own jar raises in the middle of another request."""
    jar = SharedCookies()
    for name in ("甲", "乙"):
        jar.set("k", name, domain=f"{name}.example.cn")
    going = iter(jar)
    next(going)
    jar.set("k", "丙", domain="c.example.cn")
    assert len(list(going)) == 1
    assert len(jar) == 3


@dataclass
class Gate:
    """A server whose ``/slow`` answers when it is let, and ``/full`` refuses for half a minute; every answer brings a
    new cookie."""

    let: threading.Event = field(default_factory=threading.Event)
    came: threading.Event = field(default_factory=threading.Event)
    seen: list[str] = field(default_factory=list)


@pytest.fixture
def gate() -> Iterator[tuple[Gate, str]]:
    gate = Gate()

    class Talk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            gate.seen.append(self.path)
            if self.path == "/slow":
                gate.came.set()
                gate.let.wait()
            self.send_response(429 if self.path == "/full" else 200)
            self.send_header("Content-Length", "2")
            self.send_header("Set-Cookie", f"c{len(gate.seen)}=1; Path=/")
            if self.path == "/full":
                self.send_header("Retry-After", "30")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Talk)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield gate, f"http://127.0.0.1:{server.server_address[1]}"
    gate.let.set()
    server.shutdown()
    server.server_close()


def _session(url: str) -> requests.Session:
    session = requests.Session()
    mount(session, ConnectionSettings(name="站点", kind="jira", url=url, token=Secret("token-123456")), Clock())
    return session


def test_一个线程被限流_别的线程也都停下_在途的成功了也一样(gate: tuple[Gate, str]) -> None:
    told, url = gate
    session = _session(url)
    with session, ThreadPoolExecutor(1) as other:
        slow = other.submit(session.get, f"{url}/slow")
        assert told.came.wait(30)
        assert session.get(f"{url}/full").status_code == 429
        told.let.set()
        assert slow.result(30).status_code == 200
        with pytest.raises(TransientError, match="限流"):
            session.get(f"{url}/after")
    assert told.seen == ["/slow", "/full"]


def test_许多线程共用一个会话_各得各的回答(gate: tuple[Gate, str]) -> None:
    """Also with a new cookie in every answer."""
    told, url = gate
    session = _session(url)
    with session, ThreadPoolExecutor(8) as several:
        answers = list(several.map(lambda n: session.get(f"{url}/{n}").request.path_url, range(160)))
    assert answers == [f"/{n}" for n in range(160)]
    assert sorted(told.seen) == sorted(answers)


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(12)), st.sets(st.integers(0, 11)))
def test_几个问题一起问_答案仍按次序_错误在它的位置(order: list[int], broken: set[int]) -> None:
    """All are under way at once and come back in that order; what is told is what asking one by one tells."""
    moved, back = threading.Condition(), list[int]()

    def ask(question: int) -> int:
        with moved:
            assert moved.wait_for(lambda: order[len(back)] == question, 30)
            back.append(question)
            moved.notify_all()
        if question in broken:
            raise KeyError(question)
        return question

    told, error = list[int](), None
    try:
        for answer in SideBySide(12, Pace()).answers(ask, range(12)):
            told.append(answer)
    except KeyError as raised:
        error = raised.args[0]
    first = min(broken, default=12)
    assert told == list(range(first))
    assert error == (first if broken else None)


def test_两处一起问_合起来也不超过容许的几个_用途相同() -> None:
    """One for the whole connection: two pages whose comments are read share it."""
    pace, lock, now, most = Pace(), threading.Lock(), 0, 0
    several, together, purposes = SideBySide(3, pace), threading.Barrier(3), set()

    def ask(_question: int) -> None:
        nonlocal now, most
        with lock:
            now, most = now + 1, max(most, now + 1)
            purposes.add(pace._purpose)
        together.wait(30)
        with lock:
            now -= 1

    def page() -> None:
        with pace.purpose("backfill"):
            assert len(list(several.answers(ask, range(6)))) == 6

    with ThreadPoolExecutor(2) as pages:
        for done in [pages.submit(page), pages.submit(page)]:
            done.result(30)
    assert (most, purposes) == (3, {"backfill"})


def test_没有人要下一个答案了_就不再问() -> None:
    asked, go = [], threading.Event()

    def ask(question: int) -> int:
        asked.append(question)
        if question:
            go.wait(30)
        return question

    answers = SideBySide(2, Pace()).answers(ask, range(100))
    assert next(answers) == 0
    answers.close()  # type: ignore[attr-defined]  # it is a generator
    go.set()
    for thread in threading.enumerate():
        if thread.name == "ask":
            thread.join(30)
    assert len(asked) <= 3
