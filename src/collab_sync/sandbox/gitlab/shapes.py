"""What GitLab's entities look like in JSON: names and order of the fields as version 14.2.3 sends them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TypeAlias

from collab_sync.sandbox.gitlab.call import Call
from collab_sync.sandbox.gitlab.hooks.state import Hook
from collab_sync.sandbox.gitlab.state import (
    REPORTER,
    Board,
    BoardList,
    Issue,
    Label,
    LabelEvent,
    Milestone,
    MilestoneEvent,
    Note,
    Project,
    StateEvent,
    User,
    WikiPage,
)

Shape: TypeAlias = dict[str, object]

_TASK = re.compile(r"^\s*(?:[-*+]|\d+\.)\s+\[([ xX])\]\s", re.MULTILINE)


def instant(at: datetime | None) -> str | None:
    """``2026-11-21T20:12:49.850Z``."""
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def user_shape(call: Call, user: User) -> Shape:
    """A user as embedded everywhere."""
    return {
        "id": user.id,
        "name": user.name,
        "username": user.username,
        "state": user.state,
        "avatar_url": None,
        "web_url": f"{call.base}/{user.username}",
    }


def account_shape(call: Call, user: User) -> Shape:
    """The signed-in user of ``GET /user``."""
    return {
        **user_shape(call, user),
        "created_at": instant(user.created_at),
        "bio": "",
        "location": None,
        "public_email": "",
        "organization": None,
        "job_title": "",
        "bot": user.bot,
        "email": f"{user.username}@sandbox.invalid",
        "identities": [],
        "can_create_group": True,
        "can_create_project": True,
        "external": False,
        "private_profile": False,
    }


def issue_basic(call: Call, project: Project, issue: Issue, *, labels: bool = False) -> Shape:
    """An issue inside another answer; ``labels``: with their details instead of names."""
    done = [mark.lower() == "x" for mark in _TASK.findall(issue.description or "")]
    assignees = [user_shape(call, call.instance.user(number)) for number in issue.assignee_ids]
    milestone = project.milestone(issue.milestone_id)
    return {
        "id": issue.id,
        "iid": issue.iid,
        "project_id": project.id,
        "title": issue.title,
        "description": issue.description,
        "state": issue.state,
        "created_at": instant(issue.created_at),
        "updated_at": instant(issue.updated_at),
        "closed_at": instant(issue.closed_at),
        "closed_by": _user(call, issue.closed_by_id),
        "labels": _label_details(project, issue) if labels else project.label_names(issue),
        "milestone": milestone_shape(call, project, milestone) if milestone else None,
        "assignees": assignees,
        "author": _user(call, issue.author_id),
        "type": issue.issue_type.upper(),
        "assignee": assignees[0] if assignees else None,
        "user_notes_count": sum(not note.system for note in issue.notes),
        "merge_requests_count": 0,
        "upvotes": 0,
        "downvotes": 0,
        "due_date": issue.due_date.isoformat() if issue.due_date else None,
        "confidential": issue.confidential,
        "discussion_locked": issue.discussion_locked,
        "issue_type": issue.issue_type,
        "web_url": f"{call.base}/{project.path}/-/issues/{issue.iid}",
        "time_stats": {
            "time_estimate": 0,
            "total_time_spent": 0,
            "human_time_estimate": None,
            "human_total_time_spent": None,
        },
        "task_completion_status": {"count": len(done), "completed_count": sum(done)},
        **({"weight": issue.weight} if call.instance.settings.premium else {}),
    }


def issue_shape(call: Call, project: Project, issue: Issue, *, labels: bool = False) -> Shape:
    """An issue of a list."""
    return {**issue_basic(call, project, issue, labels=labels), **_addresses(call, project, issue), **_end(issue)}


def issue_detail(call: Call, project: Project, issue: Issue) -> Shape:
    """An issue on its own: additionally whether the caller is subscribed."""
    subscribed = call.caller is not None and call.caller.id in issue.people
    own: Shape = {"subscribed": subscribed}
    return {**issue_basic(call, project, issue), **_addresses(call, project, issue), **own, **_end(issue)}


def note_shape(call: Call, issue: Issue, note: Note, changes: Shape | None = None) -> Shape:
    """A note; ``changes``: what quick actions in it just did."""
    newer = {"internal": note.confidential} if call.instance.settings.knows_internal_notes else {}
    return {
        "id": note.id,
        "type": None,
        "body": note.body,
        "attachment": None,
        "author": _user(call, note.author_id),
        "created_at": instant(note.created_at),
        "updated_at": instant(note.updated_at),
        "system": note.system,
        "noteable_id": issue.id,
        "noteable_type": "Issue",
        "resolvable": False,
        "confidential": note.confidential,
        **newer,
        "noteable_iid": issue.iid,
        "commands_changes": changes or {},
    }


def label_basic(label: Label) -> Shape:
    """A label inside an event or a board."""
    return {
        "id": label.id,
        "name": label.name,
        "color": label.color,
        "description": label.description,
        "description_html": label.description or "",
        "text_color": "#FFFFFF",
    }


def label_shape(project: Project, label: Label, *, counts: bool) -> Shape:
    """A project's label, with the numbers of issues that carry it if ``counts``."""
    states = [issue.state for issue in project.issues.values() if label.id in issue.label_ids] if counts else []
    numbers = {
        "open_issues_count": states.count("opened"),
        "closed_issues_count": states.count("closed"),
        "open_merge_requests_count": 0,
    }
    tail = {"subscribed": False, "priority": label.priority, "is_project_label": True}
    return {**label_basic(label), **(numbers if counts else {}), **tail}


