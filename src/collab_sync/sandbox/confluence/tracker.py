"""The site behind its prefix: signs requests in, finds their resource, turns refusals into answers."""

from __future__ import annotations

import binascii
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from collab_sync.sandbox.browse.addresses import wiki_url
from collab_sync.sandbox.browse.adf import render_adf
from collab_sync.sandbox.browse.model import BrowsedPage, BrowsedProject
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.confluence import api, center, people
from collab_sync.sandbox.confluence.call import PREFIX, Call
from collab_sync.sandbox.confluence.documents import with_pictures
from collab_sync.sandbox.confluence.refusal import Refusal, missing
from collab_sync.sandbox.confluence.state import Edition, SiteAccount, SitePage, SiteState, Space
from collab_sync.sandbox.confluence.storage import shown
from collab_sync.sandbox.wire import BadBody, Request, Response, Router, empty, json_response

TRACKER = "confluence"


class ConfluenceTracker:
    """Confluence under ``/confluence``, Cloud or Data Center: as ``edition`` says, until a seed or a snapshot says
    otherwise; paths below it as on a real site. Implements ``wire.SandboxTracker``."""

    prefix = PREFIX

    def __init__(self, clock: SandboxClock, edition: Edition = "cloud") -> None:
        self._clock = clock
        self._site = SiteState(edition=edition)
        self._routers: dict[Edition, Router] = {
            "cloud": self._router(api.ROUTES),
            "datacenter": self._router(center.ROUTES),
        }
        self._routers["cloud"].add("GET", "/wiki/spaces/{key}/pages/{id}", self._show)
        self._routers["datacenter"].add("GET", "/pages/viewpage.action", self._view)

    def handle(self, request: Request) -> Response:
        """Answers a request of the REST API; the address of a page leads to the browser view."""
        try:
            return self._routers[self._site.edition].respond(request)
        except Refusal as refusal:
            return refusal.response_v1() if "/rest/api/" in request.path else refusal.response()

    def account_of(self, request: Request) -> str:
        account = self._account(request)
        if account is None:
            return ""
        return account.account_id if self._site.edition == "cloud" else account.username

    def seed(self, wanted: Mapping[str, object], at: datetime) -> None:
        """``users`` and ``spaces``; see ``people.Seed``. Raises BadBody."""
        people.seed(self._site, wanted, at)

    def put_issue(self, request: Request) -> Response:
        """There are no issues here. Raises BadBody."""
        raise BadBody("Confluence 没有事项；页面用 acts 的 write 写。")

    def act(self, wanted: Mapping[str, object]) -> object:
        """Writes, deletes, hides, archives a page; see ``people``. Raises BadBody."""
        return people.act(self._site, wanted, self._clock.now())

    def dump(self, *, full: bool = False) -> object:
        """Texts of the pages by space and title, and whose they are; the whole state with ``full``."""
        if full:
            return msgspec.to_builtins(self._site)
        return {key: self._pages(space) for key, space in sorted(self._site.spaces.items())}

    def snapshot(self) -> object:
        return msgspec.to_builtins(self._site)

    def load(self, snapshot: object) -> None:
        """Goes on from a snapshot. Raises BadBody if it is none."""
        try:
            self._site = msgspec.convert(snapshot, SiteState)
        except msgspec.ValidationError as error:
            raise BadBody(f"Confluence 的快照读不出来：{error}") from None

    def browse(self) -> tuple[BrowsedProject, ...]:
        """Spaces by key with their pages by title."""
        return tuple(self._browsed(self._site.spaces[key]) for key in sorted(self._site.spaces))

    def _pages(self, space: Space) -> object:
        pages = sorted(self._site.pages_of(space), key=lambda page: page.title)
        titles = {page.id: page.title for page in pages}
        return {
            page.title: {
                "parent": titles.get(page.parent, ""),
                "version": page.number,
                "author": self._named(page.author),
                "text": _text(page),
                "labels": page.labels,
                "files": {one.name: one.file for one in page.files},
                "properties": {one.key: one.value for one in page.properties},
            }
            for page in pages
        }

    def _named(self, account_id: str) -> str:
        account = self._site.accounts.get(account_id)
        return account.name if account else ""

    def _browsed(self, space: Space) -> BrowsedProject:
        pages = sorted(self._site.pages_of(space), key=lambda page: page.title)
        browsed = tuple(BrowsedPage(page.title, page.title, _html(page)) for page in pages)
        return BrowsedProject(key=space.key, title=space.name, tracker=TRACKER, url_path=space.key, pages=browsed)

    def _show(self, _request: Request, key: str, id: str) -> Response:  # noqa: A002 — the pattern's own name
        page = self._site.pages.get(id)
        if page is None:
            raise missing("Page")
        return empty(302, (("Location", wiki_url(TRACKER, key, page.title)),))

    def _view(self, request: Request) -> Response:
        page = self._site.pages.get(request.arg("pageId") or "")
        space = self._site.space(page.space) if page else None
        return self._show(request, space.key if space else "", page.id if page else "")

    def _router(self, routes: tuple[tuple[str, str, Callable[..., Response]], ...]) -> Router:
        router = Router(_no_route)
        for method, path, answer in routes:
            router.add(method, path, self._signed_in(answer))
        return router

    def _signed_in(self, answer: Callable[..., Response]) -> Callable[..., Response]:
        def handle(request: Request, **parameters: str) -> Response:
            account = self._account(request)
            if account is None:
                raise Refusal(401, "UNAUTHORIZED", "Unauthorized")
            if not account.licensed:
                raise Refusal(403, "FORBIDDEN", "Current user not permitted to use Confluence")
            return answer(Call(request, self._site, account, self._clock.now()), **parameters)

        return handle

    def _account(self, request: Request) -> SiteAccount | None:
        """E-mail (Data Center: user name) and token, or a token alone: on Cloud an OAuth token."""
        kind, _, credentials = request.headers.get("Authorization", "").partition(" ")
        accounts, cloud = list(self._site.accounts.values()), self._site.edition == "cloud"
        if kind.lower() == "bearer":
            known = (one for one in accounts if one.oauth or not cloud)
            return next((one for one in known if one.token == credentials), None)
        try:
            name, _, token = b64decode(credentials, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        known = (one for one in accounts if not one.oauth and name == (one.email if cloud else one.username))
        return next((one for one in known if name and token and one.token == token), None)


def _text(page: SitePage) -> str:
    return page.body if isinstance(page.body, str) else json.dumps(page.body, ensure_ascii=False, sort_keys=True)


def _html(page: SitePage) -> str:
    """The page carries its pictures: a browser need not sign in to fetch them."""
    pictures = [(one, f"data:{one.kind};base64,{b64encode(one.data).decode()}") for one in page.files]
    if isinstance(page.body, str):
        return shown(page.body, {one.name: address for one, address in pictures})
    return render_adf(with_pictures(page.body, {one.file: address for one, address in pictures}))


def _no_route(request: Request, allowed: tuple[str, ...]) -> Response:
    if allowed:
        return empty(405, (("Allow", ", ".join(allowed)),))
    return json_response({"statusCode": 404, "message": f"No endpoint {request.method} {request.path}."}, 404)
