"""The sandbox's view of what we wrote: our own tags, no address but our own, and the text as typed."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from tests.connectors.hostile import corpus, positions

from collab_sync.model.document import Document, Paragraph, Text
from collab_sync.sandbox.browse.adf import render_adf
from collab_sync.sandbox.browse.markdown import render_markdown
from collab_sync_adf import adf
from collab_sync_gitlab.render import render

TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
INERT = TABLES | {"p", "ul", "li", "h3", "h4", "h5", "h6", "strong", "del", "code", "span", "small", "br", "a"}


class Page(HTMLParser):
    """Tags, attributes and texts of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= set(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


OURS = {("rel", "noopener noreferrer"), ("href", positions.URL), ("class", "mention"), ("class", "box")}


@pytest.mark.parametrize("group", corpus.GROUPS)
def test_浏览器里人写的文字也只是文字(group: str) -> None:
    """No tag, no attribute, no address comes from what people typed."""
    found = []
    for text in corpus.GROUPS[group]:
        document = positions.everywhere(f"前{text}后")
        for html in (render_markdown(render(document, positions.CONNECTION)), render_adf(adf.render(document, "here"))):
            page = Page(html)
            found += [(text, page.tags - INERT, page.attributes - OURS)] if page.tags - INERT else []
            found += [(text, page.tags, page.attributes - OURS)] if page.attributes - OURS else []
    assert not found


def test_格子里的换行与带竖线的代码照样显示() -> None:
    """We write them as HTML elements, which GitLab lets through; the same elements typed by people are text."""
    html = render_markdown(render(positions.everywhere("甲\n乙|丙"), "here"))
    assert "<li>甲<br>乙|丙</li>" in html
    assert "<code>甲 乙|丙</code>" in html
    assert "&lt;" not in html
    assert Page(render_markdown(render(positions.everywhere("<br>"), "here"))).tags & {"br"} == set()


@pytest.mark.parametrize("group", corpus.GROUPS)
def test_浏览器里的段落与所写的相同(group: str) -> None:
    """The view reads the escapes that we write."""
    found = []
    for text in corpus.GROUPS[group]:
        document = Document((Paragraph((Text(f"前{text}后"),)),))
        for html in (render_markdown(render(document, "here")), render_adf(adf.render(document, "here"))):
            shown = positions.squeezed(Page(html).text)
            found += [(text, shown)] if shown != positions.squeezed(f"前{text}后") else []
    assert not found
