"""Text on pictures: Chinese is really drawn, what people type is only text, nothing becomes an empty box."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.connectors.hostile.corpus import ENDLESS, GROUPS
from tests.unit.pictures.charts import with_texts

from collab_sync.model import document as doc
from collab_sync.pictures import png, svg
from collab_sync.pictures.letters import OURS, fitted, legible, width, wrapped

DRAWN = {"svg", "g", "path", "use", "defs", "pattern", "rect"}
NO_SUCH = "\U0001f389"
"""A character that neither font has."""


def ink(sign: str) -> bytes:
    """The title's strip of an empty chart named after ``sign``."""
    with Image.open(io.BytesIO(png(doc.Pie(f"甲{sign}", ())).data)) as whole:
        return whole.convert("L").crop((0, 10, 200, 60)).tobytes()


def test_汉字各有其形_不是缺字的方框() -> None:
    from matplotlib.ft2font import FT2Font

    font = FT2Font(OURS)
    shapes = set()
    for sign in "红黄绿灯项目":
        assert font.get_char_index(ord(sign)) != 0
        shapes.add(ink(sign))
    assert len(shapes) == 6
    assert ink("红") == ink("红") != ink("")


def test_人名里的生僻字都有() -> None:
    rare = "龘靐齉𠮷𬭚𫄸㛃䶮镕喆堃淼犇骉祎翀赟"
    assert legible(rare) == rare


def test_国标一二级汉字都有_繁体与他国文字也有() -> None:
    rows = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    common = "".join(pair.decode("gb2312", "ignore") for pair in rows)
    assert len(common) == 6763
    assert all(legible(common[start : start + 300]) == common[start : start + 300] for start in range(0, 6763, 300))
    assert legible("繁體字與日文かな、Ελληνικά、Русский、naïve") == "繁體字與日文かな、Ελληνικά、Русский、naïve"


def test_哪种字体都没有的字写出码位() -> None:
    assert legible(f"发布会{NO_SUCH}") == "发布会[U+1F389]"
    assert ink(NO_SUCH) == ink("[U+1F389]")


def test_阿拉伯文与希伯来文由第二种字体画() -> None:
    assert legible("مرحبا עברית") == "مرحبا עברית"
    assert ink("مرحبا") != ink("עברית")


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("第一行\n第二行\t三", "第一行 第二行 三"),
        ("\u202e反着写\u2066", "反着写"),
        ("零\u200b宽\u200d字\ufe0f", "零宽字"),
        ("\x00\x1b[31m", "[31m"),
        ("\ud800", "\ufffd"),
    ],
)
def test_看不见而起作用的字符去掉(typed: str, seen: str) -> None:
    assert legible(typed) == seen


def test_公式记号只是文字() -> None:
    for text in ("$x_1^2$", "$\\frac{a}{b}$", "$$", "\\", "_^{}", "$\\undefined$", "%"):
        drawn, without = svg(doc.Pie(f"甲{text}", ())), svg(doc.Pie("甲", ()))
        assert drawn.count("<use") - without.count("<use") == len(text)


@pytest.mark.parametrize("group", GROUPS)
def test_人写的文字在每种图里都只是文字(group: str) -> None:
    charts = with_texts(*GROUPS[group])
    png(charts[1])
    for chart in charts:
        tree = ElementTree.fromstring(svg(chart))
        assert {node.tag.rpartition("}")[2] for node in tree.iter()} <= DRAWN


def test_想从标签或注释里出来的文字留在里面() -> None:
    for text in (
        "--><script>alert(1)</script>",
        '" onload="alert(1)',
        "]]><b>",
        "</svg><img src=x>",
        'url(#x) style="x"',
    ):
        for chart in with_texts(text):
            tree = ElementTree.fromstring(svg(chart))
            assert set(tree.attrib) == {"viewBox", "width", "height", "role", "aria-label", "stroke-linejoin"}
            assert (tree.get("aria-label") or "").startswith(text)


def test_很长的一行不多花时间也不出格() -> None:
    for text in ENDLESS:
        for chart in with_texts(text)[:2]:
            assert len(png(chart).data) < 200_000


def test_长标题缩短() -> None:
    long = "向销售与市场提供技术答疑" * 9
    assert fitted(long, 15, 200).endswith("…")
    assert width(fitted(long, 15, 200), 15) <= 200
    assert fitted("短", 15, 200) == "短"


@settings(deadline=None)
@given(st.text(max_size=60), st.floats(20, 900))
def test_缩短的文字不宽于所给的地方(text: str, room: float) -> None:
    short = fitted(text, 15, room)
    assert width(short, 15) <= max(room, width(legible(text)[:1] + "…", 15))
    assert legible(text).startswith(short.removesuffix("…").rstrip())


@settings(deadline=None)
@given(st.text(max_size=80), st.integers(1, 4))
def test_折行不丢字(text: str, most: int) -> None:
    lines = wrapped(text, 13, 120, most)
    assert len(lines) <= most
    if lines and not lines[-1].endswith("…"):
        assert "".join(lines).replace(" ", "") == legible(text).replace(" ", "")


def test_折行不拆外文词_汉字随处可折() -> None:
    assert wrapped("NPX-14 渠道物料设计与第三方物流", 13, 110, 3)[0].startswith("NPX-14 渠道")
    assert wrapped("review the contract", 13, 80, 3) == ["review the", "contract"]
