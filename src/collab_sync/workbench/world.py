"""A small office for one example: its rules, trackers and a store in memory, a clock moved by hand.

The real pipeline works in it: pull, decide, commit, write back. collab-sync watches from the first moment, so that
nothing counts as first contact, and the product is fully switched on whatever the roll-out says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta

from collab_sync.carriers.raw import RawItem
from collab_sync.carriers.section import section
from collab_sync.errors import ConfigurationError
from collab_sync.model.action import LogLine
from collab_sync.model.connection import UNTOLD, Offers
from collab_sync.model.identity import Account
from collab_sync.model.mapping import ProjectMapping, TrackerMapping
from collab_sync.model.organisation import Organisation, Rollout
from collab_sync.pipeline.runtime import Ruling, Runtime
from collab_sync.pipeline.tick import TickReport, pull_all, tick
from collab_sync.pipeline.write_log import sorted_lines
from collab_sync.ports.store import ON_THE_WAY, Store
from collab_sync.rules.load import RuleSet
from collab_sync.rules.schema.examples import GivenItem, GivenProgram, Happening
from collab_sync.workbench.acts import OFFICE_OPERATIONS, amended, edited
from collab_sync.workbench.fakes.fake_tracker import FakeTracker
from collab_sync.workbench.fakes.hand_clock import HandClock
from collab_sync.workbench.scenery import Scenery

MINUTE = timedelta(minutes=1)


def fully_on(rules: RuleSet, live: str | None = None) -> RuleSet:
    """The rules as they work when nothing is held back: rolled out everywhere, and the rule ``live`` out of shadow."""
    values = {name: getattr(rules.organisation, name) for name in Organisation.model_fields}
    organisation = Organisation.model_validate({**values, "rollout": Rollout(default="full")})
    awake = tuple(replace(rule, mode="live") if rule.id == live else rule for rule in rules.rules)
    return replace(rules, organisation=organisation, rules=awake)


def plain_mapping(mapping: TrackerMapping) -> TrackerMapping:
    """The projects and what may be written, without how real trackers are read: examples name facts, not sources."""
    projects = tuple(one.model_copy(update={"fields": {}, "status": {}, "types": {}}) for one in mapping.projects)
    return mapping.model_copy(update={"projects": projects})


def example_ruling(rules: RuleSet, live: str | None = None) -> Ruling:
    """The rules in force in an example's world. Costly parts are made once: use one for many examples."""
    return Ruling(fully_on(rules, live), plain_mapping(rules.mapping))


@dataclass(frozen=True)
class Attentive(Runtime):
    """A runtime that pulls only from projects in which something has happened: reading the others brings nothing."""

    changed: frozenset[str] = frozenset()

    def projects(self) -> tuple[ProjectMapping, ...]:
        return tuple(project for project in super().projects() if project.name in self.changed)


