"""Two daemons on one database: the second one says who was first and leaves, however it spells the path."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from tests.cli.process import Process

from collab_sync.daemon.lock import holder, lock_file

if TYPE_CHECKING:
    from tests.cli.conftest import Office


@pytest.fixture
def first(office: Office) -> Iterator[Process]:
    office.overdue()
    process = Process(office)
    try:
        process.until("planned=4")
        yield process
    finally:
        process.close()


def spelled(office: Office, database: str) -> None:
    office.write("collab-sync.yaml", office.settings.read_text(encoding="utf-8") + f'database: "{database}"\n')


def test_第二个守护进程_说出谁在用_以_75_退出_什么都不动(office: Office, first: Process) -> None:
    before = office.dump()
    second = Process(office)
    try:
        said = second.until(f"(进程 {first.process.pid},主机 {socket.gethostname()})")
        second.until("请先停掉它")
        assert second.ended() == 75
    finally:
        second.close()
    assert f"正在使用数据库 {office.database}" in said
    assert not [line for line in second.log if "Traceback" in line]
    assert office.dump() == before
    first.send(signal.SIGTERM)
    assert first.ended() == 0


@pytest.mark.parametrize("way", ["软链接", "文件夹的软链接", "另一种写法"])
def test_换一个名字也认得出是同一个(office: Office, first: Process, way: str) -> None:
    match way:
        case "软链接":
            (office.folder / "别名.sqlite").symlink_to(office.database)
            spelled(office, "别名.sqlite")
        case "文件夹的软链接":
            (office.folder / "别处").symlink_to(office.folder, target_is_directory=True)
            spelled(office, "别处/collab-sync.sqlite")
        case _:
            spelled(office, "rules/../collab-sync.sqlite")
    refused = office("run", "--once")
    assert (refused.exit_code, "另一个 collab-sync 正在使用数据库" in refused.stderr) == (2, True)
    assert f"运行中(进程 {first.process.pid})" in office("status").stdout
    assert office("run").exit_code == 75


def test_硬链接不用_说明为什么_怎么办(office: Office) -> None:
    """The other name has a lock and a journal of its own: nobody can see from here whether it is in use."""
    office.overdue()
    before = office.dump()
    (other := office.folder / "副本.sqlite").hardlink_to(office.database)
    for command in (("run", "--once"), ("run",)):
        refused = office(*command)
        assert refused.exit_code == 2
        assert "另有 1 个名字" in refused.stderr
        assert "find -samefile" in refused.stderr
    assert office.dump() == before
    other.unlink()
    assert office("run", "--once").exit_code == 1


def test_被杀掉的进程留下的锁文件不碍事(office: Office, first: Process) -> None:
    first.send(signal.SIGKILL)
    assert first.ended() == -signal.SIGKILL
    assert lock_file(office.database).read_text().startswith(f"{first.process.pid} ")
    assert holder(office.database) is None
    assert "没有运行" in office("status").stdout
    assert office("run", "--once").exit_code == 0
    assert lock_file(office.database).read_text().startswith(f"{os.getpid()} ")


def test_锁文件里写了什么都不要紧(office: Office, first: Process) -> None:
    """What is written there is only for people."""
    lock_file(office.database).write_bytes(b"")
    refused = office("run", "--once")
    assert "(进程 不明,主机 不明)" in refused.stderr
    assert "运行中(进程 ?)" in office("status").stdout
