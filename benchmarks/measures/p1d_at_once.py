"""P1d: several projects read at once from a site that takes 50 ms for each page, against requests + orjson in as many
threads, which stores nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from msgspec.structs import replace

from benchmarks.measure import Side, interleaved, ratio
from benchmarks.result import Figure, Measure, Result, Size
from benchmarks.source import jira_issues
from benchmarks.source.late import PROJECT
from collab_sync.clock import SystemClock
from collab_sync.config import ConnectionFile
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.mapping import ProjectMapping, TrackerMapping
from collab_sync.pipeline.runtime import Ruling, Runtime
from collab_sync.pipeline.tick import pull_all
from collab_sync.ports.store import Store
from collab_sync.rules.load import RuleSet, load_rules_folder
from collab_sync.store.sqlite import open_store
from collab_sync_jira import connector

DELAY = "0.05"
AT_ONCE = ConnectionFile.model_fields["at_once"].default
SHARE = 4
"""Projects of one connection: as many as are read of it at once."""


@dataclass(frozen=True, slots=True)
class _Load:
    """``lanes`` projects with ``count`` issues each."""

    lanes: int
    count: int


@contextmanager
def _late() -> Iterator[str]:
    """The address of a running site."""
    command = [sys.executable, "-m", "benchmarks.source.late", DELAY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None, "a pipe"
        assert process.stdout is not None, "a pipe"
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()


def _raw(site: str, load: _Load) -> float:
    """Issues a second; each thread reads one project to its end and decodes everything."""
    import orjson
    import requests

    def project(number: int) -> int:
        read, address, last = 0, f"{site}/n{load.count}/rest/api/3/search/jql", jira_issues.FIRST + number * PROJECT - 1
        with requests.Session() as session:
            while True:
                jql = f'project = "P{number}" AND id > {last} ORDER BY id ASC'
                query = {"jql": jql, "maxResults": "100", "fields": "*all", "expand": "changelog"}
                answer = orjson.loads(session.get(address, params=query, timeout=30).content)
                read += len(answer["issues"])
                if answer["isLast"]:
                    return read
                last = int(answer["issues"][-1]["id"])

    began = perf_counter()
    with ThreadPoolExecutor(load.lanes) as threads:
        read = sum(threads.map(project, range(load.lanes)))
    return read / (perf_counter() - began)


def _first(site: str, load: _Load, rules: RuleSet) -> float:
    """Issues a second into an empty mirror."""
    with TemporaryDirectory(prefix="collab-bench-") as folder, closing(open_store(f"{folder}/new.sqlite")) as store:
        return _ours(site, load, rules, store)


def _again(site: str, load: _Load, rules: RuleSet, store: Store) -> float:
    """Issues a second into a mirror that has them all; they are listed once more."""
    with store.write() as tx:
        tx.put_shards([replace(shard, cursor=None) for shard in tx.shards().values()])
    return _ours(site, load, rules, store, changed=0)


def _ours(site: str, load: _Load, rules: RuleSet, store: Store, changed: int | None = None) -> float:
    """By the product's own reading: its connections, its lanes, its mirror on disk."""
    with ExitStack() as stack:
        clock, connections = SystemClock(), {}
        for name in {_connection(number) for number in range(load.lanes)}:
            settings = ConnectionSettings(
                name=name, kind="jira", url=f"{site}/n{load.count}", token=Secret("t"), user="u", at_once=AT_ONCE
            )
            connections[name] = stack.enter_context(closing(connector.connect(settings, clock)))
        runtime = Runtime(store, connections, Ruling(rules, _mapping(load.lanes)), clock)
        began = perf_counter()
        reports = pull_all(runtime, clock.now())
        seconds = perf_counter() - began
    wanted = load.count if changed is None else changed
    broken = [one for one in reports if one.error or (one.read, one.changed) != (load.count, wanted)]
    if broken:
        raise RuntimeError(f"not read: {broken[0]}")
    return load.lanes * load.count / seconds


def _connection(number: int) -> str:
    return f"jira-{number // SHARE}"


def _mapping(lanes: int) -> TrackerMapping:
    projects = (ProjectMapping(name=f"P{n}", connection=_connection(n), project=f"P{n}") for n in range(lanes))
    return TrackerMapping(projects=tuple(connector.default_mapping(project) for project in projects))


def _run(size: Size) -> Result:
    bounds = {_Load(4, size.of(2_500, 12_500)): 0.9, _Load(8, size.of(2_500, 12_500)): 0.75}
    rules = load_rules_folder(Path("rules"))
    with ExitStack() as stack:
        site = stack.enter_context(_late())
        folder = stack.enter_context(TemporaryDirectory(prefix="collab-bench-"))
        sides: dict[str, Side] = {}
        for load in bounds:
            store = stack.enter_context(closing(open_store(f"{folder}/{load.lanes}.sqlite")))
            _ours(site, load, rules, store)  # the site makes its pages when they are asked for the first time
            sides[f"first load, {load.lanes} projects"] = partial(_first, site, load, rules)
            sides[f"resync, {load.lanes} projects"] = partial(_again, site, load, rules, store)
            sides[f"requests + orjson, {load.lanes} threads"] = partial(_raw, site, load)
        speeds = interleaved(sides, rounds=size.of(3, 5))
    figures = tuple(
        Figure(
            f"{what}, issues a second with {load.lanes} in flight against the floor",
            ratio(speeds[f"{what}, {load.lanes} projects"], speeds[f"requests + orjson, {load.lanes} threads"]),
            sense="at least",
            passes=bound,
            goal=1.0,
        )
        for what in ("first load", "resync")
        for load, bound in bounds.items()
    )
    counts = [load.count for load in bounds]
    notes = (
        f"{counts[0]} issues of 10 to 11 KB in each project, 100 a page, {DELAY} s a page, mirror on disk; by the wall",
        "resync: everything is listed again and nothing has changed",
    )
    return Result(figures, speeds, " issues/s", notes)


MEASURES = (Measure("P1d", "Several projects at once, 50 ms a page", _run),)