def milestone_shape(call: Call, project: Project, milestone: Milestone) -> Shape:
    """A project milestone."""
    due = milestone.due_date
    return {
        "id": milestone.id,
        "iid": milestone.iid,
        "project_id": project.id,
        "title": milestone.title,
        "description": milestone.description,
        "state": milestone.state,
        "created_at": instant(milestone.created_at),
        "updated_at": instant(milestone.updated_at),
        "due_date": due.isoformat() if due else None,
        "start_date": milestone.start_date.isoformat() if milestone.start_date else None,
        "expired": None if due is None else due < call.now.date(),
        "web_url": f"{call.base}/{project.path}/-/milestones/{milestone.iid}",
    }


def label_event_shape(call: Call, project: Project, issue: Issue, event: LabelEvent) -> Shape:
    """A label that came or went; ``label`` is null once the label was deleted."""
    label = project.label(event.label_id)
    return {**_event(call, issue, event), "label": label_basic(label) if label else None, "action": event.action}


def state_event_shape(call: Call, issue: Issue, event: StateEvent) -> Shape:
    """An issue closed or reopened."""
    return {**_event(call, issue, event), "state": event.state}


def milestone_event_shape(call: Call, project: Project, issue: Issue, event: MilestoneEvent) -> Shape:
    """A milestone that came or went."""
    milestone = project.milestone(event.milestone_id)
    shape = milestone_shape(call, project, milestone) if milestone else None
    return {**_event(call, issue, event), "milestone": shape, "action": event.action, "state": event.state}


def project_basic(call: Call, project: Project) -> Shape:
    """A project inside another answer."""
    group, _, path = project.path.rpartition("/")
    url = f"{call.base}/{project.path}"
    moves = [project.created_at, *(issue.updated_at for issue in project.issues.values())]
    return {
        "id": project.id,
        "description": project.description,
        "name": project.name,
        "name_with_namespace": f"{group} / {project.name}",
        "path": path,
        "path_with_namespace": project.path,
        "created_at": instant(project.created_at),
        "web_url": url,
        "readme_url": None,
        "avatar_url": None,
        "forks_count": 0,
        "star_count": 0,
        "last_activity_at": instant(max(moves)),
        "namespace": {"name": group, "path": group, "kind": "group", "full_path": group, "parent_id": None},
    }


