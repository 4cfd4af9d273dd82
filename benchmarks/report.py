"""The account of a run: a Markdown table for people, JSON for comparing runs."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from benchmarks.measure import Sample
from benchmarks.result import Figure, Measure, Result

MARKS = {"goal": "goal", "pass": "pass", "missed": "**missed**", "told": ""}


def markdown(found: Mapping[Measure, Result], about: Mapping[str, str]) -> str:
    """One table with every figure, then what is behind the ratios."""
    lines = [", ".join(f"{name} {value}" for name, value in about.items()), ""]
    lines += ["| measure | figure | median (low – high) | pass | goal | |", "|---|---|---|---|---|---|"]
    for measure, result in found.items():
        lines += [f"| {measure.id} | {_row(figure)} |" for figure in result.figures]
    for measure, result in found.items():
        lines += ["", f"{measure.id} {measure.title}", ""]
        lines += [f"- {name}: {_spread(sample, ' ' + result.unit)}" for name, sample in result.costs.items()]
        lines += [f"- {note}" for note in result.notes]
    return "\n".join(lines) + "\n"


def document(found: Mapping[Measure, Result], about: Mapping[str, str]) -> bytes:
    """The same as JSON, with every round."""
    results = {measure.id: msgspec.to_builtins(result) for measure, result in found.items()}
    return msgspec.json.format(msgspec.json.encode({"machine": about, "measures": results}))


def _row(figure: Figure) -> str:
    bounds = [_bound(figure, bound) for bound in (figure.passes, figure.goal)]
    return " | ".join([figure.what, _spread(figure.sample, figure.unit), *bounds, MARKS[figure.verdict]])


def _bound(figure: Figure, bound: float | None) -> str:
    return "" if bound is None else f"{'≤' if figure.sense == 'at most' else '≥'} {bound:g}{figure.unit}"


def _spread(sample: Sample, unit: str) -> str:
    if len(set(sample.costs)) == 1:
        return f"{_number(sample.median)}{unit}"
    return f"{_number(sample.median)}{unit} ({_number(sample.low)} – {_number(sample.high)})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"
