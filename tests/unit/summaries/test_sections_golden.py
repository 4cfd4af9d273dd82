"""Every section against the text that was accepted, in every place that shows pages: COLLAB_GOLDEN=write renews."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from tests.connectors.jira.test_jira_render import schema
from tests.unit.summaries.page_english import WORLDS, english_page
from tests.unit.summaries.page_sections import adf_of, elsewhere, markdown, section, shown
from tests.unit.summaries.test_pages_golden import key_of

from collab_sync.model.document import Document, Pie
from collab_sync.summaries.kinds import KINDS, SECTIONS, PageKind
from collab_sync_adf import adf

GOLDEN = Path(__file__).parent / "golden" / "sections"
HAN = re.compile("[\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff]")
"""Not full-width signs: in diagrams they stand for those that would be grammar."""


@pytest.mark.parametrize("name", SECTIONS)
def test_每一节在每个地方与审定稿一致(name: str) -> None:
    """A difference means that people will read something else: look at it, then accept it."""
    text, file = str(shown(name)), GOLDEN / f"{name}.txt"
    if os.environ.get("COLLAB_GOLDEN") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_没有多余的审定稿() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(SECTIONS)


def test_每一节都是合格的ADF() -> None:
    """By Atlassian's own schema. Of tables a corner: the schema judges every cell for itself, and takes its time."""
    nodes = [cornered(node) for name in SECTIONS for node in content(adf_of(section(name, "zh"), "zh"))]
    seen = {json.dumps(node): node for node in nodes if node["type"] in ("table", "taskList", "bulletList")}
    assert len(seen) > 20
    document = {"type": "doc", "version": 1, "content": [*seen.values()][:40]}
    assert [error.message for error in schema().iter_errors(document)] == []


def content(node: adf.Node) -> list[Any]:
    found = node.get("content", [])
    assert isinstance(found, list)
    return found


def cornered(node: adf.Node) -> adf.Node:
    """The first two rows of a table and their first two cells; anything else as it is."""
    if node["type"] != "table":
        return node
    rows = [{**row, "content": content(row)[:2]} for row in content(node)[:2]]
    return {**node, "content": rows}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_英文页在哪里都没有汉字(kind: PageKind) -> None:
    """Charts become tables where nothing draws them, and their heads are ours too."""
    asked = {"item": "NPX-27"} if kind.about == "item" else {}
    document = english_page(key_of(kind), WORLDS["rich"], **asked).whole
    places = {"GitLab": markdown(document, "en"), **elsewhere(document, "en")}
    assert {place: found for place, text in places.items() if (found := HAN.findall(text))} == {}


def test_这项检验看得见汉字() -> None:
    """The same page with its charts' heads in Chinese is found out in every place without pictures."""
    document = english_page("周报:X1:2025-10-10", WORLDS["rich"]).whole
    charts = Document(tuple(one for one in document.blocks if isinstance(one, Pie)))
    assert all(HAN.search(text) for text in elsewhere(charts, "zh").values())
