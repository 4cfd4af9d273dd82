"""What must be the same in the end, whatever happened on the way, and what must be true in any case."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from tests.faults.deaths.trackers import Trackers, said

from collab_sync.model.action import LogLine
from collab_sync.ports.store import OutboxState
from collab_sync.store.sqlite import open_store

DESK = "协同值班台"
_NOTHING = "nothing"
EVERY: tuple[OutboxState, ...] = ("pending", "sending", "unknown", "done", "dead")
_MARK = re.compile(r"<!-- collab-sync (\{.*?\}) -->")
_KEY = re.compile(r"(?<=NPX-)1\d\d\b")
"""Numbers that trackers gave to issues of ours."""
_AS_OF = re.compile(r"数据截至 [^<]*?分钟")
Picture = Mapping[str, Any]
"""Everything that people can see, by its name."""


def picture(trackers: Trackers) -> Picture:
    """Issues with their texts, labels, links and comments in order, pages, boards, filters, dashboards. Without ids and
    times; what the trackers numbered goes by its title."""
    short, full = trackers.control("GET", "dump"), trackers.control("GET", "dump?full=1")
    seen: dict[str, Any] = {f"jira {name}": _sorted(issue) for name, issue in short["jira"].items()}
    seen |= {f"gitlab {name}": _sorted(issue) for name, issue in short["gitlab"]["issues"].items()}
    seen |= {f"page {name}": content for name, content in short["gitlab"]["pages"].items()}
    seen |= {f"filter {one['name']}": one["jql"] for one in full["jira"]["filters"].values()}
    seen |= {f"dashboard {one['name']}": one.get("description") for one in full["jira"]["dashboards"].values()}
    for project in full["gitlab"]["projects"]:
        seen |= {f"board {project['path']} {board['name']}": True for board in project.get("boards", [])}
    return {name: _timeless(value) for name, value in seen.items()}


def _sorted(issue: Mapping[str, Any]) -> Mapping[str, Any]:
    """What trackers give in no order, and what comes into a digest in the order of arrival."""
    comments = [
        {**said, "body": "\n".join(sorted(said["body"].split("\n")))} if issue["title"] == DESK else said
        for said in issue["comments"]
    ]
    return {**issue, "labels": sorted(issue["labels"]), "links": sorted(issue["links"]), "comments": comments}


def _timeless(value: Any) -> Any:
    if isinstance(value, str):
        return _AS_OF.sub("", _MARK.sub(_without_hash, value))
    if isinstance(value, list):
        return [_timeless(each) for each in value]
    return {key: _timeless(each) for key, each in value.items()} if isinstance(value, dict) else value


def _without_hash(found: re.Match[str]) -> str:
    """The key of a marker; its hash covers addresses of items, which the trackers number."""
    return f"<!-- {json.loads(found[1])['key']} -->"


def differences(calm: Any, found: Any, place: str = "") -> Iterator[str]:
    """A sentence for every leaf that is not as in the undisturbed run."""
    if isinstance(calm, dict) and isinstance(found, dict):
        for name in sorted({*calm, *found}):
            yield from differences(calm.get(name, _NOTHING), found.get(name, _NOTHING), f"{place} / {name}")
    elif isinstance(calm, list) and isinstance(found, list) and len(calm) == len(found):
        for number, (one, other) in enumerate(zip(calm, found, strict=True)):
            yield from differences(one, other, f"{place}[{number}]")
    elif calm != found:
        yield f"{place}: wanted {said(calm)}, found {said(found)}"


def twice(trackers: Trackers) -> Iterator[str]:
    """Markers that are there more than once in one place, and views and pages of one name."""
    full = trackers.control("GET", "dump?full=1")
    found = Counter([*_jira_marks(full["jira"]), *_gitlab_marks(full["gitlab"])])
    yield from (f"{count} times: {name}" for name, count in found.items() if count > 1)


def _jira_marks(site: Any) -> Iterator[str]:
    for issue in site["issues"].values():
        if mark := issue["properties"].get("collab-sync"):
            yield f"jira issue {mark['key']}"
        for comment in issue["comments"]:
            if mark := comment["properties"].get("collab-sync"):
                yield f"jira comment {issue['id']} {mark['key']}"
        yield from (f"jira remote link {issue['id']} {link['target']['url']}" for link in issue["remote_links"])
    links = ([link["source"], link["target"], link["type"]] for link in site["links"].values())
    yield from (f"jira link {said([*sorted(map(str, ends))])}" for ends in links)
    yield from (f"jira filter {one['name']}" for one in site["filters"].values())
    yield from (f"jira dashboard {one['name']}" for one in site["dashboards"].values())


def _gitlab_marks(lab: Any) -> Iterator[str]:
    for project in lab["projects"]:
        place = project["path"]
        for issue in project["issues"].values():
            yield from (f"gitlab issue {key}" for key in _keys(issue["description"]))
            for note in issue["notes"]:
                yield from (f"gitlab note {place}#{issue['iid']} {key}" for key in _keys(note["body"]))
        yield from (f"gitlab board {place} {board['name']}" for board in project.get("boards", []))
        yield from (f"gitlab page {place} {page['slug']}" for page in project["wiki"])
    yield from (f"gitlab link {said(sorted([link['source_id'], link['target_id']]))}" for link in lab["links"])


def _keys(text: str | None) -> Iterator[str]:
    yield from (json.loads(mark)["key"] for mark in _MARK.findall(text or ""))


@dataclass(frozen=True)
class Kept:
    """What a store keeps when a step is over. ``wrong``: what it must never keep then; ``log``: the lines of its log,
    however often each, without times and ids; ``undigested``: entries that wait for a digest."""

    wrong: tuple[str, ...]
    log: Counter[str]
    undigested: int


def kept(file: Path, now: datetime) -> Kept:
    """What is in the store: rows under way or given up, judgements past due, and damage are wrong."""
    with closing(sqlite3.connect(file)) as raw:
        checks = [f"{check}: {raw.execute(f'PRAGMA {check}').fetchall()}" for check in _CHECKS]
    with closing(open_store(file)) as store, store.read() as tx:
        rows = (row for row in tx.outbox(EVERY) if row.state != "done" or row.receipt is None)
        wrong = [
            *(check for check in checks if check not in _SOUND),
            *(f"row {row.planned.key} is {row.state}: {row.last_error}" for row in rows),
            *(f"past due: {subject}" for subject in tx.due(now)),
            *(f"still to be judged: {subject}" for subject in tx.dirty()),
        ]
        log = Counter(_line(line) for line in tx.log_lines())
        return Kept(tuple(wrong), log, len(tx.open_digest(now + timedelta(days=400))))


_CHECKS = ("integrity_check", "foreign_key_check")
_SOUND = ("integrity_check: [('ok',)]", "foreign_key_check: []")


def _line(line: LogLine) -> str:
    whole = msgspec.to_builtins(line)
    return _KEY.sub("#…", said({name: value for name, value in whole.items() if name != "at"}))