@dataclass
class World:
    """One world in time. ``runtime`` is what the pipeline works with; it changes when the office edits its files."""

    runtime: Runtime
    clock: HandClock
    trackers: dict[str, FakeTracker]
    _read: dict[str, int] = field(default_factory=dict)

    @property
    def ruling(self) -> Ruling:
        return self.runtime.ruling

    @property
    def scenery(self) -> Scenery:
        return Scenery(self.ruling.rules.organisation, self.ruling.mapping)

    # --- what people do ----------------------------------------------------------------------------------------
    def make_item(self, given: GivenItem, at: datetime) -> None:
        """Somebody creates an item. Raises ConfigurationError."""
        if self.item(given.key) is not None:
            raise ConfigurationError(f"{given.key} 已经有了", hint="一个编号只能建一次")
        self._put(self.scenery.item(given, at))

    def make_program(self, given: GivenProgram, at: datetime) -> None:
        self._put(self.scenery.program(given, at))

    def act(self, happening: Happening, at: datetime) -> None:
        """Somebody does something at ``at``. Raises ConfigurationError if it cannot be done in this world."""
        if happening.create is not None:
            self.make_item(happening.create, at)
        elif happening.operation in OFFICE_OPERATIONS:
            rules = amended(self.ruling.rules, happening, at)
            self.runtime = replace(self.runtime, ruling=Ruling(rules, self.ruling.mapping))
        else:
            self._put(edited(self._wanted(happening.on or ""), happening, at, self.scenery))

    def item(self, name: str) -> RawItem | None:
        """An item by its key, by our creation key, or by the code of its programme."""
        for tracker in self.trackers.values():
            if (found := tracker.item(name)) is not None:
                return found
        programs = (one for tracker in self.trackers.values() for one in tracker.items() if "类型::项目" in one.labels)
        return next((one for one in programs if _code(one) == name), None)

    # --- what the product does ---------------------------------------------------------------------------------
    def pull(self) -> None:
        """Brings the mirror up to date at the clock's present; decides nothing."""
        pull_all(self._attentive(), self.clock.now())

    def tick(self) -> TickReport:
        """One whole tick at the clock's present."""
        return tick(self._attentive())

    def next_look(self) -> datetime | None:
        """The instant at which something falls due by itself, or a write is tried again."""
        with self.runtime.store.read() as tx:
            due = tx.next_due()
            retries = [row.next_attempt or self.clock.now() for row in tx.outbox(ON_THE_WAY)]
        return min([at for at in (due, *retries) if at is not None], default=None)

    def log(self) -> tuple[LogLine, ...]:
        """Everything written so far, in the order of the log."""
        with self.runtime.store.read() as tx:
            return sorted_lines(tx.log_lines(), self.ruling.mapping)

    def dues(self, names: Iterable[str]) -> dict[str, date]:
        """By when those items are due that are called so and have a date."""
        found = {name: item.native.get("duedate") for name in names if (item := self.item(name)) is not None}
        return {name: date.fromisoformat(str(values[0])) for name, values in found.items() if values}

    def _wanted(self, name: str) -> RawItem:
        found = self.item(name)
        if found is None:
            raise ConfigurationError(f"这时还没有叫“{name}”的事项", hint="先在 given 或 timeline 里建立它")
        return found

    def _put(self, item: RawItem) -> None:
        self.trackers[item.source.connection].put(item)

    def _attentive(self) -> Attentive:
        here = self.runtime
        newest = {one.name: self.trackers[one.connection].newest(one.name) for one in here.projects()}
        changed = frozenset(name for name, revision in newest.items() if revision > self._read.get(name, 0))
        self._read = newest
        known = {one.name: getattr(here, one.name) for one in fields(Runtime)}
        return Attentive(**known, changed=changed)


def open_world(ruling: Ruling, store: Store, begins: datetime, offers: Mapping[str, Offers] = UNTOLD) -> World:
    """A world at ``begins`` over an empty store, whose trackers are empty and have been read to their end."""
    clock = HandClock(begins)
    names = dict.fromkeys(project.connection for project in ruling.mapping.projects)
    trackers = {name: FakeTracker(name, clock, _our_account(ruling, name)) for name in names}
    world = World(Runtime(store, trackers, ruling, clock, offers), clock, trackers)
    pull_all(world.runtime, begins)
    return world


def whole_minute(at: datetime) -> datetime:
    """The first whole minute not before ``at``."""
    floor = at.replace(second=0, microsecond=0)
    return floor if floor == at else floor + MINUTE


def _our_account(ruling: Ruling, connection: str) -> Account:
    bots = (person for person in ruling.rules.organisation.people if person.bot)
    told = ((person.account(connection), person.key) for person in bots)
    return next((Account(connection, id_, key) for id_, key in told if id_), Account(connection, "collab-sync"))


def _code(item: RawItem) -> str:
    value = section(item.body).get("代号")
    return value.text if value else ""
