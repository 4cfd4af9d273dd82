"""Our pages in a project's wiki: read, compare, write.

Observed on a real server: a change without a title moves the page out of its directory, so the full path always goes as
the title; the title comes back without its directory, the ``slug`` keeps it (blanks become hyphens); a 500 on creation
says nothing about whether the page is there; an empty content is answered with success and stores nothing. There is no
version and no date, so what stands there is compared with what would be written.
"""

from __future__ import annotations

from urllib.parse import quote

import msgspec
import requests

from collab_sync.errors import MissingItemError, RejectedActionError, TrackerError, UnknownOutcomeError
from collab_sync.model import marker as marks
from collab_sync.model.action import Receipt
from collab_sync.model.document import Document, Heading, Text
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import Page
from collab_sync_gitlab import render
from collab_sync_gitlab.client import Client, project_path
from collab_sync_gitlab.pages import blocks
from collab_sync_gitlab.pages.versions import NEWEST, Draws, draws, needs_version


class WikiPart(msgspec.Struct, frozen=True):
    """A wiki page as the server tells it."""

    slug: str
    content: str = ""


class GitlabPages:
    """Implements ``collab_sync.ports.PagePublisher`` for the wiki of one project."""

    def __init__(self, client: Client, project: ProjectMapping) -> None:
        self._client = client
        self._project = project.project

    def publish(self, page: Page) -> Receipt:
        content = self._written(page)
        there = self._read(page)
        if there is None:
            return self._create(page, content)
        self._ours(there, page)
        if _said(there.content) == _said(content):
            return self._receipt(there.slug)
        response = self._client.put(self._path(page), {"title": page.path, "content": content, "format": "markdown"})
        return self._stored(response, page, content)

    def find(self, page: Page) -> Receipt | None:
        there = self._read(page)
        if there is None or _said(there.content) != _said(self._written(page)):
            return None
        return self._receipt(there.slug)

    def _written(self, page: Page) -> str:
        """The server's version is asked for only where it decides what is drawn: a page must not change for any other
        reason than what it says. Raises TransientError where that cannot be known just now."""
        asked = any(needs_version(block) for block in page.document.blocks)
        return written(page, self._client.connection, draws(self._client.version()) if asked else NEWEST)

    def _create(self, page: Page, content: str) -> Receipt:
        path = f"{project_path(self._project)}/wikis"
        try:
            response = self._client.post(path, {"title": page.path, "content": content, "format": "markdown"})
        except UnknownOutcomeError as unknown:
            try:
                found = self.find(page)
            except TrackerError:
                found = None  # it cannot be read now; that says nothing about whether it is there
            if found is None:
                raise unknown from None
            return found
        return self._stored(response, page, content)

    def _read(self, page: Page) -> WikiPart | None:
        try:
            return self._client.decode(self._client.get(self._path(page)), WikiPart)
        except MissingItemError:
            return None

    def _path(self, page: Page) -> str:
        return f"{project_path(self._project)}/wikis/{quote(slug(page.path), safe='')}"

    def _ours(self, there: WikiPart, page: Page) -> None:
        mark = marks.loads(render.hidden(there.content))
        if mark is None or mark.key != page.key:
            raise self._refused(
                f"页面“{page.path}”已存在,但不是 collab-sync 写的,没有改动。请把该页改名或删除,下次会自动生成。"
            )

    def _stored(self, response: requests.Response, page: Page, content: str) -> Receipt:
        kept = response.content.strip() != b"null"
        there = self._client.decode(response, WikiPart) if kept else WikiPart("")
        if _tidy(there.content) != _tidy(content):
            raise self._refused(f"页面“{page.path}”:GitLab 回答成功,但存下的内容与所写不同。请查看该页。")
        if there.slug != slug(page.path):
            raise self._refused(f"页面“{page.path}”被 GitLab 存到了“{there.slug}”。请改用不含特殊符号的名称。")
        return self._receipt(there.slug)

    def _receipt(self, slug_: str) -> Receipt:
        site = (self._client.settings.web_url or self._client.settings.url).rstrip("/")
        url = "" if self._project.isdigit() else f"{site}/{self._project}/-/wikis/{quote(slug_)}"
        return Receipt(at=self._client.clock.now(), remote_id=slug_, url=url)

    def _refused(self, message: str) -> RejectedActionError:
        return RejectedActionError(message, connection=self._client.connection)


def slug(path: str) -> str:
    """The address that GitLab gives a page of this full path."""
    return "/".join(part.strip().replace(" ", "-") for part in path.strip().strip("/").split("/"))


def written(page: Page, connection: str, draws: Draws = NEWEST) -> str:
    """The page as Markdown: title, notice, what it says with charts drawn as the server can, and our mark."""
    title = render.render(Document((Heading(1, (Text(page.title),)),)), connection)
    notice = render.render(Document((page.notice,)), connection)
    said = [blocks.block(block, blocks.Manner(connection, page.locale, draws)) for block in page.document.blocks]
    mark = render.hide(marks.dumps(marks.Marker(key=page.key)))
    return "\n\n".join([title or "# —", notice or "<sub>—</sub>", *filter(None, said), mark])


def _said(content: str) -> tuple[str, ...]:
    """What a page says: all of it but the notice, which is its second block."""
    title, _, rest = _tidy(content).partition("\n\n")
    return title, rest.partition("\n\n")[2]


def _tidy(content: str) -> str:
    """Up to the kind of line break and blanks at the end, which servers change."""
    return content.replace("\r\n", "\n").rstrip()
