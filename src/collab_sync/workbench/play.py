"""Plays one example: jumps to the next minute at which something happens or falls due, as the daemon would."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from collab_sync.errors import ConfigurationError
from collab_sync.model.action import LogLine
from collab_sync.model.connection import Offers
from collab_sync.pipeline.runtime import Ruling
from collab_sync.ports.store import Store
from collab_sync.rules.schema.examples import Example, GivenItem, GivenProgram, Happening
from collab_sync.rules.yaml_text import Mark
from collab_sync.workbench.fakes.memory_store import MemoryStore
from collab_sync.workbench.world import MINUTE, World, open_world, whole_minute

MOST_TICKS = 20_000
"""Two weeks of minutes: an example that needs more looks at something every minute, and that is a defect."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What all examples of a run have in common. ``offers``: what each connection has;
    ``new_store``: makes the empty store of one example."""

    ruling: Ruling
    offers: Mapping[str, Offers] = field(default_factory=dict)
    new_store: Callable[[], Store] = MemoryStore

    @property
    def zone(self) -> ZoneInfo:
        return self.ruling.office.calendar.zone


@dataclass(frozen=True, slots=True)
class Played:
    """``lines``: the whole log; ``notes``: what the product refused to write, and why; ``seen``: what a watcher saw;
    ``dues``: by when what was created is due, by creation key."""

    lines: tuple[LogLine, ...]
    notes: tuple[str, ...] = ()
    seen: Mapping[datetime, str] = field(default_factory=dict)
    dues: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Something that people do at ``at``, and where the example says so."""

    at: datetime
    mark: Mark
    what: GivenProgram | GivenItem | Happening

    def happen(self, world: World) -> None:
        """Raises ConfigurationError with its place."""
        try:
            match self.what:
                case GivenProgram() as program:
                    world.make_program(program, self.at)
                case GivenItem() as item:
                    world.make_item(item, self.at)
                case Happening() as happening:
                    world.act(happening, self.at)
        except ConfigurationError as error:
            raise ConfigurationError(error.message, hint=error.hint, place=self.mark.place) from None


@dataclass(frozen=True, slots=True)
class Watcher:
    """Looks at the world at some instants, before the product decides."""

    at: frozenset[datetime] = frozenset()
    look: Callable[[World], str] = lambda _world: ""


def play(example: Example, mark: Mark, stage: Stage, watcher: Watcher | None = None) -> Played:
    """The log of ``example`` up to its end. Raises ConfigurationError, with the place, for what cannot be played."""
    watching = watcher or Watcher()
    events = scheduled(example, mark, stage.zone)
    until = local(example.until, stage.zone)
    now = whole_minute(min([local(example.begins, stage.zone), *(event.at for event in events)]))
    notes: list[str] = []
    seen: dict[datetime, str] = {}
    world = open_world(stage.ruling, stage.new_store(), now, stage.offers)
    for _ in range(MOST_TICKS):
        world.clock.set(now)
        while events and events[0].at <= now:
            events.pop(0).happen(world)
        if now in watching.at:
            world.pull()
            seen[now] = watching.look(world)
        report = world.tick()
        notes += [*(str(refusal) for refusal in report.refusals), *report.errors]
        coming = (*(event.at for event in events[:1]), world.next_look(), *(at for at in watching.at if at > now))
        following = next_minute(now, coming)
        if following is None or following > until:
            lines = world.log()
            return Played(lines, tuple(dict.fromkeys(notes)), seen, world.dues(line.target for line in lines))
        now = following
    raise ConfigurationError(f"例子“{example.name}”走不完:{MOST_TICKS} 次仍有事要看", place=mark.place)


def next_minute(now: datetime, coming: Iterable[datetime | None]) -> datetime | None:
    """The first whole minute after ``now`` at which one of ``coming`` has come; None if nothing comes."""
    instants = [at for at in coming if at is not None]
    return max(whole_minute(min(instants)), now + MINUTE) if instants else None


def scheduled(example: Example, mark: Mark, zone: ZoneInfo) -> list[Scheduled]:
    """Everything that people do, in order. Given items appear when they were created, programmes before them all."""
    begins = local(example.begins, zone)
    given = mark.at("given")
    items = [
        Scheduled(local(item.created, zone) if item.created else begins, given.at("items", n), item)
        for n, item in enumerate(example.given.items)
    ]
    first = min([begins, *(item.at for item in items)])
    programs = [Scheduled(first, given.at("programs", n), one) for n, one in enumerate(example.given.programs)]
    acts = [Scheduled(local(one.at, zone), mark.at("timeline", n), one) for n, one in enumerate(example.timeline)]
    return sorted([*programs, *items, *acts], key=lambda one: one.at)


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """A time of an example as an instant."""
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)
