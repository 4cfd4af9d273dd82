"""Confluence Data Center: REST API v1, bodies in storage format, a personal access token.

Not verified on a real site, and there is no official document of it that requests could be held against: written after
what the vendor publishes for readers and what others send.
"""

from __future__ import annotations

from urllib.parse import quote

import requests

from collab_sync.errors import MissingItemError
from collab_sync_confluence.body.storage_form import StorageForm
from collab_sync_confluence.edition import Attachment, Found, Kept, Me, SpaceApi
from collab_sync_confluence.editions.center_answers import (
    Account,
    Anything,
    Content,
    Contents,
    Properties,
    Property,
    Space,
)
from collab_sync_confluence.editions.cloud import PROPERTY, unseen
from collab_sync_confluence.site import Png, Site

_V1 = "rest/api/"
_CONTENT = f"{_V1}content"
_EXPAND = "version,history,body.storage"
_MOST = 200
"""Files or properties in one answer."""


class Center:
    """Implements ``Edition``."""

    called = "Confluence Data Center"

    def __init__(self, site: Site) -> None:
        self._site = site
        self._me: Me | None = None
        self._spaces: dict[str, Space] = {}

    def server(self) -> requests.Response:
        return self._site.ask(f"{_V1}space", {"limit": "1"})

    def me(self) -> Me:
        if self._me is None:
            account = self._site.get(f"{_V1}user/current", Account)
            self._me = Me(account.username, account.display_name or account.username)
        return self._me

    def space(self, key: str) -> str:
        return self.known(key).name

    def known(self, key: str) -> Space:
        """A space by its key; see ``space``."""
        if key not in self._spaces:
            try:
                found = self._site.get(f"{_V1}space/{quote(key, safe='')}", Space, {"expand": "homepage"})
            except MissingItemError as missing:
                raise unseen(key, self._site.name) from missing
            self._spaces[key] = found
        return self._spaces[key]

    def operations(self, key: str) -> frozenset[tuple[str, str]] | None:
        return None

    def pages(self, key: str) -> SpaceApi:
        return CenterSpace(self._site, self, key)


class CenterSpace:
    """Implements ``SpaceApi``."""

    form = StorageForm()

    def __init__(self, site: Site, edition: Center, key: str) -> None:
        self._site = site
        self._edition = edition
        self._key = key

    def titled(self, title: str) -> Found | None:
        space = self._edition.known(self._key)
        query = {"spaceKey": space.key, "title": title, "type": "page", "expand": _EXPAND}
        return next(map(_found, self._site.get(_CONTENT, Contents, query).results), None)

    def create(self, title: str, parent: str, body: str) -> Found:
        space = self._edition.known(self._key)
        above = parent or space.homepage.id
        wanted = {
            "type": "page",
            "title": title,
            "space": {"key": space.key},
            **({"ancestors": [{"id": above}]} if above else {}),
            "body": _storage(body),
        }
        return _found(self._site.post(_CONTENT, wanted, Content))

    def rewrite(self, page: Found, title: str, body: str) -> Found:
        wanted = {
            "id": page.id,
            "type": "page",
            "title": title,
            "body": _storage(body),
            "version": {"number": page.version + 1, "message": "collab-sync"},
        }
        return _found(self._site.put(f"{_CONTENT}/{page.id}", wanted, Content))

    def kept(self, page: Found) -> Kept | None:
        query = {"expand": "version", "limit": str(_MOST)}
        found = self._site.get(f"{_CONTENT}/{page.id}/property", Properties, query).results
        ours = next((one for one in found if one.key == PROPERTY), None)
        return Kept(ours.key, ours.version.number, ours.value) if ours else None

    def keep(self, page: Found, value: object, known: Kept | None) -> None:
        where, wanted = f"{_CONTENT}/{page.id}/property", {"key": PROPERTY, "value": value}
        if known is None:
            self._site.post(where, wanted, Property)
        else:
            version = {"number": known.version + 1}
            self._site.put(f"{where}/{known.where}", {**wanted, "version": version}, Property)

    def label(self, page: Found, names: tuple[str, ...]) -> None:
        wanted = [{"prefix": "global", "name": name} for name in names]
        self._site.post(f"{_CONTENT}/{page.id}/label", wanted, Anything)

    def attachments(self, page: Found) -> tuple[Attachment, ...]:
        found: list[Attachment] = []
        while True:
            query = {"mediaType": "image/png", "start": str(len(found)), "limit": str(_MOST)}
            answer = self._site.get(f"{_CONTENT}/{page.id}/child/attachment", Contents, query)
            found += [Attachment(one.id, one.title) for one in answer.results]
            if not answer.links.next or not answer.results:
                return tuple(found)

    def attach(self, page: Found, name: str, png: bytes) -> Attachment:
        made = self._site.upload(f"{_CONTENT}/{page.id}/child/attachment", Png(name, png), Contents).results
        return Attachment(made[0].id if made else "", name)

    def detach(self, attachment: Attachment) -> None:
        self._site.delete(f"{_CONTENT}/{attachment.id}")


def _storage(body: str) -> dict[str, object]:
    return {"storage": {"value": body, "representation": "storage"}}


def _found(page: Content) -> Found:
    return Found(
        id=page.id,
        title=page.title,
        version=page.version.number,
        body=page.body.storage.value,
        author=page.history.created_by.username,
        current=page.status == "current",
        shown_at=page.links.webui,
    )
