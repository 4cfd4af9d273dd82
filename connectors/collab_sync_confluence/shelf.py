"""The pages of one space: finding one by its title, creating it in its place, rewriting it, marking it ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec

from collab_sync.errors import AccessError, MissingItemError, RejectedActionError, TrackerError, TransientError
from collab_sync_confluence.body import folder_body, folder_key, same_title, stamp, stamp_in, title_of
from collab_sync_confluence.payloads import Mark, Properties, Property, WikiPage, WikiPages
from collab_sync_confluence.site import V2, Site

PROPERTY = "collab-sync"
"""The content property that says that a page is ours."""

_FORM = "atlas_doc_format"


class OvertakenError(Exception):
    """Something else happened in between: look again. ``meaning``: what it comes to if it goes on like that."""

    def __init__(self, meaning: TrackerError) -> None:
        self.meaning = meaning
        super().__init__(str(meaning))


@dataclass(frozen=True, slots=True)
class Standing:
    """A page as it stands there. ``mark``: what its property says; ``kept``: that property, whatever it says."""

    page: WikiPage
    kept: Property | None
    mark: Mark | None

    @property
    def body(self) -> str:
        return self.page.body.atlas_doc_format.value

    def bears(self, key: str) -> bool:
        """Whether its last line is our stamp for this key."""
        return stamp_in(self.body) == stamp(key)


class Shelf:
    """One space by its key. Writes raise OvertakenError where another look is due, else as ``ports.PagePublisher``."""

    def __init__(self, site: Site, space: str) -> None:
        self._site = site
        self._space = space
        self.connection = site.name

    def find(self, title: str) -> Standing | None:
        """The page of this title, archived ones too."""
        query = {"title": title, "body-format": _FORM}
        pages = self._site.get(f"{V2}spaces/{self._space_id()}/pages", WikiPages, query).results
        page = next((one for one in pages if same_title(one.title, title)), None)
        if page is None:
            return None
        found = self._properties(page)
        property_ = next((one for one in found if one.key == PROPERTY), None)
        return Standing(page, property_, _mark(property_) if property_ else None)

    def ours(self, there: Standing, *keys: str) -> bool:
        """Whether we wrote it under one of these keys: by its property, or, that being lost, by stamp and author."""
        if there.mark is not None:
            return there.mark.key in keys
        return any(there.bears(key) for key in keys) and there.page.author_id == self._site.me().account_id

    def create(self, title: str, parent: str, body: str) -> WikiPage:
        """A page below ``parent`` (empty: below the space's home page), not marked yet."""
        wanted = {
            "spaceId": self._space_id(),
            "status": "current",
            "title": title,
            "body": {"representation": _FORM, "value": body},
            **({"parentId": parent} if parent else {}),
        }
        try:
            with self._alert(f"在空间 {self._space} 新建页面"):
                return self._site.post(f"{V2}pages", wanted, WikiPage)
        except RejectedActionError as refused:
            if refused.status == 400 and self.find(title) is not None:
                raise OvertakenError(refused) from refused
            raise

    def rewrite(self, page: WikiPage, title: str, body: str) -> WikiPage:
        """The page with another body, in its place."""
        wanted = {
            "id": page.id,
            "status": "current",
            "title": title,
            "body": {"representation": _FORM, "value": body},
            "version": {"number": page.version.number + 1, "message": "collab-sync"},
        }
        with self._alert(f"改写空间 {self._space} 的页面“{title}”"):
            return self._site.put(f"{V2}pages/{page.id}", wanted, WikiPage)

    def mark(self, page: WikiPage, mark: Mark, known: Property | None = None) -> None:
        """Puts our property on the page; ``known`` is the one that is there."""
        where, value = f"{V2}pages/{page.id}/properties", msgspec.to_builtins(mark)
        with self._alert(f"给空间 {self._space} 的页面“{page.title}”做标记"):
            if known is None:
                self._site.post(where, {"key": PROPERTY, "value": value}, Property)
            else:
                version = {"number": known.version.number + 1}
                self._site.put(f"{where}/{known.id}", {"key": PROPERTY, "value": value, "version": version}, Property)

    def parent_of(self, path: str) -> str:
        """The id of the page below which that of ``path`` belongs, all of its parents made as needed.

        What people made under such a title serves as well and is left as it is. Empty for a path of one part."""
        parent, parts = "", path.strip("/").split("/")
        for depth in range(1, len(parts)):
            parent = self._folder("/".join(parts[:depth]), parent)
        return parent

    def _folder(self, path: str, parent: str) -> str:
        title, key = title_of(path), folder_key(path)
        there = self.find(title)
        if there is None:
            made = self.create(title, parent, folder_body(path, self.connection))
            self.mark(made, Mark(key=key, version=made.version.number))
            return made.id
        if there.mark is None and self.ours(there, key):
            self.mark(there.page, Mark(key=key, version=there.page.version.number), there.kept)
        return there.page.id

    def _properties(self, page: WikiPage) -> tuple[Property, ...]:
        try:
            found = self._site.get(f"{V2}pages/{page.id}/properties", Properties, {"key": PROPERTY})
        except MissingItemError as missing:
            words = f"页面“{page.title}”刚才被删除或移走,稍后再写。"
            raise TransientError(words, connection=self.connection) from missing
        return found.results

    def _space_id(self) -> str:
        return self._site.space(self._space).id

    @contextmanager
    def _alert(self, what: str) -> Iterator[None]:
        """A conflict means that somebody was faster. Not found means the same, or a permission that we lack: this API
        does not tell which."""
        try:
            yield
        except RejectedActionError as refused:
            if refused.status != 409:
                raise
            words = f"{what}时一再遇到别人的改动,稍后再写。对方原话:{refused.message}"
            raise OvertakenError(TransientError(words, connection=self.connection, status=409)) from refused
        except MissingItemError as missing:
            words = f"不能{what}:我们的账号没有这项权限,或者它已不在。请空间管理员核对权限,再运行 doctor。"
            raise OvertakenError(AccessError(words, connection=self.connection, status=404)) from missing


def _mark(there: Property) -> Mark | None:
    try:
        return msgspec.json.decode(there.value, type=Mark)
    except (msgspec.DecodeError, UnicodeError):
        return None
