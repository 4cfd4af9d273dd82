"""Verdicts for people (text), for programs (JSON) and for build servers (JUnit XML)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from collab_sync.workbench.comparison import Difference, Line
from collab_sync.workbench.examples import Verdict, Verdicts

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_text(verdicts: Verdicts) -> str:
    """What failed and why, then one line of figures."""
    parts = [described(verdict) for verdict in verdicts.verdicts if verdict.outcome != "passed"]
    if verdicts.uncovered:
        parts.append(f"还没有例子的规则:{'、'.join(verdicts.uncovered)}")
    counts = (verdicts.count("passed"), verdicts.count("failed"), verdicts.count("error"))
    parts.append("例子:通过 {},不符 {},无法演练 {}".format(*counts))
    return "\n\n".join(parts) + "\n"


def described(verdict: Verdict) -> str:
    """One example that did not pass, with the place of every expectation and the conditions at the time."""
    return "\n".join(_description(verdict))


def as_json(verdicts: Verdicts) -> str:
    """``{passed, failed, errors, uncovered, examples: [{rule, name, place, outcome, …}]}``."""
    content = {
        "passed": verdicts.count("passed"),
        "failed": verdicts.count("failed"),
        "errors": verdicts.count("error"),
        "uncovered": list(verdicts.uncovered),
        "examples": [_json(verdict) for verdict in verdicts.verdicts],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def as_junit(verdicts: Verdicts) -> str:
    """A test suite with one case per example, by rule."""
    suite = ElementTree.Element(
        "testsuite",
        name="rules test",
        tests=str(len(verdicts.verdicts)),
        failures=str(verdicts.count("failed")),
        errors=str(verdicts.count("error")),
    )
    for verdict in verdicts.verdicts:
        place = verdict.place
        case = ElementTree.SubElement(
            suite, "testcase", classname=verdict.rule, name=_clean(verdict.name), file=place.file, line=str(place.line)
        )
        if verdict.outcome != "passed":
            found = ElementTree.SubElement(
                case, "error" if verdict.error else "failure", message=_clean(_head(verdict))
            )
            found.text = _clean(described(verdict))
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _description(verdict: Verdict) -> Iterator[str]:
    yield f"✗ {verdict.place}  {verdict.rule} · {verdict.name}"
    if verdict.error is not None:
        yield f"  无法演练:{verdict.error}"
    for difference in verdict.differences:
        yield from (f"  {line}" for line in _told(difference))
    for note in verdict.notes:
        yield f"  未写出:{note}"
    for moment, trace in verdict.traces:
        yield f"  {moment} 时的条件:"
        yield from (f"    {line}" for line in trace.splitlines())


def _told(difference: Difference) -> Iterator[str]:
    match difference.kind:
        case "missing":
            yield f"缺少  {difference.expected}  [{difference.place}]"
        case "surplus":
            yield f"多出  {difference.actual}  [{difference.place} 里没有写]"
        case "other":
            yield f"不同({'、'.join(difference.fields)})  [{difference.place}]"
            yield f"  期望  {difference.expected}"
            yield f"  实际  {difference.actual}"


def _head(verdict: Verdict) -> str:
    if verdict.error is not None:
        return verdict.error.message
    words = {"missing": "缺少", "surplus": "多出", "other": "不同"}
    kinds = [words[difference.kind] for difference in verdict.differences]
    return ",".join(f"{word} {kinds.count(word)} 行" for word in dict.fromkeys(kinds))


def _json(verdict: Verdict) -> dict[str, object]:
    found: dict[str, object] = {
        "rule": verdict.rule,
        "name": verdict.name,
        "place": str(verdict.place),
        "outcome": verdict.outcome,
    }
    if verdict.error is not None:
        found["error"] = {
            "place": str(verdict.error.place),
            "message": verdict.error.message,
            "hint": verdict.error.hint,
        }
    if verdict.differences:
        found["differences"] = [_json_difference(one) for one in verdict.differences]
        found["conditions"] = [{"at": at, "trace": trace} for at, trace in verdict.traces]
    if verdict.notes:
        found["notes"] = list(verdict.notes)
    return found


def _json_difference(difference: Difference) -> dict[str, object]:
    return {
        "kind": difference.kind,
        "place": str(difference.place),
        "different": list(difference.fields),
        "expected": _json_line(difference.expected),
        "actual": _json_line(difference.actual),
    }


def _json_line(line: Line | None) -> dict[str, object] | None:
    if line is None:
        return None
    return {
        "at": f"{line.at:%Y-%m-%d %H:%M}",
        "on": line.on,
        "action": line.action,
        "step": line.step,
        "detail": line.detail,
        "mention": list(line.mention),
        "digest": list(line.digest),
    }


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
