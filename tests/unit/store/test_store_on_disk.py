"""The database as a file: who may use it when, what people are told when it cannot be used, what a crash leaves."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from collab_sync.errors import ConfigurationError, StoreError
from collab_sync.store.sqlite import MEMORY, SqliteStore, open_store
from collab_sync.testing.store_suite.samples import MONDAY, comment, subject

WRITER = """
import sys
from collab_sync.store.sqlite import open_store
from collab_sync.testing.store_suite.samples import MONDAY, comment
store = open_store(sys.argv[1])
for number in range(40):
    with store.write() as tx:
        tx.enqueue([comment(f"{sys.argv[2]}-{number}")], at=MONDAY)
store.close()
"""

CRASH = """
import os, sys
from collab_sync.store.sqlite import open_store
from collab_sync.testing.store_suite.samples import MONDAY, comment, subject
store = open_store(sys.argv[1])
with store.write() as tx:
    tx.record("提交了", MONDAY)
with store.write() as tx:
    tx.enqueue([comment(str(number)) for number in range(2000)], at=MONDAY)
    tx.mark_dirty([subject(1)])
    os._exit(9)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "协同 库.sqlite"


def test_重新打开后内容还在(path: Path) -> None:
    with closing(open_store(path)) as store, store.write() as tx:
        tx.record("规则版本", MONDAY, "v1")
    with closing(open_store(path)) as store, store.read() as tx:
        assert tx.recorded("") == {"规则版本": (MONDAY, "v1")}


def test_地址可以写成网址(path: Path) -> None:
    open_store(f"sqlite:///{path}").close()
    assert path.exists()


def test_内存库互不相干且不留文件() -> None:
    with closing(open_store(MEMORY)) as one, closing(open_store(MEMORY)) as other:
        with one.write() as tx:
            tx.mark_dirty([subject(1)])
        with other.read() as tx:
            assert tx.dirty() == ()
        folder = Path(str(one.engine.url.database)).parent
        assert folder.exists()
    assert not folder.exists()


def test_新文件只有属主能读(path: Path) -> None:
    with closing(open_store(path)) as store, store.write() as tx:
        tx.mark_dirty([subject(1)])
        modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {0o600}


def test_提交之后断电不丢(path: Path) -> None:
    """A lost "sending" would be a comment sent twice: every commit reaches the disk (2 is FULL)."""
    with closing(open_store(path)) as store, store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_进程中途死掉的事务什么也不留下(path: Path) -> None:
    assert run(CRASH, path).returncode == 9
    with closing(open_store(path)) as store, store.read() as tx:
        assert set(tx.recorded("")) == {"提交了"}
        assert (tx.outbox(["pending"]), tx.dirty()) == ((), ())


def test_两个进程同时写什么也不丢(path: Path) -> None:
    """Both also create the tables: the file does not exist when they start."""
    with start(WRITER, path, "甲") as first, start(WRITER, path, "乙") as second:
        assert (first.wait(60), second.wait(60)) == (0, 0)
    with closing(open_store(path)) as store, store.read() as tx:
        written = [row.planned.key for row in tx.outbox(["pending"])]
    assert sorted(written) == sorted(f"{who}-{number}" for who in "甲乙" for number in range(40))


def test_同时打开一个新文件谁也不会被拒(tmp_path: Path) -> None:
    """Making the file is where they meet; one round alone seldom shows it."""
    errors = [error for number in range(12) for error in open_at_once(tmp_path / f"{number}.sqlite")]
    assert errors == []


