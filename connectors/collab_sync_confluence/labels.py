"""The labels of our pages, by which people find them and put them together on pages of their own.

Sites keep labels in lower case and refuse blanks and most signs; what they take is letters, digits, ``-`` and ``_``.
"""

from __future__ import annotations

import re
import unicodedata

from collab_sync.model.page import Page

OURS = "协同"
"""On every page of ours."""

_LONGEST = 100
"""Sites take 255 characters; nobody reads so many."""

_SLOT = re.compile(r"\d{4}-[\w-]+")
"""A day, a week, a month: what makes editions differ is no label."""


def labels_of(page: Page) -> tuple[str, ...]:
    """``协同``, the kind and the subject of the page: ``周报:新品X1:2025-10-10`` → ``协同``, ``周报``, ``新品x1``."""
    kind, _, rest = page.key.partition(":")
    name, _, slot = rest.rpartition(":")
    subject = name if _SLOT.fullmatch(slot) else rest
    return tuple(dict.fromkeys(label for label in map(safe, (OURS, kind, subject)) if label))


def safe(text: str) -> str:
    """``text`` as a label: lower case, a dash for whatever a label must not hold; empty if nothing is left."""
    plain = unicodedata.normalize("NFC", "".join(sign for sign in text if _keeps(sign)).lower())
    dashed = re.sub(r"-{2,}", "-", "".join(sign if _fits(sign) else "-" for sign in plain))
    return dashed.strip("-_")[:_LONGEST].strip("-_")


def _keeps(sign: str) -> bool:
    """Signs that are not seen (joiners, controls, halves of pairs) leave no dash behind."""
    return sign in "\t\n\r" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _fits(sign: str) -> bool:
    return sign in "-_" or unicodedata.category(sign)[0] in "LNM"
