"""The description that holds a page: a document on Cloud, wiki markup on Data Center.

Charts are pictures. Data Center shows an attachment by its name, as its markup has always done. A Cloud document names
a file by the id of the service that keeps it, which REST does not tell outright: the site leads to it when the
attachment is fetched (``shelf``). Others show pictures so on real sites; **we have not verified it on one**, so under
each picture its numbers stand as a folded table, and a picture that is not there is a table in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from collab_sync.model.document import Block, Chart, Document, Paragraph, Quiet, Strong, Text, as_table
from collab_sync.model.page import Locale, Page
from collab_sync.model.wording import one_line
from collab_sync.pictures import Picture, name_of
from collab_sync_adf import adf
from collab_sync_jira.pages.fit import fitted
from collab_sync_jira.payloads import Json
from collab_sync_jira.render import wiki

LIMIT = 30_000
"""Characters of a page's description. Jira takes 32,767 and does not say how it counts those of a document: sites have
refused texts a little below."""

_WIDEST = 760
"""Pixels of a picture in a description."""
_UNFIT = str.maketrans(dict.fromkeys('|!,="{}[]\\\n\r', " "))

_NUMBERS: Mapping[Locale, str] = {"zh": "数据:{title}", "en": "Numbers: {title}"}
_FOOT: Mapping[Locale, str] = {
    "zh": "这个事项由 collab-sync 维护:描述总是最新一期,手改的描述下次会被盖掉;意见请写在评论里。附图随描述更新。",
    "en": "Kept by collab-sync: the description is always the newest edition, edits of it are overwritten; please "
    "comment below. Pictures come and go with it.",
}


@dataclass(frozen=True, slots=True)
class Hung:
    """A picture that is attached. ``media``: what a Cloud document calls the file, empty on Data Center."""

    picture: Picture
    media: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """How one site writes descriptions. ``connection``: its name among ours."""

    cloud: bool
    connection: str

    def body(self, page: Page, hung: Mapping[str, Hung]) -> Json:
        """The description for ``page``; charts whose pictures (by name) are not in ``hung`` are tables."""
        return self._rendered(self.shown(page, hung), hung, page.locale)

    def shown(self, page: Page, hung: Mapping[str, Hung]) -> Document:
        """What of the page fits."""
        foot = Quiet((Text(_FOOT[page.locale]),))

        def size(block: Block) -> int:
            return _size(self._rendered(Document((block,)), hung, page.locale))

        return Document((*fitted(page.whole.blocks, size, LIMIT - size(foot), page.locale), foot))

    def _rendered(self, document: Document, hung: Mapping[str, Hung], locale: Locale) -> Json:
        if self.cloud:
            return adf.render(document, self.connection, lambda chart: self._nodes(chart, hung, locale))
        return wiki.render(document, self.connection, lambda chart: self._markup(chart, hung, locale))

    def _nodes(self, chart: Chart, hung: Mapping[str, Hung], locale: Locale) -> Iterator[adf.Node]:
        there = hung.get(name_of(chart))
        if there is None:
            yield from self._table(Document((_title(chart), as_table(chart, locale))))
            return
        yield _media(there)
        title = _NUMBERS[locale].format(title=one_line(chart.title))
        yield {
            "type": "expand",
            "attrs": {"title": title},
            "content": list(self._table(Document((as_table(chart, locale),)))),
        }

    def _table(self, document: Document) -> Iterable[adf.Node]:
        content = adf.render(document, self.connection)["content"]
        return content if isinstance(content, list) else ()

    def _markup(self, chart: Chart, hung: Mapping[str, Hung], locale: Locale) -> str:
        there = hung.get(name_of(chart))
        if there is None:
            return wiki.render(Document((_title(chart), as_table(chart, locale))), self.connection)
        text = " ".join(there.picture.text.translate(_UNFIT).split())
        return f"!{there.picture.name}|alt={text},width={min(there.picture.width, _WIDEST)}!"


def charts_of(document: Document) -> Mapping[str, Chart]:
    """The charts of a document by the names of their pictures."""
    return {name_of(block): block for block in document.blocks if isinstance(block, Chart)}


def _title(chart: Chart) -> Paragraph:
    return Paragraph((Strong(chart.title),))


def _media(there: Hung) -> adf.Node:
    picture = there.picture
    media = {
        "type": "media",
        "attrs": {
            "type": "file",
            "id": there.media,
            "collection": "",
            "alt": picture.text,
            "width": picture.width,
            "height": picture.height,
        },
    }
    return {"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [media]}


def _size(body: Json) -> int:
    """Characters of markup with the empty line that follows; of a document its texts and one for each node, for sites
    count a break after each block or cell."""
    match body:
        case str():
            return len(body) + 2
        case {"type": "text", "text": str(text)}:
            return len(text)
        case {"content": list(nodes)}:
            return 1 + sum(map(_size, nodes))
    return 1
