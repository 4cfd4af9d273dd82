"""A shared resource, and a word about one, as a row."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.model.resource import Resource
from collab_sync.model.work_item import Entry
from collab_sync.summaries.scope import UNREGISTERED, Line, SectionScope, joined


@dataclass(frozen=True, slots=True)
class Stock:
    """A shared resource with what the office wrote about it."""

    resource: Resource
    scope: SectionScope

    @property
    def department(self) -> str:
        found = self.scope.view.organisation.department(self.resource.dept)
        return found.name if found else f"{self.resource.dept}{UNREGISTERED}"

    @property
    def remark(self) -> str:
        """Restriction, times it cannot be had, and how a gap is to be filled."""
        names = [f"{span.start:%m-%d}~{span.end:%m-%d} 不可用 {span.why}".strip() for span in self.resource.blackouts]
        return joined((self.resource.restriction or "", *names, self.resource.supplement or ""), ";")


@dataclass(frozen=True, slots=True)
class Said:
    """An entry on an item, as one row."""

    line: Line
    entry: Entry

    def get(self, key: str) -> str:
        return self.entry.data.get(key, "")

    @property
    def by(self) -> str:
        return self.line.scope.person(self.entry.by)

    @property
    def at(self) -> str:
        return self.line.scope.moment(self.entry.at)


def newest_first(scope: SectionScope, kind: str, lines: tuple[Line, ...]) -> tuple[Said, ...]:
    found = [Said(line, entry) for line in lines for entry in line.facts.entries(kind)]
    return tuple(sorted(found, key=lambda said: said.entry.at, reverse=True))
