"""Some days of the months that ``make soak`` plays for an hour, and what its onlooker would notice."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tests.soak.__main__ import account
from tests.soak.engine import Beat, Stock
from tests.soak.invariants import of_beat, of_stock, of_trackers
from tests.soak.run import Soak, soak

from collab_sync.sandbox.story.telling import OPENING, ZONE

LAST = datetime(2025, 9, 18, 12, tzinfo=ZONE)


def test_几天的风雨里没有一处不对(tmp_path: Path) -> None:
    found = soak(tmp_path, 5, lambda _found, now: now < LAST, look=timedelta(days=1))
    assert found.wrong == []
    assert found.looks >= 2
    assert found.written > 20
    assert found.weather["fair"] > 0
    assert found.weather["storm"] + found.weather["outage"] > 0
    assert "nothing was wrong" in list(account(found))


def test_旁观者看得出每一种不对() -> None:
    beat = Beat(0, 0, 3, "数据库写不进去", ("stuck: 有一条卡住",), OPENING, 100.0, 10, 2)
    assert len(list(of_beat(beat))) == 3
    assert list(of_stock(Stock({}, {}, "row 3 missing"))) == ["the database is damaged: row 3 missing"]


def test_同一个记号出现两次看得出() -> None:
    mark = {"collab-sync": {"key": "sticky:due"}}
    twice = {"number": 4, "comments": [{"properties": mark}, {"properties": mark}]}
    note = {"body": '原话\n<!-- collab-sync {"key":"说"} -->'}
    issues = {"2": {"iid": 2, "notes": [note, note, {"body": '<!-- collab-sync {"key":"moved:说"} -->'}]}}
    dump = {"jira": {"issues": {"1": twice}}, "gitlab": {"projects": [{"path": "rd/x1", "issues": issues}]}}
    assert sorted(of_trackers(dump)) == ["2 times: comment on NPX-4: sticky:due", "2 times: comment on rd/x1#2: 说"]


def test_内存一路上升就不算通过() -> None:
    found = Soak(memory=[float(n) for n in range(90, 190)], handles=[20] * 100, threads=[2] * 100)
    assert any(line.startswith("memory rises") for line in account(found))
