"""What must hold after a storm: everything as in the undisturbed run, or less where time or people went on meanwhile.

- ``same``: for disks, locks, tokens, rights: nothing that people can see differs, and the log says the same.
- ``caught_up``: for outages: every item has the labels, status and links, and every view and page is there, as in the
  undisturbed run; nothing was done more often, so no heap of reminders came with the connection. What was over
  before it could be seen is not spoken of, and a digest may come a day later: those are the promises.
- ``once``: for clocks that were wrong: what was said early or late is not said again, and the items that people made
  have the labels and status of the undisturbed run as soon as the clock is right.
- ``unrepeated``: for a backup that does not know what was written after it: nothing is there twice.

In every case: no marker twice, nothing under way or given up, no judgement past due, no damage.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tests.faults.deaths.course import LAST, Calm, Course, Ending
from tests.faults.deaths.days import STEPS
from tests.faults.deaths.looks import DESK, Kept, Picture, differences, kept, picture, twice
from tests.faults.deaths.office import BOT

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_KEPT = ("title", "status", "labels", "links", "due", "assignee")
_NOT_THE_SLOT = ("digest", "views")
"""Rules that speak of a slot, which may be another one after an outage; what they say is looked at by itself."""


def same(course: Course, calm: Calm, ending: Ending) -> None:
    """Nothing differs."""
    course.judge(calm, ending)


def caught_up(course: Course, calm: Calm, ending: Ending) -> None:
    """Late, but once, and never more than without the outage."""
    end, found = ending.fate.end, picture(course.trackers)
    ending.wrong += differences(dict(essence(calm.pictures[end])), dict(essence(found)))
    ending.wrong += _entries_differ(calm.pictures[end], found)
    there = _in_any_case(course, ending)
    wanted, done = deeds(calm.stores[end].log), deeds(there.log)
    ending.wrong += [f"more often than without: {deed}" for deed in (done - wanted).elements()]


def once(course: Course, calm: Calm, ending: Ending) -> None:
    """Early or late, but once."""
    end, found = ending.fate.end, picture(course.trackers)
    theirs, ours = dict(essence(calm.pictures[end])), dict(essence(found))
    made = {name for name in {*theirs, *ours} if _made_by_us({**calm.pictures[end], **found}[name])}
    ending.wrong += differences(_without(theirs, made), _without(ours, made))
    ending.wrong += _entries_differ(calm.pictures[end], found)
    wanted, there = calm.stores[end].log, _in_any_case(course, ending)
    ending.wrong += [f"{n} times: {line}" for line, n in there.log.items() if n > max(1, wanted[line])]


def unrepeated(course: Course, calm: Calm, ending: Ending) -> None:
    """What stands in the trackers is found again by its marker. A label set meanwhile may stay, and a digest may say
    again what the lost one said: a backup knows neither."""
    del calm
    there = kept(course.file, STEPS[ending.fate.end].at)
    ending.wrong += [*twice(course.trackers), *there.wrong]


def _in_any_case(course: Course, ending: Ending) -> Kept:
    """And no entry of a digest is left behind at the end of the days."""
    there = kept(course.file, STEPS[ending.fate.end].at)
    ending.wrong += [*twice(course.trackers), *there.wrong]
    if there.undigested and ending.fate.end == LAST:
        ending.wrong.append(f"{there.undigested} entries wait for a digest for ever")
    return there


def essence(seen: Picture) -> Iterator[tuple[str, Any]]:
    """Issues without what is written about them, and the names of everything else."""
    for name, thing in seen.items():
        if name.startswith(("jira ", "gitlab ")):
            yield name, {part: _undated(thing[part]) for part in _KEPT}
        else:
            yield name, "there"


def _undated(value: Any) -> Any:
    if isinstance(value, list):
        return [_undated(each) for each in value]
    return _DATE.sub("…", value) if isinstance(value, str) else value


def _made_by_us(thing: Any) -> bool:
    return isinstance(thing, Mapping) and BOT.name in (thing.get("author"), thing.get("reporter"))


def _without(seen: Mapping[str, Any], made: set[str]) -> dict[str, Any]:
    """Links lead to what we made as well."""
    return {
        name: {part: value for part, value in thing.items() if part != "links"} if isinstance(thing, dict) else thing
        for name, thing in seen.items()
        if name not in made
    }


def deeds(log: Counter[str]) -> Counter[str]:
    """What was done, by rule, step, item and kind, whatever day it was and however it was worded."""
    found: Counter[str] = Counter()
    for line, count in log.items():
        deed = json.loads(line)
        if deed["rule"] not in _NOT_THE_SLOT:
            found[_DATE.sub("…", f"{deed['rule']} {deed['step']} {deed['target']} {deed['action']}")] += count
    return found


def _entries_differ(calm: Picture, found: Picture) -> Iterator[str]:
    """Every entry of a digest once in all; in none if its rule spoke directly, or was over, when the digest came."""
    wanted, there = _entries(calm), _entries(found)
    yield from (f"in a digest too often: {entry}" for entry in (there - wanted).elements())


def _entries(seen: Picture) -> Counter[str]:
    desks = [thing for name, thing in seen.items() if name.endswith(DESK)]
    return Counter(
        line for desk in desks for said in desk["comments"] for line in said["body"].split("\n") if line[:2] == "- "
    )
