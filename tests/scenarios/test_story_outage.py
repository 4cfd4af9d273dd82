"""The daemon is down from 09-26 12:00 to 10-10 12:00, people go on working: what is said when it comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.scenarios.telling import Company, Row, Telling, WholeStory, company, day, write_log

from collab_sync.pipeline.tick import TickReport
from collab_sync.rules.compile.triggers import CompiledSchedule

BACK = "10-10 12:00"
LINKS_HELD = 2
"""Links of the two follow-ups that are held back with them."""


@dataclass(frozen=True)
class Recovered:
    """``first``: the log lines of the first beat; ``held``: those of what waits for a person, as (rule, step, target);
    ``schedules``: ids of the rules that run by the calendar; ``notes``:
    what operators are told; ``next``: the lines of the two following beats."""

    first: tuple[Row, ...]
    held: tuple[tuple[str, str, str], ...]
    report: TickReport
    schedules: frozenset[str]
    notes: tuple[str, ...]
    next: tuple[Row, ...]


def play_without_us(present: Company, until: str) -> None:
    """People go on; no beat in between."""
    player = present.player
    player.open()
    while (at := player.next_time()) is not None and at <= day(until):
        player.stage.set_clock(at)
        player.play_until(at)
    player.stage.set_clock(day(until))


def fresh(present: Company, telling: Telling, known: int) -> tuple[Row, ...]:
    """Lines after the first ``known`` of the log; they are all of one day, so order is no matter."""
    write_log(present.runtime, telling.folder)
    return telling.log[known:]


@pytest.fixture(scope="module")
def recovered(story: WholeStory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recovered]:
    """The first beats after the outage."""
    with (
        story.places["09-26 12:00"].opened(tmp_path_factory.mktemp("outage")) as telling,
        company(telling) as present,
    ):
        known = len(telling.log)
        play_without_us(present, BACK)
        report = present.daemon.beat()
        first = fresh(present, telling, known)
        rules = present.runtime.ruling.rules.rules
        with present.runtime.store.read() as tx:
            notes = tuple(value for _, value in (*tx.recorded("notice:").values(), *tx.recorded("refused:").values()))
            dead = [line for row in tx.outbox(("dead",)) for line in row.planned.lines]
        for _ in range(2):
            present.daemon.beat()
        yield Recovered(
            first=first,
            held=tuple((line.rule, line.step, line.target) for line in dead if line.action != "link"),
            report=report,
            schedules=frozenset(rule.id for rule in rules if isinstance(rule.trigger, CompiledSchedule)),
            notes=notes,
            next=fresh(present, telling, known + len(first)),
        )


def told_at_once(rows: tuple[Row, ...]) -> list[str]:
    return [name for row in rows if row["action"] != "digest" for name in row["mention"].split(",") if name]


def test_停机两周后_每条按时间运行的规则对每个对象至多补一次(recovered: Recovered) -> None:
    """Missed slots of one rule and subject are one: the latest runs."""
    sent = [(row["rule"], row["step"], row["target"]) for row in recovered.first if row["action"] != "link"]
    rows = [one for one in (*sent, *recovered.held) if one[0] in recovered.schedules]
    assert {rule for rule, _, _ in rows} >= {"weekly-open", "weekly-page", "weekly-meeting", "joint-meeting"}
    assert max(Counter(rule for rule, _ in {(rule, step) for rule, step, _ in rows}).values()) == 1
    assert set(Counter((rule, target.partition(":2025")[0]) for rule, _, target in rows).values()) == {1}


def test_恢复后的第一轮_直接提醒有上限_并有报告(recovered: Recovered) -> None:
    """The rest goes to the digest, and operators are told."""
    assert len(told_at_once(recovered.first)) <= 20
    assert max(Counter(told_at_once(recovered.first)).values()) <= 6
    assert recovered.report.withheld == len(recovered.held) + LINKS_HELD
    assert [note for note in recovered.notes if "已暂停" in note and "outbox retry" in note]


def test_逾期阶梯只补最后一级(recovered: Recovered) -> None:
    """NPX-12 (due 09-25) is past every step: labels in order, one comment, not four; it waits for a person here."""
    said = [step for rule, step, target in recovered.held if (rule, target) == ("esc-overdue", "NPX-12")]
    assert said == [">5wd"]
    rows = [row for row in recovered.first if row["target"] == "NPX-12" and row["rule"] == "esc-overdue"]
    assert not [row for row in rows if row["action"].startswith("comment")]
    assert "升级::L3" in {row["detail"] for row in rows if row["action"] == "label+"}


def test_第二轮不再重复(recovered: Recovered) -> None:
    """What was said is said."""
    assert recovered.next == ()
