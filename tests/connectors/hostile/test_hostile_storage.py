"""Whatever people typed, in every place of a page on Confluence Data Center: well-formed, seen as typed, and no
element, macro, link or mention of its own."""

from __future__ import annotations

from html import escape
from xml.parsers import expat

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.connectors.hostile import corpus, positions

from collab_sync.model import document as doc
from collab_sync.model.document import Document, Paragraph, Text
from collab_sync.model.identity import Account
from collab_sync.model.wording import clean
from collab_sync.pictures import name_of
from collab_sync_confluence.body import storage
from collab_sync_confluence.body.form import Hung, Setting
from collab_sync_confluence.body.storage_form import StorageForm

PLAIN = Setting(positions.CONNECTION)
typed = st.text(max_size=4)
mixed = st.lists(st.sampled_from(corpus.ENTRIES) | typed, min_size=2, max_size=4).map("".join)


class Reader:
    """Elements with their attributes, and the text, as an XML parser tells them."""

    def __init__(self, body: str) -> None:
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.attributes: list[str] = []
        self.text = ""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._data
        parser.Parse(f'<body xmlns:ac="a" xmlns:ri="r">{body}</body>'.encode(), True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements.append((name, tuple(sorted(attributes))))
        self.attributes += attributes.values()
        if name == "ri:user":
            self.text += f"@{attributes['ri:username']}"

    def _data(self, data: str) -> None:
        self.text += data


def shape(elements: list[tuple[str, tuple[str, ...]]]) -> list[tuple[str, tuple[str, ...]]]:
    """What a page is made of, without its line breaks."""
    return [one for one in elements if one[0] != "br"]


def wrong(text: str) -> list[str]:
    document, plain = positions.everywhere(text), positions.everywhere(positions.harmless(text))
    found, harmless = Reader(storage.render(document, PLAIN)), Reader(storage.render(plain, PLAIN))
    shown = positions.typed(document, lambda mention: f"@{mention.account.id}")
    checks = {
        "more than text": shape(found.elements) == shape(harmless.elements),
        "shows something else": positions.squeezed(found.text.replace("☑", "").replace("☐", ""))
        == shown.replace("☑", "").replace("☐", ""),
        "addresses of its own": set(found.attributes) <= set(harmless.attributes),
    }
    return [check for check, holds in checks.items() if not holds]


@pytest.mark.parametrize("group", corpus.GROUPS)
def test_存储格式里人写的文字在每个位置都只是文字(group: str) -> None:
    found = {
        (text[:40], number): bad
        for text in corpus.GROUPS[group]
        for number, place in enumerate(positions.PLACES)
        if (bad := wrong(place(text)))
    }
    assert not found


@given(mixed)
@settings(max_examples=60, deadline=None)
def test_存储格式里混在一起也只是文字(text: str) -> None:
    assert not wrong(text)


@given(mixed)
@example('"><b>')
@example("' ac:x='")
@settings(max_examples=40, deadline=None)
def test_图的说明和提到的账号也出不了引号(text: str) -> None:
    """What stands in attributes."""
    name = name_of(PIE)
    setting = Setting("here", "zh", {name: Hung(name, "", "7", 10, 10, text)})
    account = Account("here", text or "x", "谁")
    body = storage.render(Document((PIE, Paragraph((doc.Mention("谁", account),)))), setting)
    plain = storage.render(Document((PIE, Paragraph((doc.Mention("谁", Account("here", "x", "谁")),)))), setting)
    assert Reader(body).elements == Reader(plain).elements
    assert 'ac:alt="' + escape(clean(text).replace("\n", " ")) + '"' in body


PIE = doc.Pie("灯", (("红", 1),))


@given(mixed)
@settings(max_examples=60, deadline=None)
def test_写出去的读回来说的是同一件事(text: str) -> None:
    """What a body says does not depend on signs that act in XML; two texts that differ say different things."""
    form = StorageForm()
    body = form.write(positions.everywhere(text), PLAIN)
    assert len(form.blocks(body)) == len(positions.everywhere(text).blocks)
    visible = positions.squeezed(text)
    other = form.write(Document((Paragraph((Text(f"{text}<b>"),)),)), PLAIN)
    [[_, *parts, _]] = form.blocks(other)
    assert positions.squeezed("".join(one for one in parts if isinstance(one, str))) == f"{visible}<b>"
