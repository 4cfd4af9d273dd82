"""What GitLab would send when an issue or a comment changes: observed on 14.2.3, signed as newer servers do."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from collab_sync.sandbox.gitlab.hooks.state import Hook, HookCall, HookSecret
from collab_sync.sandbox.gitlab.state import Instance, Issue, Note, Project, User

RESTS_AFTER, ENDS_AFTER = 4, 40
"""Failures in a row after which a hook rests for a while, and after which it is switched off for good."""
SHORTEST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=24)
MOST_CALLS = 10_000
"""Calls that wait to be collected; the oldest are lost."""
FIRST_FAILURE = 300
ADDRESS = "https://gitlab.sandbox.example"
"""How the instance calls itself where nobody asked by an address."""


@dataclass(frozen=True, slots=True)
class News:
    """What ``user`` did to an issue."""

    instance: Instance
    project: Project
    issue: Issue
    user: User
    now: datetime

    def changed(self, action: str) -> None:
        """``action``: open, update, close or reopen."""
        kind = "confidential_issue" if self.issue.confidential else "issue"
        labels = [{"id": one.id, "title": one.name} for one in self.project.labels if one.id in self.issue.label_ids]
        body = {
            "object_kind": "issue",
            "event_type": kind,
            "user": _user(self.user),
            "project": _project(self.project),
            "object_attributes": {**_issue(self.project, self.issue), "action": action, "labels": labels},
            "labels": labels,
            "changes": {"updated_at": {"current": _time(self.issue.updated_at)}},
        }
        self._announce(f"{kind}s_events", _event("Issue Hook", kind), body)

    def commented(self, note: Note) -> None:
        """A comment is new or reads otherwise now."""
        kind = "confidential_note" if self.issue.confidential or note.confidential else "note"
        body = {
            "object_kind": "note",
            "event_type": kind,
            "user": _user(self.user),
            "project_id": self.project.id,
            "project": _project(self.project),
            "object_attributes": {
                "id": note.id,
                "note": note.body,
                "noteable_id": self.issue.id,
                "noteable_type": "Issue",
                "author_id": note.author_id,
                "system": False,
                "created_at": _time(note.created_at),
                "updated_at": _time(note.updated_at),
                "url": f"{_issue_url(self.project, self.issue)}#note_{note.id}",
            },
            "issue": _issue(self.project, self.issue),
        }
        self._announce(f"{kind}_events", _event("Note Hook", kind), body)

    def _announce(self, flag: str, event: str, body: Mapping[str, object]) -> None:
        for hook in self.project.hooks:
            if hook.events.get(flag) and condition(self.instance, hook, self.now) == "executable":
                _send(self.instance, hook, event, body, self.now)


def tried(instance: Instance, project: Project, hook: Hook, now: datetime) -> bool:
    """Somebody pressed Test; whether the receiver answered well. Then a hook that was switched off works again."""
    body = {"object_kind": "issue", "event_type": "issue", "project": _project(project)}
    _send(instance, hook, "Issue Hook", body, now)
    return not hook.failures


def condition(instance: Instance, hook: Hook, now: datetime) -> str:
    """What the API calls ``alert_status``. Since 17.11; older servers switch hooks off by other rules, which nobody has
    observed: here they never do."""
    if not instance.settings.since(17, 11) or not hook.failures:
        return "executable"
    if hook.failures >= ENDS_AFTER:
        return "disabled"
    return "temporarily_disabled" if hook.disabled_until and hook.disabled_until > now else "executable"


def collect(instance: Instance) -> tuple[HookCall, ...]:
    """Everything that would have been sent since the last time, in order."""
    calls = tuple(instance.calls)
    instance.calls.clear()
    return calls


def _send(instance: Instance, hook: Hook, event: str, body: Mapping[str, object], now: datetime) -> None:
    text = json.dumps(body, ensure_ascii=False)
    number = str(UUID(bytes=sha256(f"call {instance.new_id('call')}".encode()).digest()[:16]))
    secret, settings = instance.hook_secrets.get(hook.id, HookSecret()), instance.settings
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"GitLab/{settings.version}",
        "X-Gitlab-Event": event,
        **({"X-Gitlab-Token": secret.token} if secret.token else {}),
        **({"X-Gitlab-Event-UUID": number} if settings.since(16, 2) else {}),
        **({"Idempotency-Key": number} if settings.since(17, 4) else {}),
        **(_signature(secret.signing, number, text, now) if secret.signing else {}),
    }
    instance.calls.append(HookCall(url=hook.url, headers=headers, body=text))
    del instance.calls[:-MOST_CALLS]
    answered(hook, now)


def answered(hook: Hook, now: datetime) -> None:
    """A call of the hook was answered as its receiver answers now."""
    if hook.answers < FIRST_FAILURE:
        hook.failures, hook.disabled_until = 0, None
        return
    hook.failures += 1
    if hook.failures >= RESTS_AFTER:
        rest: timedelta = SHORTEST_REST * 2 ** min(hook.failures - RESTS_AFTER, 12)
        hook.disabled_until = now + min(rest, LONGEST_REST)


def _signature(secret: str, number: str, text: str, now: datetime) -> dict[str, str]:
    time = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = base64.b64encode(hmac.digest(key, f"{number}.{time}.{text}".encode(), sha256)).decode()
    return {"webhook-id": number, "webhook-timestamp": time, "webhook-signature": f"v1,{made}"}


def _event(name: str, kind: str) -> str:
    return f"Confidential {name}" if kind.startswith("confidential") else name


def _user(user: User) -> dict[str, object]:
    return {"id": user.id, "name": user.name, "username": user.username, "avatar_url": None, "email": "[REDACTED]"}


def _project(project: Project) -> dict[str, object]:
    url = f"{ADDRESS}/{project.path}"
    namespace = project.path.rpartition("/")[0]
    return {
        "id": project.id,
        "name": project.name,
        "description": project.description,
        "web_url": url,
        "namespace": namespace,
        "path_with_namespace": project.path,
        "homepage": url,
    }


def _issue(project: Project, issue: Issue) -> dict[str, object]:
    return {
        "id": issue.id,
        "iid": issue.iid,
        "project_id": project.id,
        "title": issue.title,
        "description": issue.description,
        "state": issue.state,
        "confidential": issue.confidential,
        "author_id": issue.author_id,
        "assignee_ids": issue.assignee_ids,
        "due_date": issue.due_date.isoformat() if issue.due_date else None,
        "moved_to_id": issue.moved_to_id,
        "created_at": _time(issue.created_at),
        "updated_at": _time(issue.updated_at),
        "url": _issue_url(project, issue),
    }


def _issue_url(project: Project, issue: Issue) -> str:
    return f"{ADDRESS}/{project.path}/-/issues/{issue.iid}"


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S UTC")
