"""The site behind its prefix: signs requests in, finds their resource, turns refusals into answers."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from collab_sync.sandbox.browse.model import BrowsedProject
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.jira.api import comments, issues, links, meta, properties, search
from collab_sync.sandbox.jira.call import PREFIX, Call
from collab_sync.sandbox.jira.dump import dump
from collab_sync.sandbox.jira.refusal import Refusal, missing_issue, unauthenticated
from collab_sync.sandbox.jira.seeding import new_site, seed
from collab_sync.sandbox.jira.showing import browse_path, browsed
from collab_sync.sandbox.jira.state import SiteAccount, SiteState
from collab_sync.sandbox.wire import BadBody, Request, Response, Router, empty, json_response

_API = "/rest/api/3"
_ROUTES: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    ("GET", "/myself", meta.myself),
    ("GET", "/mypermissions", meta.my_permissions),
    ("GET", "/field", meta.fields),
    ("GET", "/project", meta.project_list),
    ("GET", "/project/search", meta.projects),
    ("GET", "/project/{key}", meta.project),
    ("GET", "/project/{key}/statuses", meta.project_statuses),
    ("GET", "/issue/createmeta/{key}/issuetypes", meta.create_types),
    ("GET", "/issuetype", meta.issue_types),
    ("GET", "/status", meta.statuses),
    ("GET", "/priority", meta.priorities),
    ("GET", "/label", meta.labels),
    ("GET", "/user", meta.user),
    ("GET", "/user/search", meta.users),
    ("GET", "/search/jql", search.search),
    ("POST", "/search/jql", search.search),
    ("POST", "/search/approximate-count", search.count),
    ("GET", "/search", search.removed),
    ("POST", "/search", search.removed),
    ("POST", "/issue", issues.create),
    ("POST", "/issue/bulkfetch", issues.bulk_fetch),
    ("POST", "/changelog/bulkfetch", issues.bulk_changelog),
    ("GET", "/issue/{key}", issues.read),
    ("PUT", "/issue/{key}", issues.change),
    ("DELETE", "/issue/{key}", issues.delete),
    ("PUT", "/issue/{key}/assignee", issues.assign),
    ("GET", "/issue/{key}/transitions", issues.transitions),
    ("POST", "/issue/{key}/transitions", issues.transit),
    ("GET", "/issue/{key}/changelog", issues.changelog),
    ("GET", "/issue/{key}/comment", comments.page),
    ("POST", "/issue/{key}/comment", comments.add),
    ("GET", "/issue/{key}/comment/{comment_id}", comments.read),
    ("PUT", "/issue/{key}/comment/{comment_id}", comments.change),
    ("DELETE", "/issue/{key}/comment/{comment_id}", comments.delete),
    ("POST", "/comment/list", comments.by_ids),
    ("GET", "/comment/{comment_id}/properties", properties.list_of_comment),
    ("GET", "/comment/{comment_id}/properties/{name}", properties.read_of_comment),
    ("PUT", "/comment/{comment_id}/properties/{name}", properties.put_on_comment),
    ("DELETE", "/comment/{comment_id}/properties/{name}", properties.delete_of_comment),
    ("GET", "/issue/{key}/properties", properties.list_of_issue),
    ("GET", "/issue/{key}/properties/{name}", properties.read_of_issue),
    ("PUT", "/issue/{key}/properties/{name}", properties.put_on_issue),
    ("DELETE", "/issue/{key}/properties/{name}", properties.delete_of_issue),
    ("GET", "/issueLinkType", links.types),
    ("POST", "/issueLink", links.create),
    ("GET", "/issueLink/{link_id}", links.read),
    ("DELETE", "/issueLink/{link_id}", links.delete),
    ("GET", "/issue/{key}/remotelink", links.remote_links),
    ("POST", "/issue/{key}/remotelink", links.put_remote_link),
    ("DELETE", "/issue/{key}/remotelink", links.delete_remote_link_by_global_id),
    ("DELETE", "/issue/{key}/remotelink/{link_id}", links.delete_remote_link),
)


class JiraTracker:
    """Jira Cloud under ``/jira``. Implements ``wire.SandboxTracker``."""

    prefix = PREFIX

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._site = new_site()
        self._answered = 0
        self._router = Router(_no_route)
        for method, path, answer in _ROUTES:
            self._router.add(method, _API + path, self._signed_in(answer))
        self._router.add("GET", f"{_API}/serverInfo", self._server_info)
        self._router.add("GET", "/browse/{key}", self._show)

    def handle(self, request: Request) -> Response:
        """Answers a request of the REST API; ``/browse/KEY`` leads to the browser view."""
        self._answered += 1
        try:
            response = self._router.respond(request)
        except Refusal as refusal:
            response = refusal.response()
        account = self.account_of(request)
        signed_in = (("X-AACCOUNTID", account),) if account.isascii() and account else ()
        return response.with_headers((("X-AREQUESTID", f"{self._answered:032x}"), *signed_in))

    def account_of(self, request: Request) -> str:
        """The account id that basic authentication proves, empty if it proves none."""
        account = self._account(request)
        return account.account_id if account is not None else ""

    def seed(self, wanted: Mapping[str, object], at: datetime) -> None:
        """Adds missing accounts, custom fields and projects; see ``seeding.Seed``. Raises BadBody."""
        seed(self._site, wanted)

    def put_issue(self, request: Request) -> Response:
        """Creates ``{"key", "as", "fields", …}`` unless the key was given before; answers like POST issue."""
        body = request.json()
        if not isinstance(body, dict) or not isinstance(body.get("fields"), dict):
            raise BadBody('要写成 {"as": "林珊", "key": "NPX-30", "fields": {…}}。')
        project, _, number = str(body.get("key", "")).rpartition("-")
        account = self._site.account_named(str(body.get("as", "")))
        if account is None or project not in self._site.projects or not number.isdigit():
            raise BadBody(f"没有项目或人员：key={body.get('key')!r}，as={body.get('as')!r}；先用 seed 建立它们。")
        try:
            return self._put_issue(request, body, (project, int(number)), account)
        except Refusal as refusal:
            return refusal.response()

    def act(self, wanted: Mapping[str, object]) -> object:
        """Knows no act yet."""
        raise BadBody(f"Jira 不会做这件事：{wanted.get('act')!r}。")

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
        return browsed(self._site)

    def _put_issue(
        self, request: Request, body: dict[str, object], place: tuple[str, int], account: SiteAccount
    ) -> Response:
        project, number = place
        known = self._site.keys.get(f"{project}-{number}")
        fields = body["fields"] if isinstance(body["fields"], dict) else {}
        whole = {**body, "fields": {**fields, "project": {"key": project}}}
        inner = Request("POST", request.path, request.query, request.headers, json_response(whole).body)
        call = Call(inner, self._site, account, self._clock.now())
        issue_id = known if known is not None else issues.new_issue(call, number).id
        bean = {
            "id": str(issue_id),
            "key": f"{project}-{number}",
            "self": f"{call.base}{_API}/issue/{issue_id}",
        }
        return json_response(bean, 201 if known is None else 200)

    def _signed_in(self, answer: Callable[..., Response]) -> Callable[..., Response]:
        def handle(request: Request, **parameters: str) -> Response:
            account = self._account(request)
            if account is None:
                return unauthenticated()
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
        kind, _, credentials = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "basic":
            return None
        try:
            email, _, token = b64decode(credentials, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        known = (each for each in self._site.accounts.values() if each.active and each.email == email)
        return next((each for each in known if token and each.token == token), None)


def _no_route(request: Request, allowed: tuple[str, ...]) -> Response:
    if allowed:
        return empty(405, (("Allow", ", ".join(allowed)),))
    message = f"No endpoint {request.method} {request.path}."
    return json_response({"errorMessages": [message], "errors": {}}, 404)
