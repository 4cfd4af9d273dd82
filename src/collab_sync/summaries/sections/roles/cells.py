"""Departments at work and what they stand for."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.model.organisation import Department
from collab_sync.summaries.scope import Line, SectionScope

_SHOWN_DUTIES = 3


@dataclass(frozen=True, slots=True)
class Post:
    """One person in one role for one department."""

    department: str
    role: str
    name: str
    duties: str
    contact: str


def involved(scope: SectionScope) -> tuple[Department, ...]:
    """Departments with an item here or in support of one, the programme's own among them."""
    known = scope.view.organisation
    own = scope.program.department if scope.program else None
    found = {own} | {line.facts.department for line in scope.lines}
    found |= {known.department(name) for line in scope.tasks for name in line.facts.item.related_depts}
    return tuple(department for department in scope.departments if department in found)


def duties_text(scope: SectionScope, lines: tuple[Line, ...]) -> str:
    """What somebody or a department does, the first few named."""
    said = scope.words.joined(line.field("职责描述") or line.title for line in lines[:_SHOWN_DUTIES])
    if len(lines) <= _SHOWN_DUTIES:
        return said
    return scope.say("{duties}等 {count} 项", duties=said, count=len(lines))
