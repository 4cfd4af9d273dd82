"""Whatever people typed, in every place of a comment on Jira: seen as typed, and doing nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator  # type: ignore[import-untyped]  # ships no types
from tests.connectors.hostile import corpus, jira_reader, positions

from collab_sync.model import document as doc
from collab_sync.model import wording
from collab_sync.model.document import Document, Paragraph, Text
from collab_sync.model.wording import clean
from collab_sync_adf import adf
from collab_sync_jira.render import wiki

HERE = positions.CONNECTION
SCHEMA = Draft4Validator(
    json.loads((Path(__file__).parents[1] / "fixtures" / "jira" / "adf.schema.json").read_text("utf-8"))
)
typed = st.text(st.characters(codec="utf-8", max_codepoint=0xEFFFF), max_size=3)
"""Without the plane in which ``jira_reader`` keeps signs."""
mixed = st.lists(st.sampled_from(corpus.ENTRIES) | typed, min_size=2, max_size=4).map("".join)
pieces = st.lists(st.sampled_from(corpus.ENTRIES) | typed, min_size=2, max_size=5)


def nodes(tree: object) -> Iterator[dict[str, object]]:
    for child in tree if isinstance(tree, list) else [tree]:
        if isinstance(child, dict):
            yield child
            yield from nodes(child.get("content", []))


def shape(tree: object) -> object:
    """A tree without its texts and line breaks: neighbouring texts with equal marks are one."""
    if isinstance(tree, list):
        shapes = [shape(child) for child in tree if child.get("type") != "hardBreak"]
        return [one for number, one in enumerate(shapes) if not number or one != shapes[number - 1]]
    if not isinstance(tree, dict):
        return tree
    return {key: shape(value) for key, value in tree.items() if key != "text"}


def adf_text(tree: object) -> str:
    found = []
    for node in nodes(tree):
        attributes = node.get("attrs")
        if node["type"] == "mention" and isinstance(attributes, dict):
            found.append(str(attributes["text"]))
        found.append(str(node.get("text", "")))
    return "".join(found)


@cache
def layout(text: str) -> tuple[object, tuple[str, ...]]:
    """What a document is made of where every text is ``text``: as a tree, and as the signs that act in wiki markup."""
    document = positions.everywhere(text)
    return shape(adf.render(document, HERE)), tuple(jira_reader.acting(wiki.render(document, HERE)))


def wrong(text: str) -> list[str]:
    document = positions.everywhere(text)
    tree, markup, plain = adf.render(document, HERE), wiki.render(document, HERE), positions.harmless(text)
    calls = [node["attrs"] for node in nodes(tree) if node["type"] == "mention"]
    meant = str(document).count("id='liming'")
    checks = {
        "ADF is more than text": layout(text)[0] == layout(plain)[0],
        "ADF shows something else": positions.squeezed(adf_text(tree)) == seen(document, "李明"),
        "ADF calls others": calls == [{"id": "liming", "text": "@李明"}] * meant,
        "wiki markup is more than text": layout(text)[1] == layout(plain)[1],
        "wiki markup shows something else": positions.squeezed(jira_reader.shown(markup)) == seen(document, "liming"),
        "wiki markup calls others": jira_reader.mentioned(markup) == ["liming"] * meant,
    }
    return [check for check, holds in checks.items() if not holds]


def seen(document: Document, name: str) -> str:
    return positions.typed(document, lambda _: f"@{name}")


@pytest.mark.parametrize("group", corpus.GROUPS)
def test_人写的文字在每个位置都只是文字(group: str) -> None:
    """No macro, link, image, mark or mention, and all of it is to be seen: in headings, lists, cells, code."""
    found = {
        (text[:40], number): bad
        for text in corpus.GROUPS[group]
        for number, place in enumerate(positions.PLACES)
        if (bad := wrong(place(text)))
    }
    assert not found


@given(mixed)
@settings(max_examples=40, deadline=None)
def test_混在一起也只是文字(text: str) -> None:
    """Pieces may mean together what none of them means alone."""
    assert not wrong(text)


@given(pieces)
@settings(max_examples=60, deadline=None)
def test_分成几段写也只是文字(texts: list[str]) -> None:
    """Neighbouring texts, and texts beside a mention or a mark, cannot make something together."""
    inlines = [Text(text) for text in texts]
    plain = [Text(positions.harmless(text)) for text in texts]
    written = wiki.render(Document((Paragraph((*inlines, positions.LIMING, *inlines)),)), HERE)
    expected = wiki.render(Document((Paragraph((*plain, positions.LIMING, *plain)),)), HERE)
    assert jira_reader.acting(written) == jira_reader.acting(expected)


@pytest.mark.parametrize("group", corpus.GROUPS)
def test_段落里一字不差(group: str) -> None:
    """Blanks too: what is shown of a paragraph is what was typed, but for what ``clean`` takes away."""
    found = []
    for text in corpus.GROUPS[group]:
        document = Document((Paragraph((Text(text),)),))
        parts = [str(node.get("text", "\n")) for node in list(nodes(adf.render(document, HERE)))[2:]]
        in_markup = jira_reader.shown(wiki.render(document, HERE))
        found += [text] if not "".join(parts) == clean(text) == in_markup else []
    assert not found


def test_每一种排法都是合法的_ADF() -> None:
    """By the official schema; one document for each layout that the corpus makes."""
    trees: dict[str, object] = {}
    for text in corpus.ENTRIES:
        for place in positions.PLACES:
            tree = adf.render(positions.everywhere(place(text)), HERE)
            trees.setdefault(json.dumps(shape(tree)), tree)
    assert not [error.message for tree in trees.values() for error in SCHEMA.iter_errors(tree)]
    assert all(node["text"] for tree in trees.values() for node in nodes(tree) if node["type"] == "text")


texts = st.sampled_from(corpus.ENTRIES)
inlines = st.lists(texts.flatmap(lambda text: st.sampled_from((Text(text), *positions.marked(text)))), max_size=3)
rows = st.lists(inlines.map(tuple), max_size=3).map(tuple)
blocks: st.SearchStrategy[doc.Block] = st.one_of(
    st.builds(doc.Heading, st.integers(-1, 9), inlines.map(tuple)),
    st.builds(doc.BulletList, rows),
    st.builds(doc.CheckList, st.lists(st.tuples(st.booleans(), inlines.map(tuple)), max_size=2).map(tuple)),
    st.builds(doc.Table, st.lists(texts, max_size=3).map(tuple), st.lists(rows, max_size=3).map(tuple)),
    texts.flatmap(lambda text: st.sampled_from(positions.charts(text))),
    st.builds(doc.Quiet, inlines.map(tuple)),
)


@given(st.lists(blocks, max_size=3).map(lambda some: Document(tuple(some))))
@settings(max_examples=30, deadline=None)
def test_任何块拼成的文档都是合法的_ADF(document: Document) -> None:
    """Charts, ragged tables, wild levels, empty lists."""
    tree = adf.render(document, HERE)
    assert not [error.message for error in SCHEMA.iter_errors(tree)]
    assert json.loads(json.dumps(tree).encode()) == tree


def test_地址里的怪字符不让链接出格() -> None:
    """An address cannot end its link, begin a macro, or be something else than an address of the web."""
    for text in corpus.ENTRIES:
        link = doc.Reference("甲", f"https://x.example/{text}")
        markup = wiki.render(Document((Paragraph((link,)),)), HERE)
        assert jira_reader.shown(markup) == "甲"
        assert markup == "甲" or len(jira_reader.acting(f"{markup.split('|')[0]}]")) == 2


def test_标题成一行_不会空() -> None:
    """Summaries and titles of remote links are plain text; Jira takes 255 characters."""
    for text in (place(entry) for entry in corpus.ENTRIES for place in positions.PLACES):
        made = wording.title(text, 255)
        assert made
        assert made == clean(made).strip()
        assert "\n" not in made
        assert len(made) <= 255


def test_很长的一行不多花时间也不多占地方() -> None:
    """Each is done at once, and what is sent grows with the text and no more."""
    for text in corpus.ENDLESS:
        document = Document((Paragraph((Text(text),)),))
        assert len(wiki.render(document, HERE)) <= 6 * len(text)
        assert len(json.dumps(adf.render(document, HERE), ensure_ascii=False)) <= 60 * len(text)
