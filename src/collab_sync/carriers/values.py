"""What a value says: people, departments, numbers, dates, windows, items, lines of a decision.

Everything here takes any text and never raises; what cannot be understood is no value. A date without a year means the
one nearest to the text it stands in, from 60 days before to 305 days after.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeAlias

import msgspec

from collab_sync.carriers.pairs import Value, located
from collab_sync.model.identity import Account, PersonMention, TypedName

_READ = 10_000
"""So many characters of a list are looked at: beyond that it is no list that anybody typed."""

_NOBODY = frozenset(
    {"无", "暂无", "没有", "待定", "待补充", "未定", "未知", "tbd", "n/a", "na", "none", "-", "--", "—", "——"}
)
_SEPARATORS = frozenset("、，,;；/|\n\t")
_BRACKETS = str.maketrans("（）", "()")
_SHORT_NAME = re.compile("[\u3400-\u9fff·]{1,5}(?:\\([^()]*\\))?")
_SPACE_BEFORE_BRACKET = re.compile(r"[ \u3000]{1,9}(?=[(（])")

_NUMBER = re.compile(
    r"(?:约|共|[¥$€]|rmb|cny)*\s*(?P<sign>[-+]?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3}){1,5}|[0-9]{1,18})(?P<part>\.[0-9]{1,9})?"
    r"(?![0-9.,]*[0-9])\s*(?P<unit>[万亿千百]*)(?!\s*[-~至到][ 0-9])",
    re.IGNORECASE,
)
_UNITS = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}

_REFERENCE = re.compile(
    r"(?P<url>https?://[^\s、，,;；<>\"'|）)】\]]+)"
    r"|(?P<path>(?<![\w./-])(?:[A-Za-z0-9_][\w.-]{0,99}/){0,9}[A-Za-z0-9_][\w.-]{0,99})?#(?P<iid>[0-9]{1,9})(?![0-9\w])"
    r"|(?<![A-Za-z0-9_/-])(?P<jira>[A-Z][A-Z0-9_]{1,20}-[0-9]{1,9})(?![0-9A-Za-z_-])",
    re.ASCII,
)


Window: TypeAlias = tuple[date, date]
"""First and last day, both included."""

_BEFORE = timedelta(days=60)
_AFTER = timedelta(days=305)
_SHORT = 200
"""So many characters of a date or a number are looked at: none is longer."""

_ISO = len("2026-03-02")
_FULL = r"(?:(?P<y>[0-9]{4})\s?[-/.年]\s?(?P<m>[0-9]{1,2})\s?[-/.月]\s?(?P<d>[0-9]{1,2})\s?日?)"
_MONTH_DAY = r"(?:(?P<m2>[0-9]{1,2})(?:\s?月\s?(?P<d2>[0-9]{1,2})\s?[日号]?|[-/](?P<d3>[0-9]{1,2})))"
_DATE = re.compile(rf"(?:{_FULL}|{_MONTH_DAY})(?![0-9]|[-/.][0-9])")
_LAST_DAY = re.compile(r"(?P<d>[0-9]{1,2})\s?[日号]?(?![0-9]|[-/.月][0-9]?)")
_UNTIL = re.compile(r"\s*(?:\([^()]{1,6}\)\s*)?(?:~|-{1,2}|—{1,2}|–|至|到|～)\s*")


class DecisionLine(msgspec.Struct, frozen=True):
    """``- 事项;责任部门;完成时限``; what is not said is None."""

    text: str
    dept: str | None = None
    due: date | None = None


def people(value: Value, connection: str) -> tuple[PersonMention, ...]:
    """``李明、何平,@王蕾``: mentions become accounts on ``connection``, everything else a name as typed.

    ``李明(销售)`` is one name (full-width brackets become half-width). A space separates only short Chinese names.
    无, 待定 and the like are nobody. Each person once, in order."""
    found: list[PersonMention] = []
    if says_nothing(value.text):
        return ()
    for token, account in _cut(value):
        if account:
            found.append(Account(connection, account, token.removeprefix("@")))
        else:
            found += [TypedName(name) for part in _split(token) for name in _names(part)]
    return tuple(dict.fromkeys(found))


def names(text: str) -> tuple[str, ...]:
    """``市场部、销售部`` (departments and other lists of names); 无, 待定 and the like are nothing. Each once, in
    order."""
    parts = () if says_nothing(text) else (part.strip() for part in _split(text[:_READ]))
    return tuple(dict.fromkeys(part for part in parts if part and not says_nothing(part)))


def says_nothing(text: str) -> bool:
    """``无``, ``待定``, ``-`` and the like: somebody filled in a form and meant no value."""
    return len(text) <= 20 and text.strip(" \u3000。.()（）").casefold() in _NOBODY


def number(text: str) -> Decimal | None:
    """``8万元`` → 80000, ``80,000 元`` → 80000, ``1.5 亿``; None for no number at the beginning and for ranges
    (``2-3 万``)."""
    found = _NUMBER.match(unicodedata.normalize("NFKC", text[:_SHORT]).strip())
    if found is None:
        return None
    amount = Decimal(found["sign"] + found["whole"].replace(",", "") + (found["part"] or ""))
    for unit in found["unit"][:3]:
        amount *= _UNITS[unit]
    return amount


def day(text: str, near: date) -> date | None:
    """The date at the beginning of ``text`` (what follows, ``10-10 下班前``, is ignored), None if there is none."""
    if (
        len(text) == _ISO
        and text[4] == text[7] == "-"
        and text.count("-") == 2
        and text.isascii()
        and text.replace("-", "").isdecimal()
    ):
        return _date(int(text[:4]), int(text[5:7]), int(text[8:]))  # as every tracker writes it
    found = _DATE.match(_plain(text))
    return _day(found, near) if found else None


def window(text: str, near: date) -> Window | None:
    """``9-20~9-23``, ``2025-09-20 至 2025-09-23``, ``9月20日到23日``; one date alone is a window of one day.

    A last day without a year is the first one not before the first day. None if there is none, or it is reversed."""
    plain = _plain(text)
    begin = _DATE.match(plain)
    first = _day(begin, near) if begin else None
    if begin is None or first is None:
        return None
    until = _UNTIL.match(plain, begin.end())
    if until is None:
        return first, first
    last = _last(plain, until.end(), first)
    return (first, last) if last and last >= first else None


def nearest(month: int, day_of_month: int, near: date) -> date | None:
    """The date with this month and day from 60 days before ``near`` to 305 days after; None if there is none
    (a 29 February, a month 13)."""
    return min(_candidates(month, day_of_month, near), key=lambda found: abs(found - near), default=None)


def references(text: str, path: str) -> tuple[str, ...]:
    """The items that ``text`` names, as full keys seen from an item of project ``path``; addresses stay addresses.

    ``#12`` and ``x1-firmware#4`` are completed from a GitLab path (one with a slash); in a Jira project ``#12`` is
    ``‹path›-12``. Each once, in order."""
    found = (_reference(match, path) for match in _REFERENCE.finditer(text[:_READ]))
    return tuple(dict.fromkeys(found))


def decision_lines(items: Sequence[str], near: date) -> tuple[DecisionLine, ...]:
    """The items of a 【决议】 by their three parts; ``near`` is the date of the comment."""
    return tuple(decision_line(item, near) for item in items)


def decision_line(item: str, near: date) -> DecisionLine:
    """One item. With two parts the second is the due date if it is one, else the department; a further semicolon
    belongs to the text."""
    parts = [part.strip() for part in re.split("[;；]", item[:_READ])]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    if len(parts) == 1:
        return DecisionLine(parts[0])
    if len(parts) == 2:
        due = day(parts[1], near)
        return DecisionLine(parts[0], None if due else _said(parts[1]), due)
    return DecisionLine(";".join(parts[:-2]), _said(parts[-2]), day(parts[-1], near))


def _said(text: str) -> str | None:
    return None if not text or says_nothing(text) else text


def _reference(match: re.Match[str], path: str) -> str:
    if match["url"] or match["jira"]:
        return match["url"] or match["jira"]
    named, iid = match["path"] or "", match["iid"]
    if "/" in named:
        return f"{named}#{iid}"
    if "/" not in path:
        return f"{named or path}-{iid}"
    return f"{path.rpartition('/')[0]}/{named}#{iid}" if named else f"{path}#{iid}"


def _cut(value: Value) -> Iterator[tuple[str, str]]:
    """The text in order as (mention, account id) and (text between, empty)."""
    text, position = value.text[:_READ], 0
    for at, token, account in located(text, value.accounts):
        yield text[position:at], ""
        yield token, account
        position = at + len(token)
    yield text[position:], ""


def _split(text: str) -> Iterator[str]:
    """Parts between separators; separators inside brackets do not separate."""
    if _SEPARATORS.isdisjoint(text):
        yield text
        return
    depth, part = 0, ""
    for char in text:
        depth += (char in "(（") - (char in ")）" and depth > 0)
        if char in _SEPARATORS and not depth:
            yield part
            part = ""
        else:
            part += char
    yield part


def _names(part: str) -> Iterator[str]:
    name = _SPACE_BEFORE_BRACKET.sub("", part.translate(_BRACKETS)).strip().lstrip("@").rstrip("。.;").strip()
    words = name.split()
    separate = len(words) > 1 and all(_SHORT_NAME.fullmatch(word.lstrip("@")) for word in words)
    for word in words if separate else [name]:
        if word and not says_nothing(word) and any(char.isalnum() for char in word):
            yield word.lstrip("@")


def _candidates(month: int, day_of_month: int, near: date) -> Iterator[date]:
    for year in (near.year - 1, near.year, near.year + 1):
        found = _date(year, month, day_of_month)
        if found and -_BEFORE <= found - near <= _AFTER:
            yield found


def _last(plain: str, position: int, first: date) -> date | None:
    found = _DATE.match(plain, position)
    if found and found["y"]:
        return _day(found, first)
    if found:
        month, day_of_month = int(found["m2"]), int(found["d2"] or found["d3"])
        this_year = _date(first.year, month, day_of_month)
        return this_year if this_year and this_year >= first else _date(first.year + 1, month, day_of_month)
    alone = _LAST_DAY.match(plain, position)
    return _date(first.year, first.month, int(alone["d"])) if alone else None


def _day(found: re.Match[str], near: date) -> date | None:
    if found["y"]:
        return _date(int(found["y"]), int(found["m"]), int(found["d"]))
    return nearest(int(found["m2"]), int(found["d2"] or found["d3"]), near)


def _date(year: int, month: int, day_of_month: int) -> date | None:
    try:
        return date(year, month, day_of_month)
    except ValueError:
        return None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:_SHORT]).strip()
