"""What one subject may ask about the world around it. ``view.MirrorView`` answers; facts depend on this only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from collab_sync.calendar.working_calendar import WorkingCalendar
from collab_sync.model.identity import ItemId
from collab_sync.model.mapping import FacetType
from collab_sync.model.organisation import Organisation
from collab_sync.model.resource import Resource

if TYPE_CHECKING:
    from collab_sync.analysis.item_facts import ItemFacts
    from collab_sync.analysis.subject_facts import ProgramFacts


class Surroundings(Protocol):
    """The mirror, the organisation and the calendar at one instant."""

    @property
    def now(self) -> datetime: ...

    @property
    def organisation(self) -> Organisation: ...

    @property
    def facets(self) -> Mapping[str, FacetType]: ...

    def calendar(self, department: str | None) -> WorkingCalendar: ...

    def item_by_key(self, key: str) -> ItemFacts | None:
        """A present item by key or URL; None when the mirror does not hold it."""
        ...

    def items_by_key(self, keys: Iterable[str]) -> tuple[ItemFacts | None, ...]:
        """The same for several, in the order asked."""
        ...

    def items_where(self, *, type_name: str = "", program: str = "", open_only: bool = False) -> tuple[ItemFacts, ...]:
        """All present items of a type and a programme (empty: of any), in the order of their ids."""
        ...

    def task_id(self, item: ItemId) -> str | None:
        """The number an item was given once and for ever, None where it has none."""
        ...

    def decision_numbers(self, meeting: ItemId) -> Mapping[str, int]:
        """Numbers already given to the decisions of a meeting, by the place of their line."""
        ...

    def program(self, code: str | None) -> ProgramFacts | None: ...

    @property
    def resources(self) -> tuple[Resource, ...]:
        """All shared resources, as the office lists them."""
        ...

    def requests(self, resource: Resource) -> tuple[ItemFacts, ...]:
        """All present requests for a resource, in the order of their ids."""
        ...

    def resource(self, name: str | None) -> Resource | None: ...

    def stale(self, project: str) -> bool:
        """Whether the project's last pull failed or is too old to conclude anything from absence."""
        ...
