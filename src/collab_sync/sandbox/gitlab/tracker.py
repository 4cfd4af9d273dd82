"""The sandbox's GitLab as the world mounts it: routes, sign-in, seed, dump, snapshot, browser view."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote

import msgspec

from collab_sync.sandbox.browse.addresses import boards_url, item_url, project_url, wiki_url
from collab_sync.sandbox.browse.model import BrowsedProject
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.gitlab import acts, seeding, views
from collab_sync.sandbox.gitlab.answers import answer, refusal, stamped
from collab_sync.sandbox.gitlab.api import events, issues, labels, links, notes, planning, projects, tokens, wikis
from collab_sync.sandbox.gitlab.api.routes import Answer
from collab_sync.sandbox.gitlab.call import Call, check_scope, identify, rate_headers, throttle
from collab_sync.sandbox.gitlab.errors import ApiError, no_route, unauthorized
from collab_sync.sandbox.gitlab.hooks import api as hooks
from collab_sync.sandbox.gitlab.parameters import Parameters
from collab_sync.sandbox.gitlab.shapes import issue_detail
from collab_sync.sandbox.gitlab.state import Instance, Project, Settings, User
from collab_sync.sandbox.wire import BadBody, Handler, Request, Response, Router, empty, text_response

API = "/api/v4"
_ISSUE_PAGE = re.compile(r"^/(?P<path>.+?)/-/issues/(?P<iid>\d+)$")
_BOARD_PAGE = re.compile(r"^/(?P<path>.+?)/-/boards(?:/\d+)?$")
_WIKI_PAGE = re.compile(r"^/(?P<path>.+?)/-/wikis/(?P<slug>.+)$")


class GitLabTracker:
    """GitLab CE 14.2.3 as it was observed; ``settings`` (or a seed) make it newer, paid for or stricter."""

    prefix = "/gitlab"

    def __init__(self, clock: SandboxClock, settings: Settings | None = None) -> None:
        self._clock = clock
        self._instance = Instance(settings=settings or Settings())
        self._answered = 0
        self._router = self._routes()

    def handle(self, request: Request) -> Response:
        """An answer of the API; addresses of GitLab's own pages lead to the sandbox's view of the same thing."""
        if not request.path.startswith("/api/"):
            return self._page(request)
        self._answered += 1
        try:
            response = self._router.respond(request)
        except ApiError as error:
            response = refusal(error)
        return stamped(response.with_headers(self._quota(request, response)), self._answered)

    def account_of(self, request: Request) -> str:
        """The user name behind the request's token, empty for none."""
        user = self._signed(request)
        return user.username if user else ""

    def seed(self, wanted: Mapping[str, object], at: datetime) -> None:
        """Adds users, projects and settings; see ``seeding``. Raises BadBody."""
        seeding.sow(self._instance, wanted, at)

    def put_issue(self, request: Request) -> Response:
        """Creates ``{"key": "rd/x1-firmware#4", "as": "李明", …}``, other fields as in POST issues; ``as`` is a user
        name or a person's name, and so may be ``assignee``. If the key was given before, nothing changes."""
        call, project, number = self._given(request)
        issue = project.issues.get(number)
        try:
            if issue is None:
                issue = issues.open_issue(call, project, number)
        except ApiError as error:
            return refusal(error)
        return answer(issue_detail(call, project, issue), 201)

    def dump(self, *, full: bool = False) -> object:
        """See ``views``."""
        return views.everything(self._instance) if full else views.canonical(self._instance)

    def snapshot(self) -> object:
        """The whole state as plain JSON values."""
        return msgspec.to_builtins(self._instance, str_keys=True)

    def load(self, snapshot: object) -> None:
        """Goes on from a snapshot. Raises BadBody."""
        try:
            self._instance = msgspec.convert(snapshot, Instance, str_keys=True)
        except msgspec.ValidationError as error:
            raise BadBody(f"GitLab 的快照读不出来：{error}") from None

    def browse(self) -> tuple[BrowsedProject, ...]:
        """See ``views``."""
        return views.browsed(self._instance)

    def _routes(self) -> Router:
        router = Router(lambda _request, _allowed: refusal(no_route()))
        for module in (projects, issues, notes, links, events, labels, planning, wikis, tokens, hooks):
            for method, pattern, respond in module.ROUTES:
                router.add(method, API + pattern, self._bound(respond))
        return router

    def _bound(self, respond: Answer) -> Handler:
        def handler(request: Request, **parts: str) -> Response:
            return respond(self._call(request), **parts)

        return handler

    def _call(self, request: Request) -> Call:
        params = Parameters.of(request)
        now = self._now()
        signed = identify(self._instance, request, now)
        if signed is None and request.method != "GET":
            raise unauthorized()
        if signed is not None:
            throttle(self._instance, signed[0], now)
            check_scope(signed[1], request)
        caller = signed[0] if signed else None
        return Call(request, self._instance, caller, now, params, request.origin + self.prefix)

    def _signed(self, request: Request) -> User | None:
        try:
            signed = identify(self._instance, request, self._now())
        except ApiError:
            return None
        return signed[0] if signed else None

    def _quota(self, request: Request, response: Response) -> tuple[tuple[str, str], ...]:
        settings = self._instance.settings
        user = self._signed(request) if settings.rate_limit_headers and settings.requests_per_minute else None
        told = any(name == "RateLimit-Limit" for name, _ in response.headers)
        return rate_headers(self._instance, user, self._now()) if user and not told else ()

    def act(self, wanted: Mapping[str, object]) -> object:
        """Does what happens to issues, projects and tokens without a client; see ``acts``. Raises BadBody."""
        return acts.perform(self._instance, wanted, self._now())

    def _now(self) -> datetime:
        now = self._clock.now().astimezone(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def _given(self, request: Request) -> tuple[Call, Project, int]:
        body = request.json()
        path, _, number = str(body.get("key", "")).rpartition("#") if isinstance(body, dict) else ("", "", "")
        project = self._instance.project(path)
        if not isinstance(body, dict) or project is None or not number.isdecimal():
            raise BadBody('要写成 {"key": "rd/x1-firmware#4", "as": "李明", "title": …}；项目先用 seed 建立。')
        user = acts.person(self._instance, body.get("as"))
        fields = {name: value for name, value in body.items() if name not in ("key", "as", "assignee")}
        if body.get("assignee") is not None:
            fields["assignee_ids"] = [acts.person(self._instance, body["assignee"]).id]
        base = request.origin + self.prefix
        call = Call(replace(request, query=()), self._instance, user, self._now(), Parameters(fields), base)
        return call, project, int(number)

    def _page(self, request: Request) -> Response:
        path = unquote(request.path)
        issue, wiki, board = (page.match(path) for page in (_ISSUE_PAGE, _WIKI_PAGE, _BOARD_PAGE))
        if issue:
            return _moved(item_url(views.TRACKER, issue["path"], issue["iid"]))
        if wiki:
            return _moved(wiki_url(views.TRACKER, wiki["path"], wiki["slug"]))
        if board:
            return _moved(boards_url(views.TRACKER, board["path"]))
        where = path.strip("/")
        project = self._instance.project(where) or self._instance.formerly(where)
        if project is not None:
            return _moved(project_url(views.TRACKER, project.path))
        return text_response("404 page not found", 404)


def _moved(url: str) -> Response:
    return empty(302, [("Location", url)])
