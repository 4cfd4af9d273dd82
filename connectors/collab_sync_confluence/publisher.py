"""Our pages in one space: read, compare, write.

A page takes two writes, its body and then our property. Both can be lost, so nothing depends on their being done
together: the property says in which version of the page it was written, and whatever it does not cover is compared by
what the body says. Titles are unique in a space, so no page can be created twice.
"""

from __future__ import annotations

from collab_sync.errors import RejectedActionError
from collab_sync.model.action import Receipt
from collab_sync.model.page import Page
from collab_sync.ports.clock import Clock
from collab_sync_confluence.body import folder_key, page_body, said, title_of
from collab_sync_confluence.payloads import Mark, Property, WikiPage
from collab_sync_confluence.shelf import OvertakenError, Shelf, Standing

TRIES = 3
"""Looks at a page that others are changing at the same time, before it is put off."""


class ConfluencePages:
    """Implements ``collab_sync.ports.PagePublisher``. ``web``: where people open the site, up to ``/wiki``."""

    def __init__(self, shelf: Shelf, web: str, clock: Clock) -> None:
        self._shelf = shelf
        self._web = web
        self._clock = clock

    def publish(self, page: Page) -> Receipt:
        for _ in range(TRIES - 1):
            try:
                return self._bring(page)
            except OvertakenError:
                continue
        try:
            return self._bring(page)
        except OvertakenError as overtaken:
            raise overtaken.meaning from overtaken

    def find(self, page: Page) -> Receipt | None:
        """None as well where only the property is lost: the next ``publish`` puts it back and writes nothing else."""
        there = self._shelf.find(title_of(page.path))
        return self._receipt(there.page) if there is not None and _stands(there, page) else None

    def _bring(self, page: Page) -> Receipt:
        title, body = title_of(page.path), page_body(page, self._shelf.connection)
        there = self._shelf.find(title)
        if there is None:
            made = self._shelf.create(title, self._shelf.parent_of(page.path), body)
            return self._marked(made, page)
        self._require_ours(there, page)
        if _stands(there, page):
            return self._receipt(there.page)
        now = there.page
        if said(there.body) != said(body):
            now = self._shelf.rewrite(there.page, title, body)
        return self._marked(now, page, there.kept)

    def _marked(self, now: WikiPage, page: Page, known: Property | None = None) -> Receipt:
        self._shelf.mark(now, Mark(key=page.key, hash=page.hash, version=now.version.number), known)
        return self._receipt(now)

    def _require_ours(self, there: Standing, page: Page) -> None:
        title = there.page.title
        if not self._shelf.ours(there, page.key, folder_key(page.path)):
            raise self._refused(
                f"页面“{title}”已存在,但不是 collab-sync 写的,没有改动。请把该页改名或删除,下次会自动生成。"
            )
        if there.page.status != "current":
            raise self._refused(f"页面“{title}”已被归档,没有改动。请在空间里恢复或删除它,下次会自动生成。")

    def _receipt(self, page: WikiPage) -> Receipt:
        url = f"{self._web}{page.links.webui}" if page.links.webui else ""
        return Receipt(at=self._clock.now(), remote_id=page.id, url=url)

    def _refused(self, message: str) -> RejectedActionError:
        return RejectedActionError(message, connection=self._shelf.connection)


def _stands(there: Standing, page: Page) -> bool:
    """Whether the page says what it should, and nobody has touched it since we wrote that."""
    wanted = Mark(key=page.key, hash=page.hash, version=there.page.version.number)
    return there.mark == wanted and there.page.status == "current"
