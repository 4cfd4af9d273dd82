"""The site behind its prefix: signs requests in, finds their resource, turns refusals into answers."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime

import msgspec

from collab_sync.sandbox.browse.model import BrowsedProject
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.jira import acts
from collab_sync.sandbox.jira.api import attachments, issues, meta
from collab_sync.sandbox.jira.call import PREFIX, Call
from collab_sync.sandbox.jira.dump import dump
from collab_sync.sandbox.jira.hooks.api import ROOT
from collab_sync.sandbox.jira.hooks.calls import announced
from collab_sync.sandbox.jira.refusal import Refusal, missing_issue, unauthenticated
from collab_sync.sandbox.jira.routes import HOOKS, ROUTES
from collab_sync.sandbox.jira.seeding import new_site, seed
from collab_sync.sandbox.jira.showing import browse_path, browsed
from collab_sync.sandbox.jira.state import Edition, SiteAccount, SiteState
from collab_sync.sandbox.jira.text.adf import is_document
from collab_sync.sandbox.jira.text.wiki import from_document
from collab_sync.sandbox.wire import BadBody, Request, Response, Router, empty, json_response


class JiraTracker:
    """Jira under ``/jira``, Cloud or Data Center: as ``edition`` says, until a seed or a snapshot says otherwise.
    Implements ``wire.SandboxTracker``."""

    prefix = PREFIX

    def __init__(self, clock: SandboxClock, edition: Edition = "cloud") -> None:
        self._clock = clock
        self._site = new_site(edition)
        self._answered = 0
        self._routers = {each: self._router(each) for each in ROUTES}

    def handle(self, request: Request) -> Response:
        """Answers a request of the REST API; ``/browse/KEY`` leads to the browser view."""
        self._answered += 1
        try:
            with self._announced():
                response = self._routers[self._site.edition].respond(request)
        except Refusal as refusal:
            response = refusal.response()
        account = self.account_of(request)
        header = "X-AACCOUNTID" if self._site.cloud else "X-AUSERNAME"
        signed_in = ((header, account),) if account.isascii() and account else ()
        return response.with_headers((("X-AREQUESTID", f"{self._answered:032x}"), *signed_in))

    def account_of(self, request: Request) -> str:
        """The account id (Data Center: the user name) that the request proves, empty if it proves none."""
        account = self._account(request)
        if account is None:
            return ""
        return account.account_id if self._site.cloud else account.login

    def seed(self, wanted: Mapping[str, object], at: datetime) -> None:
        """Adds missing accounts, custom fields and projects; see ``seeding.Seed``. Raises BadBody."""
        seed(self._site, wanted)

    def put_issue(self, request: Request) -> Response:
        """Creates ``{"key", "as", "fields", …}`` unless the key was given before; answers like POST issue. The
        description may be a document in both editions."""
        body = request.json()
        if not isinstance(body, dict) or not isinstance(body.get("fields"), dict):
            raise BadBody('要写成 {"as": "林珊", "key": "NPX-30", "fields": {…}}。')
        project, _, number = str(body.get("key", "")).rpartition("-")
        account = self._site.account_named(str(body.get("as", "")))
        if account is None or project not in self._site.projects or not number.isdigit():
            raise BadBody(f"没有项目或人员：key={body.get('key')!r}，as={body.get('as')!r}；先用 seed 建立它们。")
        try:
            with self._announced():
                return self._put_issue(request, body, (project, int(number)), account)
        except Refusal as refusal:
            return refusal.response()

    def act(self, wanted: Mapping[str, object]) -> object:
        """Moves, hides, shows, deletes an issue, takes a project from an account; see ``acts``. Raises BadBody."""
        with self._announced():
            return acts.act(self._site, wanted, self._clock.now())

    def dump(self, *, full: bool = False) -> object:
        """Issues by name for comparisons; the whole state with ``full``."""
        return dump(self._site, full=full)

    def snapshot(self) -> object:
        """The complete state."""
        return msgspec.to_builtins(self._site, str_keys=True)

    def load(self, snapshot: object) -> None:
        """Goes on from a snapshot. Raises BadBody if it is none."""
        try:
            self._site = msgspec.convert(snapshot, SiteState, str_keys=True)
        except msgspec.ValidationError as error:
            raise BadBody(f"Jira 的快照读不出来：{error}") from None

    def browse(self) -> tuple[BrowsedProject, ...]:
        """The site for people's eyes."""
        return browsed(self._site, self._clock.now())

    def _router(self, edition: Edition) -> Router:
        router = Router(_no_route)
        root = SiteState(edition=edition).api
        for method, path, answer in ROUTES[edition]:
            router.add(method, root + path, self._signed_in(answer))
        for method, path, answer in HOOKS if edition == "cloud" else ():
            router.add(method, ROOT + path, self._signed_in(answer))
        router.add("GET", f"{root}/serverInfo", self._server_info)
        router.add("GET", "/browse/{key}", self._show)
        router.add("GET", "/secure/attachment/{attachment_id}/{name}", self._signed_in(attachments.secure))
        return router

    def _announced(self) -> AbstractContextManager[None]:
        return announced(self._site, self._clock.now() if self._clock.is_set else None)

    def _put_issue(
        self, request: Request, body: dict[str, object], place: tuple[str, int], account: SiteAccount
    ) -> Response:
        project, number = place
        known = self._site.keys.get(f"{project}-{number}")
        fields = body["fields"] if isinstance(body["fields"], dict) else {}
        document = fields.get("description")
        if not self._site.cloud and is_document(document):
            fields = {**fields, "description": from_document(document)}
        whole = {**body, "fields": {**fields, "project": {"key": project}}}
        inner = Request("POST", request.path, request.query, request.headers, json_response(whole).body)
        call = Call(inner, self._site, account, self._clock.now())
        issue_id = known if known is not None else self._new_issue(call, number, document)
        bean = {
            "id": str(issue_id),
            "key": f"{project}-{number}",
            "self": f"{call.api}/issue/{issue_id}",
        }
        return json_response(bean, 201 if known is None else 200)

    def _new_issue(self, call: Call, number: int, document: object) -> int:
        issue = issues.new_issue(call, number)
        if not self._site.cloud and is_document(document):
            issue.description = document  # kept as it was given, checked in the site's own notation
        return issue.id

    def _signed_in(self, answer: Callable[..., Response]) -> Callable[..., Response]:
        def handle(request: Request, **parameters: str) -> Response:
            account = self._account(request)
            if account is None:
                return unauthenticated(cloud=self._site.cloud)
            return answer(Call(request, self._site, account, self._clock.now()), **parameters)

        return handle

    def _server_info(self, request: Request) -> Response:
        nobody = SiteAccount(account_id="", name="", email="", token="")
        return meta.server_info(Call(request, self._site, nobody, self._clock.now()))

    def _show(self, _request: Request, key: str) -> Response:
        issue = self._site.issue(key)
        if issue is None:
            raise missing_issue()
        return empty(302, (("Location", browse_path(issue)),))

    def _account(self, request: Request) -> SiteAccount | None:
        """Who signs in: e-mail and token on Cloud; a token alone, or user name and token, on Data Center."""
        kind, _, credentials = request.headers.get("Authorization", "").partition(" ")
        known = [each for each in self._site.accounts.values() if each.active]
        if kind.lower() == "bearer" and not self._site.cloud:
            return next((each for each in known if credentials and each.token == credentials), None)
        if kind.lower() != "basic":
            return None
        try:
            name, _, token = b64decode(credentials, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        named = (each for each in known if name == (each.email if self._site.cloud else each.login))
        return next((each for each in named if name and token and each.token == token), None)


def _no_route(request: Request, allowed: tuple[str, ...]) -> Response:
    if allowed:
        return empty(405, (("Allow", ", ".join(allowed)),))
    message = f"No endpoint {request.method} {request.path}."
    return json_response({"errorMessages": [message], "errors": {}}, 404)