def test_多个线程同时写什么也不丢(path: Path) -> None:
    with closing(open_store(path)) as store:
        threads = [threading.Thread(target=write_keys, args=(store, name)) for name in "甲乙丙丁"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with store.read() as tx:
            assert len(tx.outbox(["pending"])) == 4 * 25


def test_读者不等写者(path: Path) -> None:
    with closing(open_store(path, busy_timeout=0.05)) as store, store.write() as writer:
        writer.record("k", MONDAY)
        with closing(open_store(path, busy_timeout=0.05)) as other, other.read() as reader:
            assert reader.recorded("k") == {}


def test_被别的进程占着时说清楚(path: Path) -> None:
    with closing(open_store(path)) as store, closing(open_store(path, busy_timeout=0.05)) as other:
        with store.write(), pytest.raises(StoreError, match=r"(?s)协同 库\.sqlite: .*另一个.*→ .*只有一个"):
            write_keys(other, "甲")
        write_keys(other, "乙")


def test_别的线程占着太久时说清楚(path: Path) -> None:
    errors: list[StoreError] = []

    def attempt(store: SqliteStore) -> None:
        try:
            write_keys(store, "甲")
        except StoreError as error:
            errors.append(error)

    with closing(open_store(path, busy_timeout=0.05)) as store, store.write():
        thread = threading.Thread(target=attempt, args=(store,))
        thread.start()
        thread.join()
    assert "仍未轮到" in str(errors[0])


def test_同一线程不能嵌套写事务(path: Path) -> None:
    with closing(open_store(path)) as store:
        with store.write(), pytest.raises(StoreError, match="未结束的写事务"):
            write_keys(store, "甲")
        write_keys(store, "乙")


def test_磁盘满时说清楚且不留半成品(path: Path) -> None:
    with closing(open_store(path)) as store:
        with pytest.raises(StoreError, match=r"磁盘已满(?s:.*)→ 请腾出空间"):
            fill_up(store)
        with store.read() as tx:
            assert tx.outbox(["pending"]) == ()


def test_不是数据库的文件不动它(path: Path) -> None:
    text = "这是一份会议纪要。" * 200
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match="不是数据库"):
        open_store(path)
    assert path.read_text(encoding="utf-8") == text


def test_别的程序的数据库不动它(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE 报销单 (id)")
    with pytest.raises(StoreError, match=r"别的程序(?s:.*)报销单"):
        open_store(path)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("报销单",)]


def test_文件夹不存在时说清楚(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"没有\.这个夹(?s:.*)→ 请检查路径"):
        open_store(tmp_path / "没有.这个夹" / "store.sqlite")


def test_路径是文件夹时说清楚(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="打不开"):
        open_store(tmp_path)


@pytest.mark.parametrize("url", ["postgresql://db.example/协同", "sqlite:///", "sqlite://相对"])
def test_不支持的地址是设置错误(url: str) -> None:
    with pytest.raises(ConfigurationError, match="不支持的数据库地址"):
        open_store(url)


def test_错误信息里没有人写的内容(path: Path) -> None:
    """Tracebacks end up in logs; what people wrote does not."""
    with closing(open_store(path)) as store, pytest.raises(StoreError) as caught:
        fill_up(store)
    assert "请更新进展" not in repr(caught.value.__cause__) + str(caught.value) + repr(caught.value.__context__)


def test_数据库的日志里没有人写的内容(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="sqlalchemy.engine"), closing(open_store(path)) as store, store.write() as tx:
        tx.record("李敏的电话", MONDAY)
    assert "INSERT INTO journal" in caplog.text
    assert "李敏" not in caplog.text


def test_没有时区的时刻是调用者的错(path: Path) -> None:
    naive = MONDAY.replace(tzinfo=None)
    with closing(open_store(path)) as store:
        with pytest.raises(ValueError, match="without a zone"), store.write() as tx:
            tx.set_due({subject(1): naive})
        with store.read() as tx:
            assert tx.next_due() is None


def test_不打开数据库就不载入数据库的库() -> None:
    """Commands that need no store must start fast."""
    program = "import sys, collab_sync.store, collab_sync.ports.store; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0


def open_at_once(path: Path, *, threads: int = 6) -> list[StoreError]:
    """What went wrong when several threads, each with a store of its own, met at a file that did not exist."""
    ready, errors = threading.Barrier(threads), list[StoreError]()

    def attempt() -> None:
        ready.wait()
        try:
            open_store(path).close()
        except StoreError as error:
            errors.append(error)

    attempts = [threading.Thread(target=attempt) for _ in range(threads)]
    for thread in attempts:
        thread.start()
    for thread in attempts:
        thread.join()
    return errors


def fill_up(store: SqliteStore) -> None:
    """Writes more than the file may hold."""
    store.engine.dispose()

    @event.listens_for(store.engine, "connect")
    def _limit(connection: DBAPIConnection, _entry: object) -> None:
        connection.execute("PRAGMA max_page_count = 100")

    with store.write() as tx:
        tx.enqueue([comment(str(number)) for number in range(5000)], at=MONDAY)


def write_keys(store: SqliteStore, name: str) -> None:
    for number in range(25):
        with store.write() as tx:
            tx.enqueue([comment(f"{name}-{number}")], at=MONDAY)


def run(program: str, path: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", program, str(path)], check=False, capture_output=True, timeout=60)


def start(program: str, path: Path, name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", program, str(path), name], env=dict(os.environ))
