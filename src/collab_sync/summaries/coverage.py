"""Which requirement row stands where: read off the tables themselves, so that it cannot say what is not so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collab_sync.summaries.kinds import KINDS, SECTIONS


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A column of a table (``column`` and ``table`` empty: the section as a whole) on a kind of page."""

    page: str
    section: str
    table: str = ""
    column: str = ""


def coverage() -> Mapping[str, tuple[Place, ...]]:
    """Requirement row → every place that serves it, in the order of the pages."""
    found: dict[str, list[Place]] = {}
    for row, place in _places():
        found.setdefault(row, []).append(place)
    return {row: tuple(dict.fromkeys(places)) for row, places in sorted(found.items())}


def _places() -> Iterator[tuple[str, Place]]:
    for kind in KINDS:
        for name in kind.sections:
            section = SECTIONS[name]
            yield from ((row, Place(kind.name, name)) for row in section.serves)
            for sheet in section.sheets:
                yield from ((row, Place(kind.name, name, sheet.title)) for row in sheet.serves)
                for column, rows in sheet.by_column.items():
                    yield from ((row, Place(kind.name, name, sheet.title, column)) for row in rows)
