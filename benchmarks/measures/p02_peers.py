"""P2: Perceval and the ``jira`` library read the same issues.

They read and store nothing, so the bounds are for our reading: requests, decoding, digests. What the whole mirror costs
beside them, which also understands the issues, stores and indexes them, is told."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count as numbers
from pathlib import Path

from benchmarks.measure import Sample, Side, cpu, interleaved, ratio
from benchmarks.result import Figure, Measure, Result, Size
from benchmarks.source.site import Site, running
from collab_sync.store.sqlite import open_store

_MICRO = 1e6
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_WITH_COMMENTS = 10
"""Perceval asks for the comments issue by issue: of so many times fewer issues."""


def _perceval_list(site: Site, count: int) -> int:
    """Its search, page by page, and its own way to take a page apart; without the request for comments."""
    from perceval.backends.core.jira import Jira

    backend = Jira(site.url(count), project="NPX", max_results=100)
    pages = backend._init_client().get_issues(_EVER)
    return sum(1 for page in pages for _ in backend.parse_issues(page))


def _perceval(site: Site, count: int) -> int:
    """All that its backend does for an issue."""
    from perceval.backends.core.jira import Jira

    return sum(1 for _ in Jira(site.url(count), project="NPX", max_results=100).fetch())


def _objects(site: Site, count: int) -> int:
    """The objects of the ``jira`` library, page by page."""
    from jira import JIRA

    client = JIRA(server=site.url(count), basic_auth=("u", "t"), get_server_info=False)
    read = 0
    while read < count:
        read += len(client.search_issues("project = NPX", startAt=read, maxResults=100, expand="changelog"))
    return read


def _run(size: Size) -> Result:
    count = size.of(500, 20_000)
    few = count // _WITH_COMMENTS
    with running() as site, tempfile.TemporaryDirectory() as folder:
        names = numbers()

        def whole() -> int:
            store = open_store(Path(folder) / f"{next(names)}.sqlite")
            read = site.mirror("jira", count, store).read
            store.close()
            return read

        sides: dict[str, Side] = {
            "our mirror, stored and indexed": lambda: _cost(whole, count),
            "our reading alone": lambda: _cost(lambda: site.read("jira", count), count),
            "Perceval, list only": lambda: _cost(lambda: _perceval_list(site, count), count),
            "Perceval, with comments": lambda: _cost(lambda: _perceval(site, few), few),
            "objects of jira": lambda: _cost(lambda: _objects(site, count), count),
        }
        for work in sides.values():
            work()  # pages prepared, modules loaded
        costs = interleaved(sides)
    return Result(_figures(costs), costs, "µs per issue")


def _cost(work: Callable[[], int], count: int) -> float:
    def read_all() -> None:
        if (found := work()) != count:
            raise RuntimeError(f"read {found} of {count} issues")

    return cpu(read_all) / count * _MICRO


def _figures(costs: dict[str, Sample]) -> tuple[Figure, ...]:
    bounds = {"Perceval, list only": (2, 2.8), "Perceval, with comments": (10, 18), "objects of jira": (5, 8)}
    mirror, reading = costs["our mirror, stored and indexed"], costs["our reading alone"]
    alike = tuple(
        Figure(f"{peer} against our reading, CPU", ratio(costs[peer], reading), "×", "at least", least, goal)
        for peer, (least, goal) in bounds.items()
    )
    told = tuple(Figure(f"{peer} against our whole mirror, CPU", ratio(costs[peer], mirror)) for peer in bounds)
    return alike + told


MEASURES = (Measure("P2", "Peers that read Jira", _run),)
