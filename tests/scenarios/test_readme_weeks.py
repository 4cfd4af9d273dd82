"""The moments of the six weeks that the README shows stand in the log of the story."""

from __future__ import annotations

import re

from tests.meta.documents import document
from tests.scenarios.telling import Telling


def test_README_六周里的几个时刻都在日志里(whole: Telling) -> None:
    """Whatever stands between backticks was written at that minute."""
    _, _, table = document("README.md").text.partition("<!-- weeks -->")
    rows = re.findall(r"^\| (\d\d-\d\d) \S+ (\d\d:\d\d) \|[^|]*\|([^|]*)\|$", table, re.MULTILINE)
    assert len(rows) >= 6
    cells = ((row["at"], row[part].removeprefix("page:")) for row in whole.log for part in ("target", "detail"))
    written = {(at[:5], at[-5:], name) for at, name in cells}
    told = {(day, minute, name) for day, minute, effect in rows for name in re.findall(r"`([^`]+)`", effect)}
    assert sorted(told - written) == []
