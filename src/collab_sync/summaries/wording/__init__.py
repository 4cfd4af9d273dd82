"""How a page speaks to its readers: their language, their dates, their numbers.

Sections are written in Chinese; what they say is looked up here by the Chinese text itself, so that a section reads as
what it says. Only words of ours are looked up, never what people typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from collab_sync.model.page import Locale
from collab_sync.summaries.wording.english import MONTHS, SAID, TERMS


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    locale: Locale = "zh"

    def say(self, text: str, **values: object) -> str:
        """A sentence, heading or column of ours, with ``{places}`` filled. Without a translation it stays as it is."""
        said = SAID.get(text, text) if self.locale == "en" else text
        return said.format(**values) if values else said

    def term(self, word: str) -> str:
        """A word of the model (红, 进行中, 高, 执行 …); any other word stays as it is."""
        return TERMS.get(word, word) if self.locale == "en" else word

    def day(self, day: date | None) -> str:
        """``2025-10-10`` or ``10 Oct 2025``; empty for none."""
        if day is None:
            return ""
        return day.isoformat() if self.locale == "zh" else f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    def short_day(self, day: date) -> str:
        """``10-10`` or ``10 Oct``: where the year is plain."""
        return f"{day:%m-%d}" if self.locale == "zh" else f"{day.day} {MONTHS[day.month - 1]}"

    def number(self, value: float | Decimal) -> str:
        """Thousands grouped, no zeros that say nothing: ``20,000``, ``3.5``."""
        text = f"{Decimal(str(value)):,f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def joined(self, parts: tuple[str, ...] | list[str]) -> str:
        """A list in a sentence: 、 or comma; each part that says something, once."""
        return ("、" if self.locale == "zh" else ", ").join(dict.fromkeys(part for part in parts if part))
