"""What Jira would send when an issue or a comment changes, after its documentation: no real call has been captured.

Whatever changed an issue, a request or an act of people, the site is looked at before and after. A comment announces
itself only; a real site also says that the issue was updated.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from collab_sync.sandbox.jira.hooks.state import JQL, MOST_CALLS, SiteCall, SiteHook
from collab_sync.sandbox.jira.jql.evaluate import matching
from collab_sync.sandbox.jira.jql.fields import Asking
from collab_sync.sandbox.jira.jql.parse import parse
from collab_sync.sandbox.jira.state import Comment, Issue, RichText, SiteAccount, SiteState

_SYSTEM = SiteAccount(account_id="", name="", email="", token="")


@dataclass(frozen=True, slots=True)
class _Look:
    """An issue as hooks tell it from what it was: how long its history is, when each comment was last changed."""

    issue: Issue
    changes: int
    comments: Mapping[int, tuple[Comment, datetime, RichText]]


@contextmanager
def announced(site: SiteState, now: datetime | None) -> Iterator[None]:
    """What changes inside is told to the hooks of the site afterwards. ``now``: None where no time is told yet."""
    if not site.hooks or now is None:
        yield
        return
    before = _looks(site)
    yield
    after = _looks(site)
    for id_ in sorted(before.keys() | after.keys()):
        for event, look, comment in _news(before.get(id_), after.get(id_)):
            _send(site, event, look.issue, comment, now)


def collect(site: SiteState) -> tuple[SiteCall, ...]:
    """Everything that would have been sent since the last time, in order."""
    calls = tuple(site.calls)
    site.calls.clear()
    return calls


def _looks(site: SiteState) -> dict[int, _Look]:
    return {
        id_: _Look(issue, len(issue.changes), {one.id: (one, one.updated, one.body) for one in issue.comments})
        for id_, issue in site.issues.items()
    }


def _news(before: _Look | None, after: _Look | None) -> Iterator[tuple[str, _Look, Comment | None]]:
    if before is not None and after is not None:
        if after.changes != before.changes:
            yield "jira:issue_updated", after, None
        yield from _comments(before, after)
    elif after is not None:
        yield "jira:issue_created", after, None
    elif before is not None:
        yield "jira:issue_deleted", before, None


def _comments(before: _Look, after: _Look) -> Iterator[tuple[str, _Look, Comment | None]]:
    for id_ in sorted(before.comments.keys() | after.comments.keys()):
        was, is_ = before.comments.get(id_), after.comments.get(id_)
        if was is None and is_ is not None:
            yield "comment_created", after, is_[0]
        elif is_ is None and was is not None:
            yield "comment_deleted", after, was[0]
        elif was is not None and is_ is not None and was[1:] != is_[1:]:
            yield "comment_updated", after, is_[0]


def _send(site: SiteState, event: str, issue: Issue, comment: Comment | None, now: datetime) -> None:
    for hook in site.hooks.values():
        if hook.enabled and event in hook.events and _meant(site, hook, issue, now):
            site.calls.append(_call(site, hook, _body(site, event, issue, comment, now)))
    del site.calls[:-MOST_CALLS]


def _meant(site: SiteState, hook: SiteHook, issue: Issue, now: datetime) -> bool:
    query = hook.filters.get(JQL, "")
    everything = Asking(site, _SYSTEM, now, ZoneInfo(site.time_zone), frozenset(site.projects))
    return matching(parse(query), everything)(issue) if query else True


def _call(site: SiteState, hook: SiteHook, body: Mapping[str, object]) -> SiteCall:
    text = "" if hook.exclude_body else json.dumps(body, ensure_ascii=False)
    number = UUID(bytes=sha256(f"call {site.next_id('call')}".encode()).digest()[:16])
    digest = hmac.new(hook.secret.encode(), text.encode(), sha256).hexdigest()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Atlassian Webhook HTTP Client",
        "X-Atlassian-Webhook-Identifier": str(number),
        "X-Atlassian-Webhook-Flow": "Primary",
        **({"X-Hub-Signature": f"sha256={digest}"} if hook.secret else {}),
    }
    return SiteCall(url=hook.url, headers=headers, body=text)


def _body(site: SiteState, event: str, issue: Issue, comment: Comment | None, now: datetime) -> Mapping[str, object]:
    project, status = site.projects[issue.project], site.statuses[issue.status]
    fields = {
        "summary": issue.summary,
        "project": {"id": project.id, "key": project.key, "name": project.name},
        "status": {"id": status.id, "name": status.name},
        "labels": issue.labels,
    }
    body: dict[str, object] = {
        "timestamp": int(now.timestamp() * 1000),
        "webhookEvent": event,
        "issue": {"id": str(issue.id), "key": issue.key, "fields": fields},
    }
    if comment is not None:
        author = {"accountId": comment.update_author or comment.author}
        return {**body, "comment": {"id": str(comment.id), "author": author}}
    return body
