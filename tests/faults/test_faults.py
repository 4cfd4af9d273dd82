"""A small sample of the runs that ``make faults`` plays a thousand of."""

from __future__ import annotations

from tests.faults.editions import GITLABS, JIRAS
from tests.faults.figures import by_edition, table, total
from tests.faults.portions import EVERY_KILL, play


def test_坏天气里每次写入恰好一次() -> None:
    """On every edition, whatever happens to a request, exactly one effect of it is there, in order; nothing is left
    waiting."""
    outcomes = play(range(EVERY_KILL - 9, EVERY_KILL + 10))
    assert [sentence for outcome in outcomes for sentence in outcome.wrong] == []
    assert sum(outcome.effects() for outcome in outcomes) > 100
    assert sum(outcome.deaths for outcome in outcomes) > 0
    assert sum(outcome.kills for outcome in outcomes) > 0
    met = {strike.fault for outcome in outcomes for strike in outcome.strikes}
    assert met >= {"dropped after", "done, then error", "done, page with 200", "executed late", "broken answer"}
    assert {(one.sites.jira.name, one.sites.gitlab.name) for one in outcomes} == {
        (one.name, other.name) for one in JIRAS for other in GITLABS
    }
    assert len(list(table(outcomes))) > 40
    assert len(list(by_edition(outcomes))) == len(JIRAS + GITLABS)
    assert "0 duplicates, 0 lost, 0 runs with deviations" in total(outcomes, 0)


def test_同一个种子重演同一次() -> None:
    """The faults and the end of a run follow from its seed."""
    [one], [other] = play([7]), play([7])
    assert one.strikes == other.strikes
    assert one.found == other.found
