"""One telling of the whole story, with bookmarks, shared by all tests that look at it or go on from within it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.scenarios.telling import Telling, WholeStory, bookmark

from collab_sync.sandbox.house import open_house

PLACES = ("09-23 23:59", "09-26 12:00", "09-26 23:59", "09-30 23:59")
"""Where others go on: an ordinary evening, the beginning of the outage, a Friday evening, the eve of the holidays."""
END = "10-26 23:59"
LONGEST = 600
"""Seconds for a test that is the first to need the story: telling it takes a minute, on a busy machine several."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here may be the one for which the story is told."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(LONGEST))


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeStory]:
    """Told once per session."""
    folder, kept = tmp_path_factory.mktemp("story"), tmp_path_factory.mktemp("bookmarks")
    with open_house() as house:
        places = {place: bookmark(house, folder, place, kept / str(number)) for number, place in enumerate(PLACES)}
        places[END] = bookmark(house, folder, END, kept / "end")
        yield WholeStory(Telling(house.url, folder), places)


@pytest.fixture(scope="session")
def whole(story: WholeStory) -> Telling:
    """The story to 10-26, its sandbox still open. Nobody may change it."""
    return story.end


@pytest.fixture(scope="session")
def told(story: WholeStory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telling]:
    """The story to 09-30, in a sandbox of its own. Nobody may change it."""
    with ExitStack() as stack:
        place = story.places["09-30 23:59"]
        yield stack.enter_context(place.opened(tmp_path_factory.mktemp("told")))
