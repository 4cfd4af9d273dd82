"""A page as one HTML file: it shows everything, fetches nothing, and what people typed is only text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connectors.hostile import corpus, positions
from tests.unit.summaries.page_story import STORY
from tests.unit.summaries.page_world import page

from collab_sync.model.document import (
    Bars,
    Block,
    BulletList,
    CheckList,
    Code,
    Curves,
    Document,
    Flow,
    Gantt,
    Heading,
    Mention,
    Paragraph,
    Pie,
    Quiet,
    Radar,
    Reference,
    Strong,
    Struck,
    Table,
    Text,
)
from collab_sync.model.identity import Account
from collab_sync.model.page import Page
from collab_sync.paper.blocks import Easel, html_of, leads
from collab_sync.paper.sheet import sheet
from collab_sync.pictures import svg
from collab_sync.summaries.kinds import KINDS, PageKind

NUMBERS_ONLY = Easel(lambda _chart: "")
TAGS = {"p", "h2", "h3", "h4", "h5", "h6", "ul", "li", "strong", "del", "code", "span", "a", "br"}
TAGS |= {"div", "table", "thead", "tbody", "tr", "th", "td", "figure", "details", "summary"}
CLASSES = {"quiet", "points", "checks", "wide", "number", "short", "long", "who"}
ATTRIBUTES = {("class", name) for name in (*CLASSES, "light red", "light amber", "light green")}
LINK = ("rel", "noopener noreferrer")


@dataclass
class Seen(HTMLParser):
    """What a browser makes of some HTML."""

    html: str
    tags: set[str] = field(default_factory=set)
    attributes: set[tuple[str, str | None]] = field(default_factory=set)
    addresses: list[str] = field(default_factory=list)
    declared: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name == "href"]
        self.attributes |= {pair for pair in attrs if pair[0] != "href"}

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.declared.append(data)

    def handle_pi(self, data: str) -> None:
        self.declared.append(data)

    def unknown_decl(self, data: str) -> None:
        self.declared.append(data)


def unexpected(html: str) -> list[object]:
    """Whatever in ``html`` is not of our own making."""
    seen = Seen(html)
    leading = [one for one in seen.addresses if not re.match(r"(https?://[^/\s]|mailto:)", one)]
    return [*(seen.tags - TAGS), *(seen.attributes - ATTRIBUTES - {LINK}), *leading, *seen.declared]


def html(*blocks: Block) -> str:
    return html_of(Document(blocks), NUMBERS_ONLY)


@pytest.mark.parametrize("group", corpus.GROUPS)
def test_人写的文字在哪里都只是文字(group: str) -> None:
    """No tag, attribute, comment or address comes from what people typed, wherever it stands."""
    found = [
        (text, strange)
        for text in corpus.GROUPS[group]
        for document in positions.documents(text)
        if (strange := unexpected(html_of(document, NUMBERS_ONLY)))
    ]
    assert not found


@pytest.mark.parametrize("group", corpus.GROUPS)
def test_人写的文字原样看得见(group: str) -> None:
    for text in corpus.GROUPS[group]:
        seen = Seen(html(Paragraph((Text(f"前{text}后"),))))
        assert positions.squeezed(seen.text) == positions.squeezed(f"前{text}后")


@given(st.text(), st.text())
def test_随便什么文字和地址都不会成为标签(text: str, url: str) -> None:
    inlines = (Text(text), Strong(text), Struck(text), Code(text), Mention(text, Account("c", text, text)))
    links = (Reference(text, url), Reference(text, f"https://{url}"), Reference(text, f"javascript:{url}"))
    table = Table((text, url), ((inlines, links),))
    assert not unexpected(html(Heading(2, inlines), Paragraph(links), table, Pie(text, ((url, 1),)), Quiet(inlines)))


@given(st.text())
def test_整个文件里页面的名字和地址也只是文字(text: str) -> None:
    """The title stands in the head as well, where even ``</title>`` would do something."""
    made = Page(key="周报", path=f"协同/{text}/x", title=text, notice=Quiet((Text(text),)), document=Document(()))
    seen = Seen(sheet(made, lambda _chart: ""))
    assert seen.tags <= {"html", "head", "meta", "title", "style", "body", "main", "p", "h1", "div", "br"}
    assert not seen.addresses


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_每种页面都是一个不用网络不带脚本的文件(kind: PageKind) -> None:
    name = {"program": ":新品X1上市", "item": ":新品X1协作计划", "org": ""}[kind.about]
    made = page(f"{kind.name}{name}:2025-10-10", STORY, item="NPX-27" if kind.about == "item" else "")
    text = sheet(made, lambda _chart: "")
    seen = Seen(text)
    assert not seen.tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert {name for name, _ in seen.attributes} <= {"class", "rel", "lang", "charset", "name", "content", "http-equiv"}
    assert "url(" not in text
    assert "default-src 'none'" in text
    assert made.title in seen.text
    assert sheet(made, lambda _chart: "") == text


def test_周报的图画在网页里而数字收在图下() -> None:
    made = page("周报:新品X1上市:2025-10-10", STORY)
    text = sheet(made, svg)
    charts = [block for block in made.document.blocks if isinstance(block, Pie | Bars | Curves | Radar | Gantt | Flow)]
    assert len(charts) >= 3
    assert text.count("<figure><svg ") == text.count("<summary>数字</summary>") == len(charts)
    assert "<script" not in text
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_红黄绿灯的格子有颜色而别处的红字没有() -> None:
    text = html(
        Table(("灯", "说明"), (((Text("红"),), (Text("红色预警"),)), ((Strong("绿"),), ()))), Paragraph((Text("黄"),))
    )
    assert '<span class="light red">红</span></td>' in text
    assert '<span class="light green"><strong>绿</strong></span>' in text
    assert text.count("light") == 2


def test_灯前的符号换成不靠字体的圆点_人写的符号照旧() -> None:
    text = html(Table(("灯", "说明"), (((Text("🔴 红"),), (Text("🔴 紧急"),)),)))
    assert '<span class="light red">红</span></td>' in text
    assert "🔴 紧急" in text


def test_数字靠右_短的不折行_长文字有地方() -> None:
    long = "这一格里的说明比十四个字长得多"
    rows = tuple(((Text(str(n)),), (Text(f"2025-10-{n}"),), (Text(long),), (Text("短"),)) for n in (10, 11))
    text = html(Table(("逾期", "截止", "说明", "部门"), rows))
    assert (
        '<th class="number">逾期</th><th class="short">截止</th><th class="long">说明</th><th class="short">部门</th>'
        in text
    )
    assert '<div class="wide"><table>' in text


def test_短了的行补齐_没有列的表不出现() -> None:
    assert html(Table(("甲", "乙"), (((Text("1"),),),))).count("<td") == 2
    assert html(Table((), ())) == ""


def test_各种块都有该有的样子() -> None:
    text = html(
        Heading(1, (Text("一"),)),
        Heading(9, (Text("九"),)),
        BulletList(((Text("点"),),)),
        CheckList(((True, (Text("完"),)), (False, (Text("未"),)))),
        Paragraph((Mention("李明", Account("c", "li", "李明")), Reference("NPX-1", "https://t.example/NPX-1"))),
        Bars("没有图", (("甲", 1.0),)),
    )
    assert "<h2>一</h2>" in text
    assert "<h6>九</h6>" in text
    assert "<li>☑ 完</li><li>☐ 未</li>" in text
    assert '<span class="who">@李明</span>' in text
    assert '<a href="https://t.example/NPX-1" rel="noopener noreferrer">NPX-1</a>' in text
    assert "<strong>没有图</strong>" in text
    assert "<figure>" not in text


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://t.example/a", True),
        ("http://t.example", True),
        ("mailto:a@t.example", True),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT:alert(1)", False),
        ("data:text/html,x", False),
        ("//t.example/a", False),
        ("/a", False),
        ("https:///a", False),
        ("https://t.example/\ta", False),
        ("https://\xa0", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_只有网页和邮件的地址成为链接(url: str, may: bool) -> None:
    assert leads(url) == may
