"""How a page speaks to its readers: their language, their dates, their numbers.

Sections are written in Chinese; what they say is looked up here by the Chinese text itself, so that a section reads as
what it says. Only words of ours are looked up, never what people typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from collab_sync.model.page import Locale
from collab_sync.summaries.wording.english import MONTHS, SAID, TERMS

Form: TypeAlias = Literal["%Y-%m-%d %H:%M", "%Y-%m-%d", "%m-%d %H:%M", "%m-%d"]
"""How much of an instant is shown, as Chinese readers see it."""

_MANY = re.compile(r"(\{(\w+)\} (?:working day|task|time))s\b")
"""A number and what it counts, in the English plural."""

LAMPS: Mapping[str, str] = {"红": "🔴", "黄": "🟡", "绿": "🟢"}
"""A light is seen before it is read, and read by whoever cannot tell its colour."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    locale: Locale = "zh"

    def say(self, text: str, /, **values: object) -> str:
        """A sentence, heading, column or word of ours, with ``{places}`` filled. Without a translation it stays as it
        is."""
        if self.locale == "zh":
            return text.format(**values) if values else text
        said = SAID.get(text, self.term(text))
        return _counted(said, values).format(**values) if values else said

    def term(self, word: str) -> str:
        """A word of the model (红, 进行中, 高, 执行 …); any other word stays as it is."""
        return TERMS.get(word, word) if self.locale == "en" else word

    def light(self, word: str) -> str:
        """``🔴 红``: a light in a cell; charts say the plain term. Empty for none."""
        return f"{LAMPS[word]} {self.term(word)}" if word in LAMPS else self.term(word)

    def label(self, label: str) -> str:
        """A label of ours: as it stands on the tracker, in English what it says of its group (``升级::L3``: ``L3``)."""
        return label if self.locale == "zh" else self.term(label.rpartition("::")[2])

    def day(self, day: date | None) -> str:
        """``2025-10-10`` or ``10 Oct 2025``; empty for none."""
        if day is None:
            return ""
        return day.isoformat() if self.locale == "zh" else f"{self.short_day(day)} {day.year}"

    def short_day(self, day: date) -> str:
        """``10-10`` or ``10 Oct``: where the year is plain."""
        return f"{day:%m-%d}" if self.locale == "zh" else f"{day.day} {MONTHS[day.month - 1]}"

    def moment(self, at: datetime, form: Form = "%Y-%m-%d %H:%M") -> str:
        """``2025-10-10 18:00`` or ``10 Oct 2025, 18:00``: as it stands, in no other zone."""
        day = self.day(at.date()) if form.startswith("%Y") else self.short_day(at.date())
        sign = " " if self.locale == "zh" else ", "
        return f"{day}{sign}{at:%H:%M}" if form.endswith("%M") else day

    def number(self, value: float | Decimal) -> str:
        """Thousands grouped, at most two decimals, no zeros that say nothing: ``20,000``, ``3.5``. Finite ones only."""
        text = f"{Decimal(str(value)):,.2f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text

    def typed(self, text: str) -> str:
        """A number that somebody typed as nothing but digits, grouped; anything else as it was typed (``8 万元``)."""
        plain = text.isascii() and text.isdecimal() and not text.startswith("0")
        return self.number(Decimal(text)) if plain else text

    def joined(self, parts: Iterable[str]) -> str:
        """A list in a sentence: 、 or comma; each part that says something, once."""
        return ("、" if self.locale == "zh" else ", ").join(_told(parts))

    def clauses(self, parts: Iterable[str]) -> str:
        """Half-sentences beside each other: each that says something, once."""
        return (";" if self.locale == "zh" else "; ").join(_told(parts))

    def pair(self, name: str, text: str) -> str:
        """``原因:产能不足`` or ``Reason: …``: what it is, in a word of ours, and what is said of it; empty for
        nothing."""
        return f"{self.say(name)}{':' if self.locale == 'zh' else ': '}{text}" if text else ""


def _told(parts: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(part for part in parts if part)


def _counted(said: str, values: Mapping[str, object]) -> str:
    """``said`` with the singular where a number that it counts with is one."""
    return _MANY.sub(lambda found: found[1] if str(values.get(found[2])) == "1" else found[0], said)