def project_shape(call: Call, project: Project) -> Shape:
    """A project on its own, with the caller's access."""
    api = f"{call.base}/api/v4/projects/{project.id}"
    level = project.level_of(call.caller)
    access = {"access_level": level, "notification_level": 3} if level else None
    by_group = any(each.by_group for each in project.members if call.caller and each.user_id == call.caller.id)
    given = {"project_access": None if by_group else access, "group_access": access if by_group else None}
    return {
        **project_basic(call, project),
        "_links": {"self": api, "issues": f"{api}/issues", "labels": f"{api}/labels", "members": f"{api}/members"},
        "archived": False,
        "visibility": project.visibility,
        "issues_enabled": True,
        "wiki_enabled": True,
        "issues_access_level": "enabled",
        "wiki_access_level": "enabled",
        "open_issues_count": sum(issue.state == "opened" for issue in project.issues.values()),
        "permissions": given,
    }


def board_shape(call: Call, project: Project, board: Board) -> Shape:
    """A board with its columns."""
    return {
        "id": board.id,
        "name": board.name,
        "hide_backlog_list": False,
        "hide_closed_list": False,
        "project": project_basic(call, project),
        "lists": [board_list_shape(project, each) for each in board.lists],
    }


def board_list_shape(project: Project, column: BoardList) -> Shape:
    """A column of a board."""
    label = project.label(column.label_id)
    return {"id": column.id, "label": label_basic(label) if label else None, "position": column.position}


def hook_shape(project: Project, hook: Hook) -> Shape:
    """A web hook; its secret token is never shown."""
    return {
        "id": hook.id,
        "url": hook.url,
        "created_at": instant(hook.created_at),
        **hook.events,
        "enable_ssl_verification": hook.enable_ssl_verification,
        "project_id": project.id,
    }


def wiki_shape(page: WikiPage, *, content: bool = True) -> Shape:
    """A wiki page; lists leave the content out."""
    shape: Shape = {"format": page.format, "slug": page.slug, "title": page.title}
    return {**shape, "content": page.content} if content else shape


def sees_confidential_notes(call: Call, project: Project) -> bool:
    """Confidential notes are for Reporters and above."""
    return project.level_of(call.caller) >= REPORTER


def _addresses(call: Call, project: Project, issue: Issue) -> Shape:
    done = [mark.lower() == "x" for mark in _TASK.findall(issue.description or "")]
    api = f"{call.base}/api/v4/projects/{project.id}"
    noun = "task" if len(done) == 1 else "tasks"
    return {
        "has_tasks": bool(done),
        **({"task_status": f"{sum(done)} of {len(done)} {noun} completed"} if done else {}),
        "_links": {
            "self": f"{api}/issues/{issue.iid}",
            "notes": f"{api}/issues/{issue.iid}/notes",
            "award_emoji": f"{api}/issues/{issue.iid}/award_emoji",
            "project": api,
        },
        "references": {
            "short": f"#{issue.iid}",
            "relative": f"#{issue.iid}",
            "full": f"{project.path}#{issue.iid}",
        },
    }


def _end(issue: Issue) -> Shape:
    return {"moved_to_id": issue.moved_to_id, "service_desk_reply_to": None}


def _user(call: Call, user_id: int | None) -> Shape | None:
    return None if user_id is None else user_shape(call, call.instance.user(user_id))


def _label_details(project: Project, issue: Issue) -> list[Shape]:
    found = (project.label_named(name) for name in project.label_names(issue))
    return [label_basic(label) for label in found if label is not None]


def _event(call: Call, issue: Issue, event: LabelEvent | StateEvent | MilestoneEvent) -> Shape:
    return {
        "id": event.id,
        "user": _user(call, event.user_id),
        "created_at": instant(event.created_at),
        "resource_type": "Issue",
        "resource_id": issue.id,
    }
