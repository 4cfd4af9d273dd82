"""The figures of many runs: per tracker, kind of write and fault, how many runs it met and what was there then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tests.faults.writing import Outcome

_HEAD = ("tracker", "kind", "fault", "runs", "effects", "duplicates", "lost")


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Lines of the table; a run counts in every row of which it met the fault."""
    met: dict[tuple[str, str, str], list[Outcome]] = {}
    for outcome in outcomes:
        for strike in sorted(set(outcome.strikes), key=lambda one: (one.tracker, one.kind, one.fault)):
            met.setdefault((strike.tracker, strike.kind, strike.fault), []).append(outcome)
    yield _line(_HEAD)
    for (tracker, kind, fault), runs in sorted(met.items()):
        lane = "" if kind == "reading" else kind
        figures = (
            sum(one.effects(tracker, lane) for one in runs),
            sum(one.duplicates(tracker, lane) for one in runs),
            sum(one.lost(tracker, lane) for one in runs),
        )
        yield _line((tracker, kind, fault, len(runs), *figures))


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
    widths = (8, 15, 22, 6, 8, 11, 6)
    texts = [str(cell) for cell in cells]
    words = [text.ljust(width) for text, width in zip(texts[:3], widths[:3], strict=True)]
    numbers = [text.rjust(width) for text, width in zip(texts[3:], widths[3:], strict=True)]
    return " ".join([*words, *numbers])
