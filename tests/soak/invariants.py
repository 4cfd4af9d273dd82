"""What must be true whenever the weather has been fair for a while; each finding is a sentence."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.soak.engine import Beat, Stock

MARK = re.compile(r"<!-- collab-sync (\{.*\}) -->")


def of_beat(beat: Beat) -> Iterator[str]:
    """After a beat in settled weather: it came to its end, nobody complains, nothing waits, nothing was given up."""
    if beat.failure:
        yield f"the beat failed: {beat.failure}"
    yield from (f"complaint: {text}" for text in beat.complaints)
    if beat.waiting:
        yield f"{beat.waiting} writes are still on their way"


def of_stock(stock: Stock) -> Iterator[str]:
    if stock.sound != "ok":
        yield f"the database is damaged: {stock.sound}"


def of_trackers(dump: Any) -> Iterator[str]:
    """Everything that bears our mark is there once. ``dump``: the sandbox's whole state."""
    for name, count in Counter(_marks(dump)).items():
        if count > 1:
            yield f"{count} times: {name}"


def _marks(dump: Any) -> Iterator[str]:
    for issue in dump["jira"]["issues"].values():
        key = f"NPX-{issue['number']}"
        yield from _one("issue", (issue.get("properties") or {}).get("collab-sync"))
        for comment in issue.get("comments", ()):
            yield from _one(f"comment on {key}", (comment.get("properties") or {}).get("collab-sync"))
    for project in dump["gitlab"]["projects"]:
        for issue in project["issues"].values():
            yield from _one("issue", _hidden(issue.get("description")))
            for note in issue.get("notes", ()):
                yield from _one(f"comment on {project['path']}#{issue['iid']}", _hidden(note["body"]))


def _one(where: str, mark: Any) -> Iterator[str]:
    """A mark that may be there once only; one that was moved on may be there as often as it was."""
    if mark and mark.get("key") and not str(mark["key"]).startswith("moved:"):
        yield f"{where}: {mark['key']}"


def _hidden(text: str | None) -> Any:
    found = MARK.findall(text or "")
    return json.loads(found[-1]) if found else None
