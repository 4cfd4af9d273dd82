"""Our pages in one project, a series an issue.

Making a page takes up to four kinds of request: the issue, its pictures, its description, the removal of pictures that
it no longer shows. Each may be lost, and its answer too, so each is found again: the issue by its property, pictures by
name and author, the description by the hash beside it. A new issue is whole from the first request on, its charts as
tables; pictures come after. Nothing relies on a new issue before a search shows it: until then its outcome counts as
unknown, so that whoever comes next, after a restart too, cannot make a second one.
"""

from __future__ import annotations

from collections.abc import Mapping

from collab_sync.errors import MissingItemError, TransientError, UnknownOutcomeError
from collab_sync.model.action import Receipt
from collab_sync.model.page import Page
from collab_sync.pictures import Picture, png
from collab_sync.ports.clock import Clock
from collab_sync_jira.pages.body import Form, Hung, charts_of
from collab_sync_jira.pages.shelf import Shelf, Standing, mark_of, pictures_of
from collab_sync_jira.site import File, JiraSite


class JiraPages:
    """Implements ``collab_sync.ports.PagePublisher``."""

    def __init__(self, site: JiraSite, shelf: Shelf, clock: Clock) -> None:
        self._site = site
        self._shelf = shelf
        self._clock = clock
        self._form = Form(site.cloud, site.name)

    def publish(self, page: Page) -> Receipt:
        """See ``ports``. An older edition than the one that stands there changes nothing."""
        try:
            return self._bring(page)
        except MissingItemError:  # deleted since we looked
            pass
        try:
            return self._bring(page)
        except MissingItemError as error:
            words = f"页面“{page.title}”所在的事项一再在改写时不见了,稍后再写。"
            raise TransientError(words, connection=self._site.name) from error

    def find(self, page: Page) -> Receipt | None:
        there = self._shelf.find(page.series)
        if there is None or not (_outdates(there, page) or (_stands(there, page) and not _stale(there))):
            return None
        return self._receipt(there)

    def _bring(self, page: Page) -> Receipt:
        there = self._shelf.find(page.series)
        new = there is None
        if there is None:
            there = self._create(page)
        elif _outdates(there, page):
            return self._receipt(there)
        if not _stands(there, page):
            there = self._rewritten(there, page)
        self._shelf.discard(_stale(there))
        if new and not self._shelf.listed(page.series):
            raise UnknownOutcomeError(
                f"页面“{page.title}”写在新建的 {there.key},站点的搜索还没有跟上;过几分钟再核对,不会另建一个。",
                connection=self._site.name,
            )
        return self._receipt(there)

    def _create(self, page: Page) -> Standing:
        whole = not (charts_of(page.document) and self._shelf.inline)
        return self._shelf.create(page, self._form.body(page, {}), mark_of(page, whole=whole, pictures={}))

    def _rewritten(self, there: Standing, page: Page) -> Standing:
        """The description as it should be, behind its pictures."""
        files = self._attached(there, page)
        hung = {name: Hung(picture, media) for name, (picture, _, media) in files.items()}
        shown = {name: (attachment, media) for name, (_, attachment, media) in files.items()}
        mark = mark_of(page, whole=True, pictures=shown)
        self._shelf.rewrite(there, page, self._form.body(page, hung), mark)
        added = {(attachment, name) for name, (attachment, _) in shown.items()}
        return Standing(there.id, there.key, mark, tuple({**dict.fromkeys(there.pictures), **dict.fromkeys(added)}))

    def _attached(self, there: Standing, page: Page) -> Mapping[str, tuple[Picture, str, str]]:
        """Pictures with attachment and media, by name: those that the description has room for and the issue takes."""
        drawn = {name: png(chart) for name, chart in charts_of(page.document).items()}
        room = self._form.shown(page, {name: Hung(picture) for name, picture in drawn.items()})
        found: dict[str, tuple[Picture, str, str]] = {}
        for name in charts_of(room):
            attachment, media = self._hung_up(there, drawn[name])
            if attachment:
                found[name] = (drawn[name], attachment, media)
        return found

    def _hung_up(self, there: Standing, picture: Picture) -> tuple[str, str]:
        """The attachment with this picture, the one that is there or a new one, and its media; empty where it cannot
        be shown."""
        known, media = pictures_of(there.mark).get(picture.name, ("", ""))
        ids = [attachment for attachment, name in there.pictures if name == picture.name]
        if known in ids:
            return known, media
        if not self._shelf.inline:
            return "", ""
        attachment = ids[0] if ids else self._shelf.attach(there, File(picture.name, picture.data))
        media = self._shelf.media(attachment) if attachment and self._site.cloud else ""
        if attachment and self._site.cloud and not media:
            self._shelf.discard([attachment])
            return "", ""
        return attachment, media

    def _receipt(self, there: Standing) -> Receipt:
        return Receipt(at=self._clock.now(), remote_id=there.key, url=self._site.browse(there.key))


def _outdates(there: Standing, page: Page) -> bool:
    """Whether a newer edition stands there; a page without a date is the newest there is."""
    return bool(page.slot) and there.mark.state.get("slot", "") > page.slot


def _stands(there: Standing, page: Page) -> bool:
    """Whether it says what it should, and every picture that it shows is there."""
    shown = {attachment for attachment, _ in pictures_of(there.mark).values()}
    edition = (there.mark.hash, there.mark.state.get("slot", ""))
    return edition == (page.hash, page.slot) and shown <= {attachment for attachment, _ in there.pictures}


def _stale(there: Standing) -> list[str]:
    """Attachments of ours that the description does not show."""
    shown = {attachment for attachment, _ in pictures_of(there.mark).values()}
    return [attachment for attachment, _ in there.pictures if attachment not in shown]
