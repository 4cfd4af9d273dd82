"""What is logged by threads that a tick starts bears the tick's id, as if there were only one thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread

import structlog
from structlog.contextvars import bound_contextvars, get_contextvars
from structlog.testing import capture_logs

from collab_sync.log import carried

PATIENCE = 10


def told(*_: object) -> object:
    return get_contextvars().get("tick")


def test_带过去的线程说同一个编号_没带的不说() -> None:
    with ThreadPoolExecutor(2) as pool, bound_contextvars(tick="5f0c9a1e"):
        assert [*pool.map(carried(told), range(4))] == ["5f0c9a1e"] * 4
        assert pool.submit(told).result(PATIENCE) is None


def test_几个线程可以同时用同一个() -> None:
    """One context cannot be entered twice at a time; each call has its own copy."""
    both = Barrier(2)

    def meet(_: int) -> object:
        both.wait(PATIENCE)
        return told()

    with ThreadPoolExecutor(2) as pool, bound_contextvars(tick="一"):
        assert [*pool.map(carried(meet), range(2))] == ["一", "一"]


def test_编号是带的时候的_不是跑的时候的() -> None:
    with bound_contextvars(tick="上一轮"):
        call = carried(told)
    with bound_contextvars(tick="这一轮"):
        assert call() == "上一轮"
        assert told() == "这一轮"


def test_里面绑的不漏到外面_也不漏给下一次() -> None:
    def bind(_: int) -> object:
        before = get_contextvars().get("row")
        structlog.contextvars.bind_contextvars(row=41)
        return before

    call = carried(bind)
    assert [call(1), call(2)] == [None, None]
    assert "row" not in get_contextvars()


def test_线程写的日志里有编号() -> None:
    def fail() -> None:
        structlog.get_logger("collab_sync").error("坏了")

    with capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        with bound_contextvars(tick="5f0c9a1e"):
            thread = Thread(target=carried(fail))
        thread.start()
        thread.join(PATIENCE)
    assert lines == [{"event": "坏了", "tick": "5f0c9a1e", "log_level": "error"}]
