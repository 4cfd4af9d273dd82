"""The weekly page as the connectors publish it with its pictures: on Confluence Cloud, and as an issue of Jira."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import requests
from tests.connectors.confluence.conftest import SEED as CONFLUENCE
from tests.connectors.confluence.conftest import SPACE, Standing
from tests.connectors.jira.test_jira_suite import SEED as JIRA
from tests.pages.scenes import Scene, of_the_story

from collab_sync.errors import UnknownOutcomeError
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import Page
from collab_sync.ports.tracker import PagePublisher
from collab_sync.sandbox.browse.addresses import item_url, wiki_url
from collab_sync.sandbox.house import open_house
from collab_sync.summaries.kinds import kind_of
from collab_sync_confluence import connector as confluence
from collab_sync_confluence.titles import title_of
from collab_sync_jira import connector as jira

_TRIES = 5
_WORDS = ("需要决策", "包装材料采购", "逾期 6 个工作日", "领导小组(沈岳)")


@contextmanager
def published_pages() -> Iterator[tuple[Scene, ...]]:
    """Scenes in a sandbox that is open as long as they are looked at."""
    kind = kind_of("周报")
    assert kind is not None
    page = of_the_story(kind)
    with open_house() as house:
        house.world.clock.set(datetime(2025, 10, 10, 10, tzinfo=UTC))
        for seed in (CONFLUENCE, JIRA):
            requests.post(f"{house.url}/__sandbox/seed", json=seed, timeout=10).raise_for_status()
        yield (_on_confluence(house.url, page), _on_jira(house.url, page))


def _on_confluence(url: str, page: Page) -> Scene:
    known = ConnectionSettings(
        name="wiki", kind="confluence", url=f"{url}/confluence", user="bot@example.cn", token=Secret("bot-token")
    )
    connection = confluence.connect(known, Standing())
    try:
        pages = connection.pages(SPACE)
        assert pages is not None
        _published(pages, page)
    finally:
        connection.close()
    return Scene("confluence-周报", url=f"{url}{wiki_url('confluence', 'COLLAB', title_of(page.path))}", says=_WORDS)


def _on_jira(url: str, page: Page) -> Scene:
    known = ConnectionSettings(
        name="jira", kind="jira", url=f"{url}/jira", user="bot@example.cn", token=Secret("bot-token"), edition="cloud"
    )
    connection = jira.connect(known, Standing())
    try:
        key = _published(connection.pages(ProjectMapping(name="新品", connection="jira", project="NPX")), page)
    finally:
        connection.close()
    return Scene("jira-周报", url=f"{url}{item_url('jira', 'NPX', key)}", says=_WORDS)


def _published(pages: PagePublisher, page: Page) -> str:
    """What the tracker calls the page. A new one may have to be looked for once more, as the engine would."""
    for _ in range(_TRIES):
        try:
            return pages.publish(page).remote_id
        except UnknownOutcomeError:
            continue
    raise AssertionError("it never came to an end")
