"""Which diagrams a server's own Mermaid draws.

GitLab 14.2 came with Mermaid 8, which knows neither bars nor curves; Mermaid 10.6, which does, came between 16.6 and
16.10; Mermaid 11, with the radar, came with 19.0 (GitLab's release notes and merge requests). Whoever does not know a
diagram shows a syntax error in its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from collab_sync.model.document import Bars, Chart, Curves, Radar

_XYCHART = (16, 10)
_RADAR = (19, 0)
_NUMBERS = re.compile(r"(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Draws:
    """``xychart``: bars and curves; ``radar``. Everything else is drawn by every version we know."""

    xychart: bool = True
    radar: bool = True

    def knows(self, chart: Chart) -> bool:
        match chart:
            case Bars() | Curves():
                return self.xychart
            case Radar():
                return self.radar
        return True


NEWEST = Draws()


def needs_version(chart: object) -> bool:
    """Whether one has to know the server's version to draw it."""
    return isinstance(chart, Bars | Curves | Radar)


def draws(version: str) -> Draws:
    """What a server of this version (``18.3.1-ee``) draws; the least where it says none."""
    found = _NUMBERS.match(version)
    numbers = (int(found[1]), int(found[2])) if found else (0, 0)
    return Draws(xychart=numbers >= _XYCHART, radar=numbers >= _RADAR)
