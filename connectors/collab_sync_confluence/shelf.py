"""The pages of one space: finding one by its title, creating it in its place, rewriting it, marking it ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec

from collab_sync.errors import AccessError, MissingItemError, RejectedActionError, TrackerError, TransientError
from collab_sync.model.page import Locale
from collab_sync_confluence.body.compose import folder_body, stamp_in
from collab_sync_confluence.body.form import Form, Setting
from collab_sync_confluence.edition import Edition, Found, Kept, SpaceApi
from collab_sync_confluence.titles import folder_key, same_title, stamp, title_of


class OvertakenError(Exception):
    """Something else happened in between: look again. ``meaning``: what it comes to if it goes on like that."""

    def __init__(self, meaning: TrackerError) -> None:
        self.meaning = meaning
        super().__init__(str(meaning))


class Mark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Our property: whose page it is, what it last said (``Page.hash``) and in which version of it, the labels that we
    gave it and the pictures that it shows. Written last: what it tells has all been done."""

    key: str
    hash: str = ""
    version: int = 0
    labels: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A page as it stands there. ``mark``: what its property says; ``kept``: that property, whatever it says."""

    page: Found
    kept: Kept | None = None
    mark: Mark | None = None


class Shelf:
    """One space by its key. Writes raise OvertakenError where another look is due, else as ``ports.PagePublisher``."""

    def __init__(self, edition: Edition, connection: str, space: str) -> None:
        self._edition = edition
        self._space = space
        self.connection = connection
        self.api: SpaceApi = edition.pages(space)

    @property
    def form(self) -> Form:
        return self.api.form

    def find(self, title: str) -> Standing | None:
        """The page of this title, archived ones too."""
        page = self.api.titled(title)
        if page is None or not same_title(page.title, title):
            return None
        kept = self._kept(page)
        return Standing(page, kept, _mark(kept) if kept else None)

    def ours(self, there: Standing, *keys: str) -> bool:
        """Whether we wrote it under one of these keys: by its property, or, that being lost, by stamp and author."""
        if there.mark is not None:
            return there.mark.key in keys
        stamped = stamp_in(self.form, there.page.body)
        return any(stamped == stamp(key) for key in keys) and there.page.author == self._edition.me().id

    def create(self, title: str, parent: str, body: str) -> Found:
        """A page below ``parent`` (empty: below the space's home page), not marked yet."""
        try:
            with self._alert(f"在空间 {self._space} 新建页面"):
                made = self.api.create(title, parent, body)
        except RejectedActionError as refused:
            if refused.status == 400 and self.find(title) is not None:
                raise OvertakenError(refused) from refused
            raise
        return Found(made.id, made.title, made.version, body, made.author, made.current, made.shown_at)

    def rewrite(self, page: Found, title: str, body: str) -> Found:
        """The page with another body, in its place."""
        with self._alert(f"改写空间 {self._space} 的页面“{title}”"):
            return self.api.rewrite(page, title, body)

    def mark(self, page: Found, mark: Mark, known: Kept | None = None) -> None:
        """Puts our property on the page; ``known`` is the one that is there."""
        with self._alert(f"给空间 {self._space} 的页面“{page.title}”做标记"):
            self.api.keep(page, msgspec.to_builtins(mark), known)

    def parent_of(self, path: str, locale: Locale) -> str:
        """The id of the page below which that of ``path`` belongs, all of its parents made as needed, in the language
        of who needs them first.

        What people made under such a title serves as well and is left as it is. Empty for a path of one part."""
        parent, parts = "", path.strip("/").split("/")
        for depth in range(1, len(parts)):
            parent = self._folder("/".join(parts[:depth]), parent, locale)
        return parent

    def _folder(self, path: str, parent: str, locale: Locale) -> str:
        title, key = title_of(path), folder_key(path)
        there = self.find(title)
        if there is None:
            made = self.create(title, parent, folder_body(path, self.form, Setting(self.connection, locale)))
            self.mark(made, Mark(key=key, version=made.version))
            return made.id
        if there.mark is None and self.ours(there, key):
            self.mark(there.page, Mark(key=key, version=there.page.version), there.kept)
        return there.page.id

    def _kept(self, page: Found) -> Kept | None:
        try:
            return self.api.kept(page)
        except MissingItemError as missing:
            words = f"页面“{page.title}”刚才被删除或移走,稍后再写。"
            raise TransientError(words, connection=self.connection) from missing

    @contextmanager
    def _alert(self, what: str) -> Iterator[None]:
        """A conflict means that somebody was faster. Not found means the same, or a permission that we lack: not every
        answer tells which."""
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


def _mark(there: Kept) -> Mark | None:
    try:
        return msgspec.json.decode(there.value, type=Mark)
    except (msgspec.DecodeError, UnicodeError):
        return None
