"""The first week of the whole log is the reference's, line by line; every difference is derived here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from tests.scenarios.telling import Telling, rows_of

from collab_sync.rules.load import load_rules_folder

REFERENCE = Path(__file__).parent / "expected-week-1.tsv"
Line: TypeAlias = tuple[str, ...]

DERIVED: Mapping[Line, Line] = {
    # 同一轮、同一事项、同一人只提醒一次,归目录中靠前的规则:周倩由 init-incomplete 提醒,core-dept-5 的评论
    # 仍写,但不再算一次提醒(语义 4.5;预算因此也只计一次)。
    ("09-15 Mon 09:30", "core-dept-5", "", "NPX-1", "comment:sticky:core", "", "周倩", ""):
        ("09-15 Mon 09:30", "core-dept-5", "", "NPX-1", "comment:sticky:core", "", "", ""),
}  # fmt: skip


def lines(rows: Iterable[Mapping[str, str]]) -> list[Line]:
    """Rows as comparable lines, in order: texts of comments and titles may be ours, labels and links may not."""
    return sorted(
        (
            row["at"], row["rule"], row["step"], row["target"], row["action"],
            row["detail"] if row["action"] in ("label+", "label-", "link", "page") else "",
            row["mention"] or "", row["digest"] or "",
        )
        for row in rows
    )  # fmt: skip


def reference() -> list[Line]:
    return lines(rows_of(REFERENCE.read_text(encoding="utf-8")))


def test_第一周的全部写回与参考一致_不同之处均有推导(whole: Telling) -> None:
    """Missing, surplus and repeated lines all fail. The reference knows no views."""
    found = lines(row for row in whole.log if row["at"] < "09-20" and row["action"] != "view")
    assert found == sorted(DERIVED.get(line, line) for line in reference())


def test_第一周的每处推导都确有其行() -> None:
    """A derivation that no longer matches the reference is stale."""
    assert set(DERIVED) <= set(reference())


def test_日志的次序_同一分钟内按目录中的规则_键按人数数的方式(whole: Telling) -> None:
    """The order that the log promises: time, then rule in catalogue order, then keys as people count."""
    place = {rule.id: number for number, rule in enumerate(load_rules_folder(whole.folder / "state" / "rules").rules)}
    ours = [(row["at"], place[row["rule"]]) for row in whole.log]
    assert ours == sorted(ours)
    tasks = [row["target"] for row in whole.log if row["at"] == "09-17 Wed 15:00" and row["target"].startswith("NPX-")]
    assert tasks == sorted(tasks, key=lambda key: int(key.removeprefix("NPX-")))
    assert tasks[:2] == ["NPX-3", "NPX-4"]
