"""The census: what no pull can see. A sweep over the ids of a project finds what was deleted, moved away or hidden.

A pull tells what has changed, never that something is not there any more. So every project is counted twice a day,
once its pulls are read to their end. What the mirror holds and the census does not list is asked after one by one:
only evidence takes an item out of the mirror, and it says why (``ports.Whereabouts``). Its episodes end in the next
decision, nobody is told; if it is seen again it is simply back.

The other way round, what a census lists and the mirror still does not hold after the next whole pull has slipped
through a reading: then the project is read from the beginning. Unchanged items cost nothing but that.

A project that seems to have lost many items at once more likely lost our permission: then nothing is believed until
the next census says the same. A census that cannot be read to its end says nothing at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from collab_sync.errors import MissingItemError, TrackerError
from collab_sync.model.identity import ItemId
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.work_item import WorkItem
from collab_sync.pipeline.absorb import absorb, lose
from collab_sync.pipeline.census.sweeps import Sweep
from collab_sync.pipeline.runtime import Runtime
from collab_sync.ports import Whereabouts, WorkItemReader
from collab_sync.ports.store import Shard, Transaction

EVERY = timedelta(hours=12)
AGAIN = timedelta(hours=1)
"""After a census that failed, or one that found too much to be believed at once."""
FEW = 20
SHARE = 0.25
"""More missing items than ``FEW`` that are also more than this share of the project are believed the second time."""
LOOKUPS = 200
"""Items asked after in one tick; the rest is found missing again."""

COUNTED = "census:"
"""Under ``census:‹project›`` the journal keeps when a project was last counted, and with what result."""
SUSPECTED = "suspected:"
"""Under ``suspected:‹project›`` what seemed to be missing, as a sentence, until a census denies or confirms it."""
STRANGE = "strange:"
"""Under ``strange:‹project›`` ids, line by line, that a census listed and the mirror did not hold."""
SOUGHT = "sought:"
"""Under ``sought:‹project›`` those for which it was read from the beginning: once is enough."""
TRIED = "census-tried:"
"""Under ``census-tried:‹project›`` the last census that failed, with the reason."""


@dataclass(frozen=True, slots=True)
class CensusReport:
    """What one project's census came to. ``gone``: items taken out of the mirror; ``error``: why it came to no end, or
    why its result is not believed yet."""

    project: str
    gone: int = 0
    error: str = ""


def take_censuses(runtime: Runtime, now: datetime) -> tuple[CensusReport, ...]:
    """Counts the projects that are due, several at once. Tracker errors are recorded and reported, never raised."""
    wanted = _wanted(runtime, now)
    readers = ((project, runtime.reader_of(project)) for project in runtime.projects() if project.name in wanted)
    counts = [_Count(runtime, project, reader, now) for project, reader in readers if reader is not None]
    runtime.read(counts)
    return tuple(count.report for count in counts if count.report is not None)


class _Notes(Protocol):
    """Where it stands what is known of projects and their censuses (a part of ``ports.store.Transaction``)."""

    def shards(self) -> Mapping[str, Shard]: ...

    def noted(self, keys: Iterable[str]) -> Mapping[str, tuple[datetime, str]]: ...


@dataclass(frozen=True, slots=True)
class _ReadAtOnce:
    """The notes of all projects, read together."""

    pulled: Mapping[str, Shard]
    facts: Mapping[str, tuple[datetime, str]]

    def shards(self) -> Mapping[str, Shard]:
        return self.pulled

    def noted(self, keys: Iterable[str]) -> Mapping[str, tuple[datetime, str]]:
        return {key: self.facts[key] for key in keys if key in self.facts}


def _wanted(runtime: Runtime, now: datetime) -> set[str]:
    """Projects in which there is anything to be done."""
    names = [project.name for project in runtime.projects()]
    prefixes = (COUNTED, STRANGE, TRIED, SUSPECTED)
    with runtime.store.read() as tx:
        facts = tx.noted(f"{prefix}{name}" for name in names for prefix in prefixes)
        near = [name for name in names if name in runtime.sweeps or not _far_from_due(facts, name, now)]
        notes = _ReadAtOnce(tx.shards() if near else {}, facts)
    return {
        name
        for name in near
        if name in runtime.sweeps
        or _recorded(notes, f"{COUNTED}{name}") is None
        or _settled_strangers(notes, name)
        or _due(notes, name, now)
    }


def _far_from_due(facts: Mapping[str, tuple[datetime, str]], name: str, now: datetime) -> bool:
    """Whether the notes alone say that a project was counted a short while ago, and nothing was left open then."""
    (counted, _), (_, strange), (_, suspected) = (
        facts.get(f"{prefix}{name}", (None, "")) for prefix in (COUNTED, STRANGE, SUSPECTED)
    )
    return counted is not None and now - counted < (AGAIN if suspected else EVERY) and not strange


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What became of an item, and how it reads at its new place if that is one of ours."""

    found: Whereabouts
    fresh: Sequence[tuple[WorkItem, bytes]] = ()


