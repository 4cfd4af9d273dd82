"""What we say and how it is translated: every text of ours has an English one, no translation is idle, and numbers and
days mean the same in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.summaries.page_english import OURS
from tests.unit.summaries.page_world import view_of, vocabulary

from collab_sync.summaries.scope import Edition, PageRequest, SectionScope
from collab_sync.summaries.wording import LAMPS, Words
from collab_sync.summaries.wording.english import MONTHS, PARTS, SAID, TERMS

ROOT = Path(__file__).parents[3]
SUMMARIES = ROOT / "src/collab_sync/summaries"
SOURCES = tuple(path for path in sorted(SUMMARIES.rglob("*.py")) if "wording" not in path.parts)
CHINESE, ENGLISH = Words("zh"), Words("en")

SPEAKING = {"say": 0, "heading": 1, "sentence": 1, "bars": 1, "Column": 0, "Sheet": 0, "PageKind": 0, "_told": 1}
"""Functions of ours by the place of the text that readers see."""
READING = frozenset(
    {"field", "said", "newest", "entries", "of", "get", "labels", "labelled", "removeprefix", "startswith", "figure"}
    | {
        "past",
        "number",
        "value",
        "text",
        "items_where",
        "newest_first",
        "_number",
        "Section",
        "ConfigurationError",
        "compile",
    }
)
"""Functions that take names of fields, entries, labels, types, figures or sections; patterns for texts of people; and
what operators are told."""
LABEL = re.compile(r"[\u4e00-\u9fff]+(::[A-Z0-9]*|:)")
DATA = frozenset({"建议", "资源协调", "需修订", "、", "目标说明书", "变更:延期待批", "延期"})
"""Names of data in a place of their own: keys of entries in a tuple, a kind of meeting, a section, labels; a sign."""

OTHER = {"协同/": "where pages begin unless the mapping says otherwise", "＿": "a sign for file names"}


def called(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


class Literals(ast.NodeVisitor):
    """Chinese texts of a file: ``shown`` to readers for sure, ``loose`` unless they name data, ``pieced`` together."""

    def __init__(self) -> None:
        self.shown: set[str] = set()
        self.loose: set[str] = set()
        self.pieced: set[str] = set()

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and OURS.search(node.value):
            self.loose.add(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        fixed = [part.value for part in node.values if isinstance(part, ast.Constant)]
        self.pieced |= {text for text in fixed if isinstance(text, str) and OURS.search(text)}
        for part in node.values:
            if not isinstance(part, ast.Constant):
                self.visit(part)

    def visit_Compare(self, node: ast.Compare) -> None:
        """What is compared is data: the values of a field, never a text."""
        for side in (node.left, *node.comparators):
            if not isinstance(side, ast.Constant | ast.Tuple):
                self.visit(side)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        name = called(node)
        for place, argument in enumerate(node.args):
            if SPEAKING.get(name) == place and isinstance(argument, ast.Constant):
                self.shown |= {str(argument.value)} if OURS.search(str(argument.value)) else set()
            elif not self._names_data(name, argument):
                self.visit(argument)
        for keyword in node.keywords:
            if keyword.arg == "empty" and isinstance(keyword.value, ast.Constant):
                self.shown.add(str(keyword.value.value))
            elif not self._names_data(name, keyword.value):
                self.visit(keyword.value)
        self.visit(node.func)

    def _names_data(self, name: str, argument: ast.AST) -> bool:
        plain = isinstance(argument, ast.Constant | ast.JoinedStr)
        return (plain and name in READING) or (name == "PageKind" and isinstance(argument, ast.Tuple))


def read(path: Path) -> Literals:
    found = Literals()
    found.visit(ast.parse(path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(SUMMARIES).as_posix())
def test_我们说的每句话都有英文(path: Path) -> None:
    """What is shown needs a translation; so does any other Chinese text that is no name of data; and no text is pieced
    together, because another language has another order."""
    found = read(path)
    assert {text for text in found.shown if text not in SAID and text not in TERMS} == set()
    loose = {text for text in found.loose if text not in SAID and text not in TERMS and not LABEL.fullmatch(text)}
    assert loose - DATA - OTHER.keys() == set()
    assert found.pieced - OTHER.keys() == set()


def test_没有用不到的译文() -> None:
    """A sentence is written somewhere in the pages, a word of the model somewhere in the product or its rules."""
    written = set[str]()
    for path in SOURCES:
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        written |= {node.value for node in tree if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert sorted(SAID.keys() - written) == []
    assert sorted(word for word in TERMS if not re.search(rf"(?<![\u4e00-\u9fff]){re.escape(word)}", _product())) == []


def _product() -> str:
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "rules").rglob("*.yaml")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files if "wording" not in path.parts)


def test_同一句话只有一种译法() -> None:
    """Whichever topic says it."""
    twice = [(text, part[text], SAID[text]) for part in PARTS for text in part if part[text] != SAID[text]]
    assert twice == []


@pytest.mark.parametrize(("chinese", "english"), sorted({**TERMS, **SAID}.items()))
def test_译文是英文_空位相同(chinese: str, english: str) -> None:
    assert english.strip()
    assert not OURS.search(english)
    assert sorted(places(chinese)) == sorted(places(english))


def places(text: str) -> Iterator[str]:
    return (name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_漏译看得出来() -> None:
    """A text nobody translated is found by the account above."""
    found = Literals()
    found.visit(ast.parse('heading(scope, "新的一节")\nx = f"共 {n} 项"\nline.field("目标")\ny = ("某个词",)'))
    assert (found.shown, found.pieced, found.loose) == ({"新的一节"}, {"共 ", " 项"}, {"某个词"})


# --- numbers and days ------------------------------------------------------------------------------------------------
GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})*(\.[0-9]?[1-9])?")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20) | st.integers())
@example(Decimal("-0.001"))
@example(Decimal("20000"))
@example(100)
def test_数字按千分位写_至多两位小数_值不变(value: Decimal | int) -> None:
    """Read back it is the number, to a hundredth; there is no minus zero and no zero that says nothing."""
    text = CHINESE.number(value)
    assert text == ENGLISH.number(value)
    assert GROUPED.fullmatch(text)
    assert text != "-0"
    assert abs(Decimal(text.replace(",", "")) - Decimal(value)) <= Decimal("0.005")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_浮点数不带出一串小数(value: float) -> None:
    assert GROUPED.fullmatch(CHINESE.number(value))


@pytest.mark.parametrize(
    ("before", "now", "text"),
    [(30_000, 31_500, "31,500(↑1,500)"), (3, 2.5, "2.5(↓0.5)"), (66.6, 66.6, "66.6"), (66.661, 66.662, "66.66")],
)
def test_变化按看得见的大小说(before: float, now: float, text: str) -> None:
    """What nobody can see in the number is no change."""
    request = PageRequest(key="周报", earlier=(Edition("2025-10-03", {"在办": before}),))
    assert SectionScope(view_of(()), vocabulary(), request).figure("在办", now) == text


@given(st.integers(min_value=0, max_value=10**40))
def test_人打的纯数字也分节(value: int) -> None:
    assert CHINESE.typed(str(value)) == ENGLISH.typed(str(value)) == CHINESE.number(value)


def test_再长的一串数字也不出错() -> None:
    """Somebody may type anything."""
    assert CHINESE.typed("9" * 9000) == ",".join(["999"] * 3000)


@pytest.mark.parametrize("text", ["8 万元", "007", "80,000", "2-3 万", "-5", "1.5", "①", "٣", "８０００", ""])
def test_人打的别的数目照原样(text: str) -> None:
    """What says more than digits keeps its form; so do digits that are not ours."""
    assert ENGLISH.typed(text) == text


@given(st.dates())
@example(date(999, 1, 1))
def test_日期两种写法是同一天(day: date) -> None:
    """Both can be read back; the short form is the beginning of the long one in English, its end in Chinese."""
    number, month, year = ENGLISH.day(day).split(" ")
    assert date(int(year), MONTHS.index(month) + 1, int(number)) == day
    assert ENGLISH.day(day).startswith(ENGLISH.short_day(day))
    assert CHINESE.day(day).endswith(CHINESE.short_day(day))
    assert date.fromisoformat(CHINESE.day(day)) == day


@given(st.datetimes())
def test_时刻_分钟相同_写法随语言(at: datetime) -> None:
    assert CHINESE.moment(at) == f"{CHINESE.day(at.date())} {at:%H:%M}"
    assert ENGLISH.moment(at) == f"{ENGLISH.day(at.date())}, {at:%H:%M}"
    assert ENGLISH.moment(at, "%m-%d %H:%M") == f"{ENGLISH.short_day(at.date())}, {at:%H:%M}"
    assert ENGLISH.moment(at, "%m-%d") == ENGLISH.short_day(at.date())


@pytest.mark.parametrize(("words", "joined", "clauses", "pair"), [
    (CHINESE, "甲、乙", "甲;乙", "延迟原因:甲"),
    (ENGLISH, "甲, 乙", "甲; 乙", "Reason for delay: 甲"),
])  # fmt: skip
def test_列举的标点随语言(words: Words, joined: str, clauses: str, pair: str) -> None:
    """Each part once, nothing for nothing."""
    parts = ("甲", "", "乙", "甲")
    assert (words.joined(parts), words.clauses(parts), words.pair("延迟原因", "甲")) == (joined, clauses, pair)
    assert words.pair("延迟原因", "") == words.joined([]) == words.day(None) == words.light("") == ""


def test_每盏灯有自己的颜色() -> None:
    assert len(set(LAMPS.values())) == len(LAMPS)
    assert CHINESE.light("红") == "🔴 红"
    assert ENGLISH.light("绿") == "🟢 Green"


def test_我们的标签_中文照写_英文只说它的意思() -> None:
    assert CHINESE.label("升级::L3") == "升级::L3"
    assert ENGLISH.label("升级::L3") == "L3"
    assert ENGLISH.label("验收::未通过") == "Not passed"


def test_英文里一个和几个说得对_人写的字不动() -> None:
    words = Words("en")
    assert words.say("逾期 {days} 个工作日", days=1) == "1 working day late"
    assert words.say("逾期 {days} 个工作日", days=6) == "6 working days late"
    said = words.say("自述“{said}”,实已逾期 {days} 个工作日", said="1 working days", days=1)
    assert said == 'reported "1 working days", in fact 1 working day late'
