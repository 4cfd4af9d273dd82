"""Confluence Cloud: REST API v2; who we are, labels and new attachments by v1, which v2 has no requests for.

Not verified on a real site; held against the official v2 document.
"""

from __future__ import annotations

import requests

from collab_sync.errors import AccessError
from collab_sync_confluence.body.adf_form import AdfForm
from collab_sync_confluence.edition import Attachment, Found, Kept, Me, SpaceApi
from collab_sync_confluence.editions.cloud_answers import (
    Account,
    Anything,
    Images,
    Operations,
    Properties,
    Property,
    Space,
    Spaces,
    Uploads,
    WikiPage,
    WikiPages,
)
from collab_sync_confluence.site import Png, Site

PROPERTY = "collab-sync"
"""The content property that says that a page is ours."""

_V2 = "api/v2/"
_V1 = "rest/api/"
_FORM = "atlas_doc_format"
_MOST = "250"
"""Attachments in one answer."""


class Cloud:
    """Implements ``Edition``."""

    called = "Confluence Cloud"

    def __init__(self, site: Site) -> None:
        self._site = site
        self._me: Me | None = None
        self._spaces: dict[str, Space] = {}

    def server(self) -> requests.Response:
        return self._site.ask(f"{_V2}spaces", {"limit": "1"})

    def me(self) -> Me:
        if self._me is None:
            account = self._site.get(f"{_V1}user/current", Account)
            self._me = Me(account.account_id, account.name)
        return self._me

    def space(self, key: str) -> str:
        return self.known(key).name

    def known(self, key: str) -> Space:
        """A space by its key; see ``space``."""
        if key not in self._spaces:
            found = self._site.get(f"{_V2}spaces", Spaces, {"keys": key}).results
            space = next((one for one in found if one.key == key), None)
            if space is None:
                raise unseen(key, self._site.name)
            self._spaces[key] = space
        return self._spaces[key]

    def operations(self, key: str) -> frozenset[tuple[str, str]] | None:
        held = self._site.get(f"{_V2}spaces/{self.known(key).id}/operations", Operations).operations
        return frozenset((one.operation, one.target_type) for one in held)

    def pages(self, key: str) -> SpaceApi:
        return CloudSpace(self._site, self, key)


class CloudSpace:
    """Implements ``SpaceApi``."""

    form = AdfForm()

    def __init__(self, site: Site, edition: Cloud, key: str) -> None:
        self._site = site
        self._edition = edition
        self._key = key

    def titled(self, title: str) -> Found | None:
        query = {"title": title, "body-format": _FORM}
        pages = self._site.get(f"{_V2}spaces/{self._id}/pages", WikiPages, query).results
        return next(map(_found, pages), None)

    def create(self, title: str, parent: str, body: str) -> Found:
        wanted = {
            "spaceId": self._id,
            "status": "current",
            "title": title,
            "body": {"representation": _FORM, "value": body},
            **({"parentId": parent} if parent else {}),
        }
        return _found(self._site.post(f"{_V2}pages", wanted, WikiPage))

    def rewrite(self, page: Found, title: str, body: str) -> Found:
        wanted = {
            "id": page.id,
            "status": "current",
            "title": title,
            "body": {"representation": _FORM, "value": body},
            "version": {"number": page.version + 1, "message": "collab-sync"},
        }
        return _found(self._site.put(f"{_V2}pages/{page.id}", wanted, WikiPage))

    def kept(self, page: Found) -> Kept | None:
        found = self._site.get(f"{_V2}pages/{page.id}/properties", Properties, {"key": PROPERTY}).results
        ours = next((one for one in found if one.key == PROPERTY), None)
        return Kept(ours.id, ours.version.number, ours.value) if ours else None

    def keep(self, page: Found, value: object, known: Kept | None) -> None:
        where, wanted = f"{_V2}pages/{page.id}/properties", {"key": PROPERTY, "value": value}
        if known is None:
            self._site.post(where, wanted, Property)
        else:
            version = {"number": known.version + 1}
            self._site.put(f"{where}/{known.where}", {**wanted, "version": version}, Property)

    def label(self, page: Found, names: tuple[str, ...]) -> None:
        wanted = [{"prefix": "global", "name": name} for name in names]
        self._site.post(f"{_V1}content/{page.id}/label", wanted, Anything)

    def attachments(self, page: Found) -> tuple[Attachment, ...]:
        found: list[Attachment] = []
        query = {"mediaType": "image/png", "limit": _MOST}
        while True:
            answer = self._site.get(f"{_V2}pages/{page.id}/attachments", Images, query)
            found += [Attachment(one.id, one.title, one.file_id) for one in answer.results]
            if not answer.links.cursor:
                return tuple(found)
            query = {**query, "cursor": answer.links.cursor}

    def attach(self, page: Found, name: str, png: bytes) -> Attachment:
        made = self._site.upload(f"{_V1}content/{page.id}/child/attachment", Png(name, png), Uploads).results
        return Attachment(made[0].id, name, made[0].extensions.file_id) if made else Attachment("", name)

    def detach(self, attachment: Attachment) -> None:
        self._site.delete(f"{_V2}attachments/{attachment.id}")

    @property
    def _id(self) -> str:
        return self._edition.known(self._key).id


def unseen(key: str, connection: str) -> AccessError:
    """The space is not there, or not shown to us."""
    return AccessError(
        f"看不到空间 {key}。请核对 mapping.yaml 里的空间 key(区分大小写),以及我们的账号能否浏览它。",
        connection=connection,
    )


def _found(page: WikiPage) -> Found:
    return Found(
        id=page.id,
        title=page.title,
        version=page.version.number,
        body=page.body.atlas_doc_format.value,
        author=page.author_id,
        current=page.status == "current",
        shown_at=page.links.webui,
    )