def enquire(runtime: Runtime, project: ProjectMapping, reader: WorkItemReader, item: WorkItem) -> Enquiry:
    """Asks what became of one item; changes nothing. Raises TrackerError."""
    found = reader.whereabouts(item)
    return Enquiry(found, _at_its_new_place(runtime, project, item, found) if found.state == "moved" else ())


def settle(tx: Transaction, item: WorkItem, enquiry: Enquiry, now: datetime) -> str:
    """Acts on what became of an item; the evidence, empty if it is where it was or in another project of ours."""
    if enquiry.found.state == "here":
        return ""
    absorb(tx, enquiry.fresh, seen_at=now)
    if enquiry.fresh:
        return ""
    lose(tx, [item], enquiry.found.state, enquiry.found.evidence, now)
    return enquiry.found.evidence


def trouble(tx: _Notes, project: str) -> str:
    """Why the last census of a project came to no end, or is not believed yet; empty if it was in order."""
    failed, doubted = _recorded(tx, f"{TRIED}{project}"), _recorded(tx, f"{SUSPECTED}{project}")
    return (failed[1] if failed else "") or (doubted[1] if doubted else "")


def _due(tx: _Notes, project: str, now: datetime) -> bool:
    shard = tx.shards().get(project)
    if shard is None or shard.complete_as_of is None or shard.error:
        return False
    last, failed = _recorded(tx, f"{COUNTED}{project}"), _recorded(tx, f"{TRIED}{project}")
    if last is None or (failed is not None and failed[1] and now - failed[0] < AGAIN):
        return False
    return now - last[0] >= (AGAIN if _suspected(tx, project) else EVERY)


def _begin_to_count(tx: Transaction, project: str, now: datetime) -> None:
    """A first pull has just listed everything there is: the first census is due a period later."""
    shard = tx.shards().get(project)
    if shard is not None and shard.complete_as_of is not None and _recorded(tx, f"{COUNTED}{project}") is None:
        tx.record(f"{COUNTED}{project}", now)


@dataclass(slots=True)
class _Count:
    """The census of one project, as a task (``lanes.task``) whose pages are ids; what is missing is looked up next."""

    runtime: Runtime
    project: ProjectMapping
    reader: WorkItemReader
    now: datetime
    report: CensusReport | None = field(default=None, init=False)
    _begun: bool = field(default=False, init=False)
    _sweep: Sweep = field(init=False)
    _enough: Callable[[], bool] = field(init=False)

    @property
    def connection(self) -> str:
        return self.project.connection

    def begin(self) -> bool:
        name, store, sweeps = self.project.name, self.runtime.store, self.runtime.sweeps
        with store.read() as tx:
            never, strange = _recorded(tx, f"{COUNTED}{name}") is None, _settled_strangers(tx, name)
            due = name in sweeps or _due(tx, name, self.now)
        if strange or never:
            with store.write() as tx:
                _begin_anew_if_missed(tx, name, strange, self.now)
                _begin_to_count(tx, name, self.now)
        if due:
            self._sweep, self._begun = sweeps.take(name, self._new_sweep), True
            self._enough = self.runtime.turn_over()
        return due

    def pages(self) -> Iterator[tuple[ItemId, ...]]:
        return self._sweep.pages

    def take(self, page: tuple[ItemId, ...]) -> bool:
        self._sweep.seen.update(page)
        return self._enough()

    def over(self, *, stopped: bool) -> _LookUp | None:
        """A sweep that was stopped, if it was begun, is still under way."""
        if stopped:
            if self._begun:
                self.runtime.sweeps.put_back(self.project.name, self._sweep)
            return None
        missing, self.report = _conclude(self.runtime, self.project, self._sweep, self.now)
        return _LookUp(self, missing) if missing else None

    def failed(self, error: Exception) -> None:
        """Raises what is no tracker error."""
        if not isinstance(error, TrackerError):
            raise error
        with self.runtime.store.write() as tx:
            tx.record(f"{TRIED}{self.project.name}", self.now, str(error))
        self.report = CensusReport(self.project.name, error=str(error))

    def _new_sweep(self) -> Sweep:
        with self.runtime.store.read() as tx:
            return Sweep(self.reader.census(), frozenset(tx.ids_where(project=self.project.name)))


