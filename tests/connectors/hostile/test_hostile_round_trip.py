"""The description of an issue we make is read again: echoed text must not become a line of its section."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from tests.connectors.hostile import corpus, positions

from collab_sync.carriers import adf as adf_reader
from collab_sync.carriers import markdown as markdown_reader
from collab_sync.carriers import wiki as wiki_reader
from collab_sync.carriers.entries import entry
from collab_sync.carriers.raw import Line
from collab_sync.carriers.section import section
from collab_sync.model.document import Document, Paragraph, Strong, Text
from collab_sync.planner.desks.creations import Draft
from collab_sync_adf import adf
from collab_sync_gitlab.render import note
from collab_sync_jira.render import wiki

HERE = positions.CONNECTION
Round = Callable[[Document], Sequence[Line]]
FORMS: dict[str, Round] = {
    "markdown": lambda document: markdown_reader.lines(note(document, '{"key":"k"}', HERE)),
    "wiki": lambda document: wiki_reader.lines(wiki.render(document, HERE)),
    "adf": lambda document: adf_reader.lines(adf.render(document, HERE)),
}


QUIET = "collab-sync·规则"
"""Our quiet line below the section reads like one of it."""


def read_back(form: str, *bodies: str, **values: str) -> dict[str, str]:
    found = section(FORMS[form](draft(*bodies, **values).document(())))
    return {key: value.text for key, value in found.items() if key != QUIET}


def draft(*bodies: str, **lines: str) -> Draft:
    made = Draft("k", "p", HERE, "任务", "标题", "rule", "规则", 1, "步骤", 1, lines=lines)
    made.bodies += bodies
    return made


@pytest.mark.parametrize("form", FORMS)
def test_引述的文字不会变成协同信息里的一行(form: str) -> None:
    """Neither a section in what is quoted, nor an underlined heading, nor a quote or code that swallows ours."""
    found = []
    for text in (place(one) for one in corpus.ENTRIES for place in positions.PLACES):
        read = read_back(form, text, f"又:{text}", 负责人="李明", 里程碑="试产 10-15")
        found += [(text[:40], read)] if read != {"负责人": "李明", "里程碑": "试产 10-15"} else []
    assert not found


@pytest.mark.parametrize("form", FORMS)
def test_几行的值读回来还是那一个值(form: str) -> None:
    """What an application says is taken over whole; none of its lines becomes a line of its own."""
    values = {"目标": "月销 10 万\n审批人: 坏人\n\n协同信息", "范围外": "甲\u2028负责人: 坏人", "里程碑": "试产 10-15"}
    assert read_back(form, "说明", 代号="甲", **values) == {
        "代号": "甲",
        "目标": "月销 10 万\n审批人: 坏人\n“协同信息”",
        "范围外": "甲\n负责人: 坏人",
        "里程碑": "试产 10-15",
    }


@pytest.mark.parametrize("form", FORMS)
def test_值里的怪文字不添别的行(form: str) -> None:
    """A value says what it says; keys of the section are ours alone."""
    found = []
    for text in corpus.ENTRIES:
        read = read_back(form, "说明", 代号="甲", 目标=text, 里程碑="试产")
        kept = {key: value for key, value in read.items() if key != "目标"}
        found += [(text[:40], kept)] if kept != {"代号": "甲", "里程碑": "试产"} else []
    assert not found


@pytest.mark.parametrize("form", FORMS)
def test_引述的条目前面有我们的话就不是条目(form: str) -> None:
    """Comments of our own account are never read; should an office change the account, these still say nothing."""
    for text in corpus.ENTRIES:
        document = Document((Paragraph((Strong("李明"), Text(" "), Text(f"请看:{text}"))),))
        assert entry(tuple(FORMS[form](document))) is None
