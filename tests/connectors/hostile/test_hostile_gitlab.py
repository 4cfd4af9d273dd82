"""Whatever people typed, in every place of a comment or a page on GitLab: seen as typed, and doing nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.connectors.hostile import corpus, gitlab_reader, positions

from collab_sync.model import document as doc
from collab_sync.model.document import Document, Paragraph, Quiet, Text
from collab_sync.model.marker import Marker, dumps
from collab_sync.model.page import Page
from collab_sync.model.wording import clean
from collab_sync_gitlab.pages import mermaid
from collab_sync_gitlab.pages.publisher import written
from collab_sync_gitlab.render import hidden, note, render, title

MATRIX = json.loads(
    (Path(__file__).parents[1] / "fixtures/gitlab/real-ce-14.2.3/quick_action_matrix.json").read_text("utf-8")
)
MARK = dumps(Marker(key="真", state={"段": "--> /close"}))
mixed = st.lists(st.sampled_from(corpus.ENTRIES) | st.text(max_size=3), min_size=2, max_size=4).map("".join)


@pytest.mark.parametrize("case", [case for case in MATRIX if "posted" in case], ids=lambda case: case["case"])
def test_快捷命令的判断与实测一致(case: dict[str, str | bool]) -> None:
    """The oracle says what the recorded server did, for every form that was tried."""
    assert bool(gitlab_reader.commands(str(case["posted"]))) == case["executed"]


def faults(document: Document) -> Iterator[str]:
    """All that is wrong with a comment of this document, as short words."""
    body = note(document, MARK, positions.CONNECTION)
    if gitlab_reader.commands(body) or any(line.startswith("/") for line in body.splitlines()):
        yield "runs a command"
    if hidden(body) != MARK or body.rpartition("\n\n")[2] != f"<!-- collab-sync {MARK} -->":
        yield "hides our marker"
    tokens = gitlab_reader.read(render(document, positions.CONNECTION))
    texts = gitlab_reader.passages(tokens)
    called = [name for text in texts for name in gitlab_reader.MENTION.findall(text)]
    meant = str(document).count("id='liming'")
    if called != ["liming"] * meant:
        yield f"calls {called}, not {meant} times liming"
    rest = [gitlab_reader.MENTION.sub(" ", text) for text in texts]
    yield from (f"refers by {sign.pattern}" for sign in gitlab_reader.REFERENCES for text in rest if sign.search(text))
    if positions.squeezed(gitlab_reader.shown(tokens)) != _seen(document):
        yield "shows something else"


def _seen(document: Document) -> str:
    """What people should see; the parser shows the boxes of check lists as text."""
    blocks = [_boxed(block) if isinstance(block, doc.CheckList) else block for block in document.blocks]
    return positions.typed(Document(tuple(blocks)), lambda mention: f"@{mention.account.id}")


def _boxed(block: doc.CheckList) -> doc.CheckList:
    return doc.CheckList(tuple((done, (Text("[x]" if done else "[]"), *items)) for done, items in block.items))


@cache
def shape(text: str) -> list[str]:
    return gitlab_reader.shape(gitlab_reader.read(render(positions.everywhere(text), positions.CONNECTION)))


def wrong(text: str, place: Callable[[str], str]) -> list[str]:
    found = list(faults(positions.everywhere(place(text))))
    return [*found, "is more than text"] if shape(place(text)) != shape(positions.harmless(place(text))) else found


@pytest.mark.parametrize("group", corpus.GROUPS)
def test_人写的文字在每个位置都只是文字(group: str) -> None:
    """No command, no link, nobody called, no mark-up, and all of it is to be seen: in headings, lists, cells, code."""
    found = {
        (text[:40], number): bad
        for text in corpus.GROUPS[group]
        for number, place in enumerate(positions.PLACES)
        if (bad := wrong(text, place))
    }
    assert not found


@given(mixed)
@settings(max_examples=40, deadline=None)
def test_混在一起也只是文字(text: str) -> None:
    """Pieces may mean together what none of them means alone."""
    assert not wrong(text, positions.PLACES[0])


@given(st.lists(st.sampled_from(corpus.ENTRIES) | st.text(max_size=3), min_size=2, max_size=5))
@settings(max_examples=40, deadline=None)
def test_分成几段写也只是文字(pieces: list[str]) -> None:
    """Neighbouring texts, and texts beside a mention, cannot make something together."""
    inlines = [Text(piece) for piece in pieces]
    document = Document((Paragraph((*inlines, positions.LIMING, *reversed(inlines))),))
    assert not list(faults(document))


@pytest.mark.parametrize("group", corpus.GROUPS)
def test_段落里一字不差(group: str) -> None:
    """Blanks too: what a page shows of a paragraph is what was typed, but for what ``clean`` takes away."""
    found = []
    for text in corpus.GROUPS[group]:
        markdown = render(Document((Paragraph((Text(text),)),)), positions.CONNECTION)
        shown = gitlab_reader.shown(gitlab_reader.read(markdown)).replace("\u200b", "").strip("\n")
        found += [text] if shown != clean(text).replace("\u200b", "").strip("\n") else []
    assert not found


@pytest.mark.parametrize("group", corpus.GROUPS)
def test_维基页面里标题与图都不出格(group: str) -> None:
    """A page has the lines of a page with harmless names: no diagram line, fence or heading more."""
    found = [text for text in corpus.GROUPS[group] if page(text) != page(positions.harmless(text))]
    assert not found


def page(text: str) -> tuple[list[str], list[str], bool]:
    """What a page whose names all are ``text`` consists of: its shape, its diagrams with N for names, no commands."""
    blocks = (*positions.charts(text), Paragraph((Text(text),)))
    content = written(
        Page(key="周报", path="协同/周报", title=text, notice=Quiet((Text(text),)), document=Document(blocks)), "here"
    )
    tokens = gitlab_reader.read(content)
    fences = [token.content for token in tokens if token.type == "fence"]
    tidy = [_nameless(fence).replace(mermaid.name(text), "N") for fence in fences]
    return gitlab_reader.shape(tokens), tidy, bool(gitlab_reader.commands(content))


def _nameless(fence: str) -> str:
    """A diagram with N for whatever is quoted, without what depends on the length of names: whether bars lie down."""
    look, named = re.compile(r"^%%\{init: [\w\"#:,{} ]+\}%%$", re.MULTILINE), re.compile(r'"[^"\n]*"')
    return named.sub('"N"', look.sub("look", fence)).replace("xychart-beta horizontal\n", "xychart-beta\n")


def test_图里的名称没有一个带语法() -> None:
    """One line, never empty, without a sign or a first word that Mermaid knows."""
    names = [mermaid.name(text) for text in corpus.ENTRIES]
    assert all(name and len(name) <= 61 and not set(name) & set('\n":;#%`<>[]{}()|,&\\') for name in names)
    bars = doc.Bars("甲", (("乙", float("nan")), ("丙", 1.0)))
    assert mermaid.drawn(bars).count("丙") == 1
    assert date(2025, 9, 1).isoformat() in mermaid.drawn(positions.charts("甲")[2])


def test_标题成一行_不通知人_不会空() -> None:
    """Titles take no Markdown; a name called in them is told."""
    found = []
    for text in (place(entry) for entry in corpus.ENTRIES for place in positions.PLACES):
        made = title(text)
        calls = gitlab_reader.MENTION.search(made) or "\n" in made or not made.strip() or len(made) > 255
        same = positions.squeezed(made) in (positions.squeezed(text), "—") or made.endswith("…")
        found += [text] if calls or not same else []
    assert not found


def test_很长的一行不多花时间() -> None:
    """Each is done at once; a cost that grows with the square would take minutes."""
    for text in corpus.ENDLESS:
        assert len(render(Document((Paragraph((Text(text),)),)), "here")) <= 40 * len(text)
        assert len(title(text)) == 255 or not text.strip()
