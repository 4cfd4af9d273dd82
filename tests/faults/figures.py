"""The figures of many runs: per tracker, kind of write and fault, how many runs it met and what was there then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tests.faults.writing import Outcome

_HEAD = ("tracker", "kind", "fault", "runs", "effects", "duplicates", "lost")


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Lines of the table; a run counts in every row of which it met the fault."""
    met: dict[tuple[str, str, str, str], list[Outcome]] = {}
    for outcome in outcomes:
        for strike in set(outcome.strikes):
            edition = outcome.sites.of(strike.tracker).name
            met.setdefault((edition, strike.tracker, strike.kind, strike.fault), []).append(outcome)
    yield _line(_HEAD)
    for (edition, tracker, kind, fault), runs in sorted(met.items(), key=lambda row: row[0]):
        yield _line((edition, kind, fault, len(runs), *_figures(runs, tracker, "" if kind == "reading" else kind)))


def by_edition(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A line for every edition: what was written to it in all of its runs, and how many faults it met."""
    editions = sorted({(one.sites.of(tracker).name, tracker) for one in outcomes for tracker in ("jira", "gitlab")})
    for edition, tracker in editions:
        runs = [one for one in outcomes if one.sites.of(tracker).name == edition]
        strikes = sum(strike.tracker == tracker for one in runs for strike in one.strikes)
        yield _line((edition, "all", f"{strikes} faults", len(runs), *_figures(runs, tracker, "")))


def _figures(runs: Sequence[Outcome], tracker: str, kind: str) -> tuple[int, int, int]:
    """Effects, duplicates, lost."""
    return (
        sum(one.effects(tracker, kind) for one in runs),
        sum(one.duplicates(tracker, kind) for one in runs),
        sum(one.lost(tracker, kind) for one in runs),
    )


def total(outcomes: Sequence[Outcome], seconds: float) -> str:
    """One line that says it all."""

    def every(name: str) -> int:
        return sum(getattr(one, name)() for one in outcomes)

    strikes, wrong = sum(len(one.strikes) for one in outcomes), sum(bool(one.wrong) for one in outcomes)
    return (
        f"total: {len(outcomes)} runs, {sum(one.requests for one in outcomes)} requests, {strikes} faults met, "
        f"{sum(one.deaths for one in outcomes)} crashes, {sum(one.kills for one in outcomes)} processes killed "
        f"(in {sum(one.kills > 0 for one in outcomes)} runs); {every('effects')} effects, "
        f"{every('duplicates')} duplicates, {every('lost')} lost, {wrong} runs with deviations; {seconds:.0f} s"
    )


def _line(cells: Iterable[object]) -> str:
    widths = (14, 15, 22, 6, 8, 11, 6)
    texts = [str(cell) for cell in cells]
    words = [text.ljust(width) for text, width in zip(texts[:3], widths[:3], strict=True)]
    numbers = [text.rjust(width) for text, width in zip(texts[3:], widths[3:], strict=True)]
    return " ".join([*words, *numbers])
