"""Lanes by themselves: how far ahead they read, how many there are, what becomes of one whose request hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from tests.unit.pipeline.lanes.several_projects import LONG

from collab_sync.pipeline.lanes.aside import Aside, EndingError
from collab_sync.pipeline.lanes.lane import AHEAD
from collab_sync.pipeline.lanes.several import Several
from collab_sync.pipeline.lanes.task import one_by_one


@dataclass
class Numbers:
    """A task whose pages are numbers. ``meets``: called in its thread before each page, ``keeps`` when one is taken."""

    name: str
    count: int = 3
    connection: str = "站点"
    meets: Callable[[int], None] = lambda _number: None
    keeps: Callable[[int], bool] = lambda _number: False
    nothing: bool = False
    next: Numbers | None = None
    taken: list[int] = field(default_factory=list)
    told: list[object] = field(default_factory=list)

    def begin(self) -> bool:
        return not self.nothing

    def pages(self) -> Iterator[int]:
        for number in range(self.count):
            self.meets(number)
            yield number

    def take(self, page: int) -> bool:
        self.taken.append(page)
        return self.keeps(page)

    def over(self, *, stopped: bool) -> Numbers | None:
        self.told.append("stopped" if stopped else "over")
        return None if stopped else self.next

    def failed(self, error: Exception) -> None:
        self.told.append(error)


def several(most: int = 8, share: int = 4, ending: Callable[[], bool] = lambda: False, grace: float = LONG) -> Several:
    return Several(most, {"站点": share, "别处": share}, ending, grace=grace)


def test_读在前头_但手里最多两页() -> None:
    """The next page is read while one is being stored, never more, however slow storing is."""
    lock, given, taken, most = threading.Condition(), 0, 0, 0

    def meets(_number: int) -> None:
        nonlocal given, most
        with lock:
            given += 1
            most = max(most, given - taken)
            lock.notify_all()

    def keeps(number: int) -> bool:
        nonlocal taken
        with lock:
            assert lock.wait_for(lambda: given >= min(number + AHEAD, 50), LONG), "存第一页时第二页没有在读"
            taken += 1
        return False

    task = Numbers("大", 50, meets=meets, keeps=keeps)
    several().run([task])
    assert (task.taken, task.told) == (list(range(50)), ["over"])
    assert most == AHEAD


@pytest.mark.parametrize(("most", "share", "together"), [(8, 2, 4), (3, 4, 3), (8, 4, 8)])
def test_同时读几个_看整个进程也看每个连接(most: int, share: int, together: int) -> None:
    """They wait for each other, so that fewer would hang; and never are there more."""
    now, peak, lock, meeting = 0, 0, threading.Lock(), threading.Barrier(together)

    def meets(number: int) -> None:
        nonlocal now, peak
        with lock:
            now, peak = now + (number == 0), max(peak, now + (number == 0))
        if number == 0:
            meeting.wait(LONG)

    def keeps(number: int) -> bool:
        nonlocal now
        with lock:
            now -= number == 2
        return False

    tasks = [Numbers(str(n), connection=("站点", "别处")[n % 2], meets=meets, keeps=keeps) for n in range(together * 2)]
    several(most, share).run(tasks)
    assert peak == together
    assert all(one.taken == [0, 1, 2] for one in tasks)


def run_both(tasks: Callable[[], Sequence[Numbers]]) -> tuple[Sequence[Numbers], Sequence[Numbers]]:
    """The same tasks in lanes and one by one."""
    lanes, alone = tasks(), tasks()
    several().run(lanes)
    one_by_one(alone, lambda: False)
    return lanes, alone


def test_够了就停_不读的不读_还有下一步的接着做() -> None:
    """What is told is the same either way; a lane may have one more page by then, which is not thrown away."""

    def tasks() -> Sequence[Numbers]:
        following = Numbers("接着", 1)
        return [
            Numbers("够了", 9, keeps=lambda number: number == 1),
            Numbers("没事", nothing=True),
            Numbers("两步", 1, next=following),
            following,
        ][:3]

    for found in run_both(tasks):
        assert [one.told for one in found] == [["stopped"], [], ["over"]]
        assert found[0].taken[:2] == [0, 1]
        assert len(found[0].taken) <= 1 + AHEAD
        assert found[1].taken == []
        assert found[2].next is not None
        assert (found[2].next.taken, found[2].next.told) == ([0], ["over"])


def test_存的时候出了错_只停那一个() -> None:
    def tasks() -> Sequence[Numbers]:
        def keeps(_number: int) -> bool:
            raise KeyError("意外")

        return [Numbers("坏", 50, keeps=keeps), Numbers("好")]

    for found in run_both(tasks):
        assert found[0].taken == [0]
        assert [type(one) for one in found[0].told] == [KeyError]
        assert (found[1].taken, found[1].told) == ([0, 1, 2], ["over"])


def test_请求没有回答_到时不等它_读到的留下() -> None:
    """Its thread is a daemon: it ends with the process, and what it still reads nobody takes."""
    hanging, ended = threading.Event(), threading.Event()

    def meets(number: int) -> None:
        if number == 1:
            ended.set()
            hanging.wait(LONG)

    slow, late = Numbers("慢", meets=meets), Numbers("没开始")
    try:
        Several(1, {"站点": 1}, ended.is_set, grace=0.0).run([slow, late])
        assert (slow.told, late.told, late.taken) == (["stopped"], ["stopped"], [])
        assert slow.taken in ([], [0])
        assert [one.daemon for one in threading.enumerate() if one.name == "read-站点"] == [True]
    finally:
        hanging.set()


def test_旁边去问_答案和错误都传回来_要停就不等() -> None:
    hanging = threading.Event()

    def broken() -> str:
        raise KeyError("意外")

    assert Aside(lambda: False).ask(lambda: "答") == "答"
    with pytest.raises(KeyError, match="意外"):
        Aside(lambda: False).ask(broken)
    with pytest.raises(EndingError):
        Aside(lambda: True).ask(lambda: hanging.wait(LONG))
    hanging.set()
