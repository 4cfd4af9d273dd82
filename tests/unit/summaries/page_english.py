"""The story of the pages in a company that writes ASCII only: every text of people is respelt letter by letter, every
word of the model stays. What is still Chinese on an English page was said by us."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta

import msgspec
from tests.unit.summaries.page_story import PROGRAM, STORY
from tests.unit.summaries.page_world import (
    CALENDAR,
    ORGANISATION,
    RESOURCES,
    MemoryMirror,
    at,
    day,
    item,
    said,
    vocabulary,
)

from collab_sync.analysis.view import MirrorView, Office
from collab_sync.calendar.data import CalendarData
from collab_sync.calendar.working_calendar import WorkingCalendar
from collab_sync.model.organisation import Organisation
from collab_sync.model.page import Page
from collab_sync.model.resource import Resource
from collab_sync.model.work_item import Change, WorkItem
from collab_sync.summaries.compose import compose
from collab_sync.summaries.scope import Edition, PageRequest
from collab_sync.summaries.wording.english import TERMS

OURS = re.compile("[\u2e80-\u9fff\uff00-\uffef]")
"""Han, and punctuation as wide as Han."""

_KEPT = frozenset({*TERMS, "资源协调", "复盘会"} - {"协同办公室"})
_SIGNS = str.maketrans("、，；：。（）“”", ',,;:.()""')
_MODEL = frozenset({"type", "status", "kind", "urgency", "importance", "labels", "field", "marker", "category"})
"""Attributes that hold words of the model; keys of mappings are words of the model everywhere."""


def respelt(text: str) -> str:
    """``李明`` as six letters: the same text always alike, two texts never."""
    if text in _KEPT:
        return text
    return OURS.sub(lambda sign: _letters(ord(sign[0])), text.translate(_SIGNS))


def _letters(code: int) -> str:
    return "".join(chr(97 + code // 26**place % 26) for place in range(4))


def in_ascii(value: object, name: str = "") -> object:
    """Texts respelt in whatever holds them."""
    if isinstance(value, str):
        return value if name in _MODEL else respelt(value)
    if isinstance(value, Mapping):
        return {key: in_ascii(one, str(key)) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [in_ascii(one, name) for one in value]
    return value


def _item(one: WorkItem) -> WorkItem:
    return msgspec.convert(in_ascii(msgspec.to_builtins(one)), WorkItem)


RARE: tuple[WorkItem, ...] = (
    item("NPX-60", "看不见标准", dept="rd", unreadable=frozenset({"fields.完成标准"})),
    item("NPX-61", "明年的事", dept="rd", A="陈志远、周倩", R="李明", raw_due=day("12-31") + timedelta(days=400)),
    item("NPX-62", "没有部门", raw_due=day("10-20"), status="待验收", reporter=None),
    item(
        "NPX-63",
        "越权的结论",
        dept="rd",
        R="李明",
        A="陈志远",
        labels=frozenset({"保留至:soon", "风险:已触发", "验收::待验收", "升级::L2"}),
        entries=(
            said("验收结论", "张悦", "10-09 10:00", 结果="通过"),
            said("进度更新", "李明", "10-10 10:00", 状态="需支持"),
            said("预警", "李明", "10-10 11:00", 影响="推迟上市"),
        ),
        changes=(
            Change(field="due", at=at("09-20 10:00"), old="2025-09-24", new="2025-09-30"),
            Change(field="due", at=at("09-25 10:00"), old="2025-09-30", new="2025-10-09"),
        ),
        raw_due=day("10-09"),
    ),
    item("NPX-64", "未登记的资源", "资源申请", dept="mkt", fields={"从": "2025-10-01"}),
    item("NPX-65", "过了保留期", "文档", dept="mkt", labels=frozenset({"保留至:2025-01"})),
    *(
        item(
            f"NPX-{number}",
            "按时做完",
            dept="rd",
            R="李明",
            A="陈志远",
            status="已完成",
            started_at=at("09-18 09:00"),
            done_at=at("10-09 15:00"),
            raw_due=day("10-10"),
        )
        for number in range(70, 77)
    ),
    item("NPX-90", "秘密项目", "项目", program=None, confidential=True, fields={"代号": "S9", "名称": "秘密"}),
)
"""What makes pages say the things they seldom have to say."""

WORLDS: Mapping[str, tuple[WorkItem, ...]] = {
    "rich": tuple(map(_item, (*STORY, *RARE))),
    "bare": (_item(PROGRAM),),
    "empty": (),
}


def english_page(key: str, items: Iterable[WorkItem], **request: object) -> Page:
    """A page in English over such a company; the key in Chinese words is respelt too."""
    kind, _, rest = key.partition(":")
    asked = PageRequest(
        key=f"{kind}:{respelt(rest)}" if rest else kind,
        locale="en",
        **request,  # type: ignore[arg-type]  # fields by name
    )
    office = Office(
        organisation=Organisation.model_validate(in_ascii(ORGANISATION)),
        resources=tuple(Resource.model_validate(in_ascii(one)) for one in RESOURCES),
        calendar=WorkingCalendar(CalendarData.model_validate(CALENDAR)),
        facets={},
    )
    view = MirrorView(MemoryMirror(items), office, at("10-10 18:00"), frozenset())
    return compose(asked, view, vocabulary(), "2025.09.1", prefix="")


EARLIER = (Edition("2025-10-03", {"在办": 3}), Edition("2025-09-26", {"在办": 30_000.0}))


def shown(page: Page) -> str:
    """Everything a reader sees."""
    return f"{page.title}\n{page.path}\n{msgspec.json.encode(page.whole).decode()}"
