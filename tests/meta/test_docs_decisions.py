"""Decisions are numbered, listed, of one shape and short."""

from __future__ import annotations

import re

import pytest
from tests.meta.documents import MarkdownFile, document, documents

DECISIONS = tuple(one for one in documents() if re.fullmatch(r"docs/decisions/\d{4}-.*\.md", one.name))
ONE_PAGE = 60
"""Lines."""


def test_决定从_0001_起连续编号() -> None:
    numbers = [int(one.path.name[:4]) for one in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers


def test_目录列出每个决定_次序一致() -> None:
    listed = list(document("docs/decisions/README.md").links())
    assert listed == [one.path.name for one in DECISIONS]


@pytest.mark.parametrize("one", DECISIONS, ids=lambda one: one.path.name)
def test_每个决定都有状态_背景_决定_后果_且不超过一页(one: MarkdownFile) -> None:
    lines = one.text.splitlines()
    assert lines[0].startswith(f"# {one.path.name[:4]} · ")
    assert re.search(r"^Status: (accepted|superseded by \[\d{4}\])", one.text, re.MULTILINE)
    assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]
    assert len(lines) <= ONE_PAGE


@pytest.mark.parametrize("one", DECISIONS, ids=lambda one: one.path.name)
def test_目录里的标题与决定本身一致(one: MarkdownFile) -> None:
    title = one.text.splitlines()[0].partition(" · ")[2]
    assert f"| {title} |" in document("docs/decisions/README.md").text
