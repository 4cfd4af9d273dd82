"""Exchanges with the sandbox are held against the vendors' documents, where these are at hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.contracts.watch import watched


@pytest.fixture(autouse=True)
def contracts_are_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    yield from watched(monkeypatch, strict=True)