@dataclass(slots=True)
class _LookUp:
    """What became of the items that a census did not list, as a task whose pages are single items."""

    count: _Count
    items: Sequence[WorkItem]
    _gone: int = field(default=0, init=False)

    @property
    def connection(self) -> str:
        return self.count.connection

    def begin(self) -> bool:
        return True

    def pages(self) -> Iterator[tuple[WorkItem, Enquiry]]:
        count = self.count
        return ((item, enquire(count.runtime, count.project, count.reader, item)) for item in self.items)

    def take(self, page: tuple[WorkItem, Enquiry]) -> bool:
        item, enquiry = page
        if enquiry.found.state != "here":
            with self.count.runtime.store.write() as tx:
                self._gone += bool(settle(tx, item, enquiry, self.count.now))
        return self.count.runtime.ending()

    def over(self, *, stopped: bool) -> None:
        """If it was stopped, the next process counts at once, and finds the rest missing again."""
        name, now = self.count.project.name, self.count.now
        self.count.report = CensusReport(name, gone=self._gone)
        if stopped:
            with self.count.runtime.store.write() as tx:
                tx.record(f"{COUNTED}{name}", now - EVERY)

    def failed(self, error: Exception) -> None:
        self.count.failed(error)


def _conclude(
    runtime: Runtime, project: ProjectMapping, sweep: Sweep, now: datetime
) -> tuple[Sequence[WorkItem], CensusReport]:
    """What is to be looked up, and what the census comes to if that brings nothing."""
    missing = sorted(sweep.known - sweep.seen)
    with runtime.store.write() as tx:
        tx.record(f"{STRANGE}{project.name}", now, "\n".join(sorted(_unknown(tx, project.name, sweep.seen))))
        tx.record(f"{COUNTED}{project.name}", now, f"{len(sweep.seen)}")
        tx.record(f"{TRIED}{project.name}", now, "")
        doubted = len(missing) > max(FEW, SHARE * len(sweep.known)) and not _suspected(tx, project.name)
        doubt = _doubt(project, len(missing), len(sweep.known)) if doubted else ""
        tx.record(f"{SUSPECTED}{project.name}", now, doubt)
    if doubted:
        return (), CensusReport(project.name, error=doubt)
    with runtime.store.read() as tx:
        held = tx.items(missing[:LOOKUPS])
    items = [held[id_].item for id_ in missing[:LOOKUPS] if id_ in held and not held[id_].gone]
    return items, CensusReport(project.name)


def _settled_strangers(tx: _Notes, project: str) -> frozenset[ItemId]:
    """What the last census listed and nobody knew, once a pull that began after it has been read to its end."""
    noted, shard = _recorded(tx, f"{STRANGE}{project}"), tx.shards().get(project)
    if noted is None or shard is None or (shard.complete_as_of or noted[0]) <= noted[0]:
        return frozenset()
    return frozenset(ItemId(line) for line in noted[1].splitlines())


def _begin_anew_if_missed(tx: Transaction, project: str, strange: Set[ItemId], now: datetime) -> None:
    missed = _unknown(tx, project, strange)
    if missed:
        tx.put_shards([msgspec.structs.replace(tx.shards()[project], cursor=None)])
        tx.record(f"{SOUGHT}{project}", now, "\n".join(sorted(missed)))
    if strange:
        tx.record(f"{STRANGE}{project}", now)


def _unknown(tx: Transaction, project: str, listed: Set[ItemId]) -> set[ItemId]:
    """Ids that the mirror does not show, but for originals of moved copies, issues that hold our pages, and what could
    not be read the last time it was sought."""
    sought = _recorded(tx, f"{SOUGHT}{project}")
    absent = set(listed).difference(tx.digests(sorted(listed)), map(ItemId, sought[1].splitlines() if sought else ()))
    known = {id_ for id_, stored in tx.items(absent).items() if stored.item.moved_to or stored.gone == "page"}
    return absent - known


def _doubt(project: ProjectMapping, missing: int, known: int) -> str:
    return (
        f"普查没有见到项目 {project.name} 的 {missing} 个事项(镜像里共 {known} 个)。多半是我们的账号少了权限,"
        "所以暂不作数,也不动它们;请核对账号的浏览权限。若它们确实删了或移走了,下一次普查会认定。"
    )


def _suspected(tx: _Notes, project: str) -> bool:
    found = _recorded(tx, f"{SUSPECTED}{project}")
    return found is not None and found[1] != ""


def _recorded(tx: _Notes, key: str) -> tuple[datetime, str] | None:
    return tx.noted([key]).get(key)


def _at_its_new_place(
    runtime: Runtime, project: ProjectMapping, item: WorkItem, found: Whereabouts
) -> Sequence[tuple[WorkItem, bytes]]:
    """The item as its new project shows it, if that is one of ours; it keeps its id, and with it all we know of it."""
    home = next(
        (
            one
            for one in runtime.projects()
            if one.connection == project.connection and found.key.startswith((f"{one.project}-", f"{one.project}#"))
        ),
        None,
    )
    reader = runtime.reader_of(home) if home else None
    if home is None or reader is None:
        return ()
    try:
        payload = reader.read(item.source)
    except MissingItemError:
        return ()
    fresh = reader.normalize(payload)
    return ((fresh, payload.digest),) if fresh.id == item.id and fresh.source.project == home.name else ()
