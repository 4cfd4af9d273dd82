"""A shared resource, and a word about one, as a row."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.model.resource import Blackout, Resource
from collab_sync.model.work_item import Entry
from collab_sync.summaries.scope import Line, SectionScope


@dataclass(frozen=True, slots=True)
class Stock:
    """A shared resource with what the office wrote about it."""

    resource: Resource
    scope: SectionScope

    @property
    def department(self) -> str:
        found = self.scope.view.organisation.department(self.resource.dept)
        return found.name if found else self.scope.unregistered(self.resource.dept)

    @property
    def remark(self) -> str:
        """Restriction, times it cannot be had, and how a gap is to be filled."""
        names = [self._away(span).strip() for span in self.resource.blackouts]
        return self.scope.words.clauses((self.resource.restriction or "", *names, self.resource.supplement or ""))

    def _away(self, span: Blackout) -> str:
        start, end = map(self.scope.words.short_day, (span.start, span.end))
        return self.scope.say("{start}~{end} 不可用 {why}", start=start, end=end, why=span.why)


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
