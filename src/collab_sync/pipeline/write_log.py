"""The write-back log: one line per write, in an order that people and tests can compare."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from collab_sync.analysis.natural import natural
from collab_sync.model.action import LogLine
from collab_sync.model.mapping import TrackerMapping

COLUMNS = ("at", "rule", "step", "target", "action", "detail", "mention", "digest")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def sorted_lines(lines: Iterable[LogLine], mapping: TrackerMapping) -> tuple[LogLine, ...]:
    """By time, then rule in catalogue order, then project in mapping order, then key as people count."""
    place = {project.name: number for number, project in enumerate(mapping.projects)}
    return tuple(
        sorted(
            lines,
            key=lambda line: (line.at, line.order, place.get(line.project, len(place)), natural(line.target),
                              line.action, line.detail),
        )
    )  # fmt: skip


def as_tsv(lines: Iterable[LogLine], zone: ZoneInfo) -> str:
    """The log as a table with tabs; times local, ``MM-DD Www HH:MM``."""
    rows = ["\t".join(COLUMNS), *("\t".join(row(line, zone)) for line in lines)]
    return "\n".join(rows) + "\n"


def row(line: LogLine, zone: ZoneInfo) -> tuple[str, ...]:
    """One line as cells."""
    local = line.at.astimezone(zone)
    at = f"{local:%m-%d} {WEEKDAYS[local.weekday()]} {local:%H:%M}"
    cells = (at, line.rule, line.step, line.target, line.action, line.detail)
    people = (",".join(sorted(line.mention)), ",".join(sorted(line.digest)))
    return tuple(" ".join(cell.split()) for cell in (*cells, *people))
