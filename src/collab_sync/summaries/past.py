"""What was before a page, read for it by its planner: the pages that stand, what the rules did."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from collab_sync.model.action import LogLine

_SLOT = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Practice:
    """What the rules did. ``lines``: of the write-back log, oldest first; ``rules``: every rule in force, by id, with
    its title; ``versions``: since when which version of the rules held, oldest first; ``asked_by``: the rule that asks
    for the page, which is used by asking."""

    lines: tuple[LogLine, ...]
    rules: Mapping[str, str]
    versions: tuple[tuple[datetime, str], ...] = ()
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A page of ours that stands on the tracker: the parts of its key; ``url``, empty where it is not known;
    ``written``: the day on which it was last written, ISO; ``group``: what its kind is about;
    ``about``: the id of the item it is named after, empty where that is not known."""

    kind: str
    name: str
    slot: str
    url: str
    written: str
    group: Literal["org", "program", "item"]
    about: str = ""


def parts_of(key: str) -> tuple[str, str, str]:
    """Kind, name and slot of a page's key; a name may hold colons, a slot is a date."""
    kind, _, rest = key.partition(":")
    name, _, slot = rest.rpartition(":")
    return (kind, name, slot) if _SLOT.fullmatch(slot) else (kind, rest, "")
