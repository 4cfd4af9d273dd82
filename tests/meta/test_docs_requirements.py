"""Every requirement has its line, and what the line names is there."""

from __future__ import annotations

import pytest
from tests.meta.requirements_table import PAGE, Row, exists, graded, page, places, renewed, requirements, seeds
from tests.unit.engine_office import rule_set

from collab_sync.summaries.coverage import coverage

COUNTS = {"S0": 64, "S1": 59, "S2": 54, "S3": 93, "S4": 47}
ROWS = requirements().rows


def test_每条要求恰好一行_一条不缺() -> None:
    """The templates are closed: 317 rows, numbered without a gap."""
    wanted = [f"{source}-{number:02}" for source, count in COUNTS.items() for number in range(1, count + 1)]
    assert list(ROWS) == wanted
    assert len(wanted) == 317


def test_规则和页面引用的编号都存在() -> None:
    assert sorted({*seeds(), *coverage()} - set(ROWS)) == []


@pytest.mark.parametrize(("id_", "row"), ROWS.items(), ids=ROWS)
def test_每一处都真有其物(id_: str, row: Row) -> None:
    """What is served has at least one place; what is not, or not wholly, has a reason."""
    assert [place for place in row.at if not exists(place)] == []
    assert row.level == "no" or places(id_)
    assert bool(row.note) == (row.level != "full")


@pytest.mark.parametrize(
    "place",
    ["rule:none", "pack:none", "page:无", "section:周报/无", "field:无", "entry:进度更新.无", "entry:无", "label:无",
     "path:none", "derivation:none", "organisation:none", "organisation:roles.无", "organisation:resources.none",
     "command:rules", "command:none", "view:看板"],
)  # fmt: skip
def test_没有的会被发现(place: str) -> None:
    assert not exists(place)


@pytest.mark.parametrize(
    ("row", "rules", "pages", "said"),
    [
        (Row(what="表里有"), (), (), "ready"),
        (Row(what="表里有"), (), (False, False), "ready"),
        (Row(what="表里有"), (), (False, True), "full"),
        (Row(what="有规则"), ("esc-overdue",), (False,), "full"),
        (Row(what="有命令", at=("command:status",)), (), (False,), "full"),
        (Row(what="做了一半", level="partly", note="余下的由人做"), (), (False,), "partly"),
        (Row(what="不做", level="no", note="不在范围内"), (), (), "no"),
    ],
)
def test_只在没有规则写的页面上的_不算做到(
    row: Row, rules: tuple[str, ...], pages: tuple[bool, ...], said: str
) -> None:
    """A table that nobody keeps up to date serves nobody: such rows say so, and nothing else is lowered."""
    assert graded(row, rules, pages) == said


@pytest.mark.parametrize(
    ("kind", "when", "kept_up"),
    [
        ("周报", "schedule: {at: 周五 17:00}", True),
        ("周报", "event: {entry: 验收结论}", True),
        ("项目主页", "event: {entry: 验收结论}", False),
        ("项目主页", "schedule: {at: 周五 17:00}", True),
    ],
)
def test_天天变的页面要按时重写_才算有人写(kind: str, when: str, kept_up: bool) -> None:
    rule = f"""\
  - id: page
    name: 页面
    for: work_item
    when: {{{when}}}
    do: [{{page: {{key: "{kind}", section: all}}}}]
"""
    assert renewed(kind, rule_set(rule).rules) == kept_up
    assert not renewed(kind, ())


def test_对照页是最新的() -> None:
    """Otherwise: python -m tests.meta.requirements_table"""
    assert PAGE.read_text(encoding="utf-8") == page()
