"""What a tick works with: the store, the connections, the rules in force, the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from collab_sync.analysis.view import Office
from collab_sync.calendar.working_calendar import WorkingCalendar
from collab_sync.model.mapping import FacetType, ProjectMapping, TrackerMapping
from collab_sync.pipeline.census.sweeps import Sweeps
from collab_sync.pipeline.editing.survey import PORTION
from collab_sync.pipeline.lanes.aside import Aside, Here
from collab_sync.pipeline.lanes.several import SEVERAL, SHARE, Several
from collab_sync.pipeline.lanes.task import AnyTask, one_by_one
from collab_sync.ports import Clock, Connection, Offers, WorkItemReader, at_once
from collab_sync.ports.store import Store
from collab_sync.rules.filed import FiledRules
from collab_sync.rules.load import RuleSet


@dataclass(frozen=True)
class Ruling:
    """The office's files in force: rules, organisation, calendar, mapping (connector defaults filled in)."""

    rules: RuleSet
    mapping: TrackerMapping

    @cached_property
    def catalogue(self) -> FiledRules:
        """The rules, filed by what they are about."""
        return FiledRules(self.rules.rules)

    @cached_property
    def office(self) -> Office:
        facets: dict[str, FacetType] = {}
        for project in self.mapping.projects:
            facets.update(project.facets)
        return Office(
            organisation=self.rules.organisation,
            resources=self.rules.resources,
            calendar=WorkingCalendar(self.rules.calendar),
            facets=facets,
        )

    @cached_property
    def fingerprints(self) -> Mapping[str, str]:
        """How each project is read, by its name."""
        return {project.name: project.fingerprint() for project in self.mapping.projects}


@dataclass(frozen=True)
class Runtime:
    """Everything one daemon holds. ``connections`` by name; ``offers``: what each has, by its name. ``turn``: how long
    reading one project may keep the others waiting before it goes on in the next tick (None: until it is read).
    ``sweeps``: censuses under way. ``portion``: how many subjects of an edit of the rules one decision looks at.
    ``ending``: whether somebody asked us to stop: no new request is begun then, what was begun is finished, and the
    rest waits in the store."""

    store: Store
    connections: Mapping[str, Connection]
    ruling: Ruling
    clock: Clock
    offers: Mapping[str, Offers] = field(default_factory=dict)
    turn: timedelta | None = None
    sweeps: Sweeps = field(default_factory=Sweeps)
    portion: int = PORTION
    ending: Callable[[], bool] = lambda: False

    def projects(self) -> tuple[ProjectMapping, ...]:
        """The shards, in mapping order."""
        return self.ruling.mapping.projects

    def connection_of(self, project: str) -> Connection | None:
        mapping = self.ruling.mapping.project(project)
        return self.connections.get(mapping.connection) if mapping else None

    def reader_of(self, project: ProjectMapping) -> WorkItemReader | None:
        """Who reads its items; None where its connection is unknown or has only pages."""
        connection = self.connections.get(project.connection)
        return connection.reader(project) if connection else None

    def turn_over(self) -> Callable[[], bool]:
        """Begins a turn now; the answer tells whether it is over, by time or because everything is to end."""
        began = self.clock.now()
        return lambda: self.ending() or (self.turn is not None and self.clock.now() - began >= self.turn)

    def read(self, tasks: Sequence[AnyTask]) -> None:
        """Does these tasks: several at once where the connections allow it, those of the others one after the other
        before them, in this thread."""
        shares = {task.connection: self._share(task.connection) for task in tasks}
        one_by_one([task for task in tasks if shares[task.connection] == 1], self.ending)
        Several(SEVERAL, shares, self.ending).run([task for task in tasks if shares[task.connection] > 1])

    def asking(self, connection: str) -> Here:
        """How single questions are asked between the pages of a task."""
        return Here() if self._share(connection) == 1 else Aside(self.ending)

    def _share(self, connection: str) -> int:
        """How many projects of a connection are read at once; the rest of what it allows is for others."""
        known = self.connections.get(connection)
        return min(SHARE, at_once(known)) if known else 1
