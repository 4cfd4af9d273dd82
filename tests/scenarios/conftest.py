"""One telling of the story to the end of September, shared by all tests that only look at what it left behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.scenarios.telling import Telling, tell


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telling]:
    """The story to 09-30, its sandbox still open."""
    with tell(tmp_path_factory.mktemp("story"), "09-30") as telling:
        yield telling
