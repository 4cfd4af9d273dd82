"""Charts as pictures: every kind, empty ones, any at all; their names, sizes and bytes."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from datetime import date
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.unit.pictures.charts import NOTHING, WEEKLY, any_charts, long_gantt

from collab_sync.model import document as doc
from collab_sync.model.document import Chart, GanttTask
from collab_sync.pictures import Picture, name_of, png, svg

LARGEST = 200_000


def pixels(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.data)).convert("RGB")


def colours(picture: Picture) -> set[str]:
    """Those of areas, not of the edges of letters."""
    image = pixels(picture)
    counted = image.getcolors(image.width * image.height)
    assert counted is not None
    return {"#{:02x}{:02x}{:02x}".format(*one) for count, one in counted if count > 40 and isinstance(one, tuple)}


@pytest.mark.parametrize("chart", WEEKLY.values(), ids=list(WEEKLY))
def test_每种图都画得出_尺寸与所说的一致_不超过二百千字节(chart: Chart) -> None:
    picture = png(chart)
    assert pixels(picture).size == (picture.width, picture.height)
    assert picture.width == 900
    assert len(picture.data) < LARGEST
    assert len(colours(picture)) > 3
    assert picture.text.startswith(f"{chart.title}:")
    assert "\n" not in picture.text
    assert len(picture.text) <= 240


@pytest.mark.parametrize("chart", NOTHING, ids=lambda chart: type(chart).__name__)
def test_没有数据的图是一张小图_说暂无数据(chart: Chart) -> None:
    picture = png(chart)
    assert picture.height < 200
    assert picture.text == "空:暂无数据"
    assert 'aria-label="空:暂无数据"' in svg(chart)


def test_英文标题下说英文() -> None:
    assert png(doc.Pie("Lights", ())).text == "Lights:No data"
    assert png(doc.Pie("Lights", ())).data != png(doc.Pie("灯", ())).data


@pytest.mark.parametrize("names", [("红", "黄", "绿"), ("红灯", "黄灯", "绿灯"), ("Red", "Yellow", "Green")])
def test_灯是自己的颜色(names: tuple[str, ...]) -> None:
    counts = tuple((name, 5) for name in names)
    for chart in (doc.Pie("灯", counts), doc.Bars("灯", tuple((name, float(count)) for name, count in counts))):
        assert {"#d64545", "#e3a008", "#2e9e5b"} <= colours(png(chart))


def test_甘特图六十项仍逐项可读_不超过二百千字节() -> None:
    few, many = png(long_gantt(6)), png(long_gantt(60))
    assert many.height - few.height == 54 * 25
    assert len(many.data) < LARGEST


def test_画不下的说有多少没画() -> None:
    ninety, hundred = (png(doc.Bars("评分", (("甲", 1.0),) * count)) for count in (90, 100))
    assert ninety.height == hundred.height
    assert ninety.data != hundred.data


@pytest.mark.parametrize("value", [1.7e308, -1.7e308, 5e-324, float("-inf")])
def test_极大极小的数也画得出(value: float) -> None:
    png(doc.Bars("数", (("甲", value), ("乙", -value), ("丙", 1.0)), "", value))
    png(doc.Curves("数", ("一", "二"), (("甲", (value, -value)), ("乙", (1.0, 2.0))), "", value))
    png(doc.Radar("数", ("一", "二", "三"), (("甲", (value, 1.0, None)),) * 4, value))


def test_最早到最晚的日子也画得出() -> None:
    whole = GanttTask("甲", date.min, date.max)
    png(doc.Gantt("日", (("部", (whole, GanttTask("乙", date.max, date.max, "milestone"))),)))
    png(doc.Gantt("日", (("部", (GanttTask("终在始前", date(2025, 9, 9), date(2025, 9, 1)),)),)))


def test_步步相连的流程也画得完() -> None:
    every = tuple((a, b) for a in range(60) for b in range(a))
    assert png(doc.Flow("流程", tuple(f"第 {place} 步" for place in range(60)), every)).height < 9_000


def test_同一张图两次画出同样的字节() -> None:
    for chart in WEEKLY.values():
        assert png(chart) == png(chart)
        assert svg(chart) == svg(chart)


def test_名称只随内容变() -> None:
    names = {name_of(chart) for chart in WEEKLY.values()}
    assert len(names) == len(WEEKLY)
    assert all(re.fullmatch(r"collab-[0-9a-f]{16}\.png", name) for name in names)
    lights = WEEKLY["灯"]
    assert png(lights).name == name_of(lights) == name_of(msgspec.structs.replace(lights))
    assert name_of(lights) != name_of(msgspec.structs.replace(lights, title="灯"))
    assert name_of(doc.Pie("灯", ())) != name_of(doc.Bars("灯", ()))


def test_不画就不载入绘图库() -> None:
    asked = (
        "import sys; from collab_sync.model.document import Pie; from collab_sync.pictures import name_of, png\n"
        "name_of(Pie('灯', ())); print('matplotlib' in sys.modules, 'PIL' in sys.modules)\n"
        "png(Pie('灯', ())); print('matplotlib' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert answer.stdout.splitlines() == ["False False", "True False"]


def test_进程里的绘图设置不受影响_也不影响图(monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib as mpl

    chart = WEEKLY["曲线"]
    before = png(chart).data
    monkeypatch.setitem(mpl.rcParams, "lines.linewidth", 9.0)
    monkeypatch.setitem(mpl.rcParams, "savefig.facecolor", "black")
    assert png(chart).data == before
    assert mpl.rcParams["lines.linewidth"] == 9.0
    assert mpl.rcParams["svg.hashsalt"] is None


@pytest.mark.parametrize("chart", WEEKLY.values(), ids=list(WEEKLY))
def test_SVG_自成一体_不带脚本_样式与外部引用(chart: Chart) -> None:
    whole = svg(chart)
    tree = ElementTree.fromstring(whole)
    tags = {node.tag.removeprefix("{http://www.w3.org/2000/svg}") for node in tree.iter()}
    assert tags <= {"svg", "g", "path", "use", "defs", "pattern", "rect", "clipPath"}
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=|font", whole)
    own = {node.get("id") for node in tree.iter()} - {None}
    meant = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', whole))
    assert {a or b for a, b in meant} == own


def test_一页上几张_SVG_的编号不相撞() -> None:
    ids = [found for chart in WEEKLY.values() for found in re.findall(r'\bid="([^"]+)"', svg(chart))]
    assert len(ids) == len(set(ids)) > 100


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_charts, st.booleans())
def test_任何图都画得出(chart: Chart, drawn_as_svg: bool) -> None:
    if drawn_as_svg:
        ElementTree.fromstring(svg(chart))
    else:
        picture = png(chart)
        assert pixels(picture).size == (picture.width, picture.height)
        assert len(picture.text) <= 240
