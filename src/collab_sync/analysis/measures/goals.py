"""What a request for a programme promises: goals one can measure, and how many departments it needs at its core."""

from __future__ import annotations

import re
import unicodedata

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.carriers import values

GOAL = "目标"
CORE = "核心部门"

_READ = 4_000
"""So many characters of a goal are looked at."""

_COUNT = r"(?:[0-9]+(?:\.[0-9]+)?|[一二三四五六七八九十两半]+)"
_TIME = re.compile(
    rf"""
      [0-9]{{4}}\s?[-/.年]\s?[0-9]{{1,2}}(?:\s?[-/.月]\s?[0-9]{{1,2}}\s?日?|\s?月份?)?   # 2025-11-11, 2025年11月
    | (?:[0-9]{{4}}\s?年)?\s?(?:Q[1-4]|第?[一二三四1-4]\s?季度)                          # 2025年Q4, 第四季度
    | [0-9]{{4}}\s?年(?:底|末|内|初)?
    | [0-9]{{1,2}}\s?月(?:\s?[0-9]{{1,2}}\s?[日号]|份|底|末|初|中旬|上旬|下旬)?           # 11 月 11 日, 11月底
    | (?<![0-9.])(?:0?[1-9]|1[0-2])[-/](?:0?[1-9]|[12][0-9]|3[01])(?=\s?(?:之?前|以前|起|止|截止|上线|完成|$|[,。;、)]))
    | {_COUNT}\s?(?:个?(?:工作日|自然日|月|季度|星期|小时)|天|日内|周|年)                 # 3个月, 两周
    | (?:首|本|下|当|次|全|半|今|明|上半|下半)(?:个?[月周年]|季度?)(?:底|末|内|初)?         # 首月, 半年
    | (?:年|季度?|月|周)(?:底|末)                                                        # 年底
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MEASURE = re.compile(
    r"""
      (?<![0-9A-Za-z第.])[-+]?[0-9][0-9,]*(?:\.[0-9]+)?\s?(?:[%‰°℃]|[A-Za-z]+|[一-鿿])   # 10 万台, 15%, 5 ms
    | [一二三四五六七八九十百千万亿两半]+(?:余|多)?(?:元|台|份|家|人|次|件|倍|成|套|条|篇|场|名|分|吨|户|款|笔|万|亿)
    """,
    re.VERBOSE,
)
_BARE_COUNT = re.compile(r"([0-9]{1,3})\s*(?:个|家)?(?:核心)?(?:协作)?(?:部门)?")


def goals_measurable(facts: ItemFacts) -> bool:
    """Whether 目标 says how much and by when; without 目标 it does not."""
    return measurable(facts.item.fields.get(GOAL, ""))


def measurable(text: str) -> bool:
    """Whether a text holds at least one number with a unit that is no date, and one date or duration."""
    plain = unicodedata.normalize("NFKC", text[:_READ])
    timed = _TIME.search(plain) is not None
    return timed and _MEASURE.search(_TIME.sub(" ", plain)) is not None


def core_departments(facts: ItemFacts) -> int | None:
    """How many departments 核心部门 lists, each counted once under whatever name; a bare number is taken as it is.
    None if the line is not there or says nothing."""
    text = facts.item.fields.get(CORE, "")
    bare = _BARE_COUNT.fullmatch(unicodedata.normalize("NFKC", text[:_READ]).strip())
    if bare is not None:
        return int(bare[1])
    organisation = facts.around.organisation
    known = ((name, organisation.department(name)) for name in values.names(text))
    return len({department.key if department else name for name, department in known}) or None
