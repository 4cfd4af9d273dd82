"""Our pages in one space: read, compare, write.

A page takes several writes: its body, its pictures and the body that shows them, its labels, and last our property.
Each can be lost, so nothing depends on their being done together: the property says in which version of the page all
the rest was done, and whatever it does not cover is compared by what the body says. Titles are unique in a space, so no
page can be created twice. A body never shows a picture that is not there: they are hung before and taken down after.
"""

from __future__ import annotations

from collab_sync.errors import RejectedActionError
from collab_sync.model.action import Receipt
from collab_sync.model.page import Page
from collab_sync.ports.clock import Clock
from collab_sync_confluence.body.compose import page_body, said
from collab_sync_confluence.body.form import Setting
from collab_sync_confluence.edition import Found
from collab_sync_confluence.gallery import Gallery
from collab_sync_confluence.labels import labels_of
from collab_sync_confluence.shelf import Mark, OvertakenError, Shelf, Standing
from collab_sync_confluence.titles import folder_key, title_of

TRIES = 3
"""Looks at a page that others are changing at the same time, before it is put off."""


class ConfluencePages:
    """Implements ``collab_sync.ports.PagePublisher``. ``web``: where people open the site."""

    def __init__(self, shelf: Shelf, web: str, clock: Clock) -> None:
        self._shelf = shelf
        self._gallery = Gallery(shelf.api)
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
        """None as well where only the property or a picture is lost: the next ``publish`` puts it back."""
        there = self._shelf.find(title_of(page.path))
        return self._receipt(there.page) if there is not None and self._stands(there, page) else None

    def _bring(self, page: Page) -> Receipt:
        title = title_of(page.path)
        there = self._shelf.find(title)
        if there is None:
            parent = self._shelf.parent_of(page.path, page.locale)
            body = page_body(page, self._shelf.form, Setting(self._shelf.connection, page.locale))
            return self._finished(Standing(self._shelf.create(title, parent, body)), page)
        self._require_ours(there, page)
        return self._receipt(there.page) if self._stands(there, page) else self._finished(there, page)

    def _finished(self, there: Standing, page: Page) -> Receipt:
        """Everything but the creation: pictures, body, labels, and the property that says so."""
        hanging = self._gallery.hang(there.page, page.document)
        setting = Setting(self._shelf.connection, page.locale, hanging.shown)
        body, now = page_body(page, self._shelf.form, setting), there.page
        if said(self._shelf.form, there.page.body) != said(self._shelf.form, body):
            now = self._shelf.rewrite(there.page, title_of(page.path), body)
        self._gallery.sweep(hanging)
        given = there.mark.labels if there.mark else ()
        labels = tuple(label for label in labels_of(page) if label not in given)
        self._gallery.label(now, labels)
        mark = Mark(
            key=page.key,
            hash=page.hash,
            version=now.version,
            labels=(*given, *labels),
            pictures=tuple(sorted(hanging.shown)),
        )
        self._shelf.mark(now, mark, there.kept)
        return self._receipt(now)

    def _stands(self, there: Standing, page: Page) -> bool:
        """Whether the page says what it should, and nobody has touched it or its pictures since we wrote that."""
        mark = there.mark
        if mark is None or not there.page.current:
            return False
        same = (mark.key, mark.hash, mark.version) == (page.key, page.hash, there.page.version)
        labelled = set(labels_of(page)) <= set(mark.labels)
        return same and labelled and self._gallery.hangs(there.page, mark.pictures)

    def _require_ours(self, there: Standing, page: Page) -> None:
        title = there.page.title
        if not self._shelf.ours(there, page.key, folder_key(page.path)):
            raise self._refused(
                f"页面“{title}”已存在,但不是 collab-sync 写的,没有改动。请把该页改名或删除,下次会自动生成。"
            )
        if not there.page.current:
            raise self._refused(f"页面“{title}”已被归档,没有改动。请在空间里恢复或删除它,下次会自动生成。")

    def _receipt(self, page: Found) -> Receipt:
        url = f"{self._web}{page.shown_at}" if page.shown_at else ""
        return Receipt(at=self._clock.now(), remote_id=page.id, url=url)

    def _refused(self, message: str) -> RejectedActionError:
        return RejectedActionError(message, connection=self._shelf.connection)
