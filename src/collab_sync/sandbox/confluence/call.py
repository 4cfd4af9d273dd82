"""One signed-in request to the site, and what its account may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from collab_sync.sandbox.confluence.refusal import forbidden, invalid, missing
from collab_sync.sandbox.confluence.state import PageProperty, SiteAccount, SitePage, SiteState, Space
from collab_sync.sandbox.wire import BadBody, Request

PREFIX = "/confluence"


@dataclass(frozen=True)
class Call:
    """A request in its circumstances. Methods raise Refusal."""

    request: Request
    site: SiteState
    account: SiteAccount
    now: datetime

    @cached_property
    def body(self) -> dict[str, Any]:
        try:
            parsed = self.request.json()
        except BadBody:
            parsed = None
        if not isinstance(parsed, dict):
            raise invalid("Request body is not a JSON object.")
        return parsed

    @property
    def base(self) -> str:
        return f"{self.request.origin}{PREFIX}" + ("/wiki" if self.site.edition == "cloud" else "")

    def spaces(self) -> list[Space]:
        """Those that the account may see."""
        return [one for one in self.site.spaces.values() if self.account.level(one.key) != "none"]

    def space(self, id_: str) -> Space:
        found = next((one for one in self.spaces() if one.id == id_), None)
        if found is None:
            raise missing("Space")
        return found

    def sees(self, page: SitePage) -> bool:
        return page.only in ("", self.account.account_id)

    def page(self, id_: str, *, to_write: bool = False) -> SitePage:
        page = self.site.pages.get(id_)
        if page is None or not self.sees(page):
            raise missing("Page")
        self.require(self.space(page.space), "write" if to_write else "view")
        return page

    def require(self, space: Space, level: str) -> None:
        if level == "write" and self.account.level(space.key) not in ("text", "write"):
            raise forbidden("write pages") if self.version_1 else missing("Page")

    def page_for_files(self, id_: str) -> SitePage:
        """A page to which the account may attach something."""
        page = self.page(id_, to_write=True)
        if self.account.level(self.space(page.space).key) != "write":
            raise forbidden("attach files")
        return page

    @property
    def version_1(self) -> bool:
        return "/rest/api/" in self.request.path

    # --- shapes --------------------------------------------------------------------------------------------------
    def space_shape(self, space: Space) -> dict[str, object]:
        return {
            "id": space.id,
            "key": space.key,
            "name": space.name,
            "type": "global",
            "status": "current",
            "createdAt": instant(space.created),
            "homepageId": space.home,
            "_links": {"webui": f"/spaces/{space.key}"},
        }

    def page_shape(self, page: SitePage, *, body: dict[str, object]) -> dict[str, object]:
        space = self.space(page.space)
        return {
            "id": page.id,
            "status": page.status,
            "title": page.title,
            "spaceId": page.space,
            **({"parentId": page.parent, "parentType": "page"} if page.parent else {}),
            "position": None,
            "authorId": page.author,
            "createdAt": instant(page.created),
            "version": version_shape(page.number, page.editor, page.edited),
            "body": body,
            "_links": {"webui": f"/spaces/{space.key}/pages/{page.id}"},
        }


def property_shape(one: PageProperty) -> dict[str, object]:
    return {"id": one.id, "key": one.key, "value": one.value, "version": version_shape(one.number, one.author, one.at)}


def version_shape(number: int, author: str, at: datetime) -> dict[str, object]:
    return {"number": number, "message": "", "minorEdit": False, "authorId": author, "createdAt": instant(at)}


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
