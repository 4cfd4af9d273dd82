"""The instance for comparisons (``dump``) and for people's eyes (``browse``)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import msgspec

from collab_sync.pictures import svg
from collab_sync.sandbox.browse.addresses import item_url
from collab_sync.sandbox.browse.markdown import render_markdown
from collab_sync.sandbox.browse.model import (
    BrowsedBoard,
    BrowsedComment,
    BrowsedEvent,
    BrowsedItem,
    BrowsedLink,
    BrowsedPage,
    BrowsedProject,
)
from collab_sync.sandbox.gitlab.state import Board, Instance, Issue, Note, Project, WikiPage

TRACKER = "gitlab"
_KEPT = frozenset({"tokens", "usage", "usage_minute", "calls", "hook_secrets"})
"""What a dump leaves out."""
_ADDRESS = re.compile(r"http://(?:127\.0\.0\.1|localhost)(?::\d+)?")
_REFERENCE = re.compile(
    r"/gitlab/(?P<page>[\w.-]+(?:/[\w.-]+)+)/-/issues/(?P<paged>\d+)"
    r"|(?<![\w/&])(?P<full>[\w.-]+(?:/[\w.-]+)+)?#(?P<number>\d+)\b"
)


def canonical(instance: Instance) -> dict[str, object]:
    """``issues`` by key and ``pages`` by project and slug: what people would compare, the same for the same story.

    Without ids, times and activity. Issues the instance numbered itself go by their titles (``rd/x1-firmware·启动会``)
    and are called so wherever texts name them; the sandbox's own address is left out of URLs.
    """
    names = _names(instance)
    issues = {
        names[_key(project, issue)]: _issue(instance, project, issue, names)
        for project in instance.projects
        for issue in project.issues.values()
    }
    pages = {f"{project.path}/{page.slug}": page.content for project in instance.projects for page in project.wiki}
    renamed = {slug: _renamed(content, "", names) for slug, content in sorted(pages.items())}
    return {"issues": {key: issues[key] for key in sorted(issues)}, "pages": renamed}


def everything(instance: Instance) -> object:
    """The whole state with ids and times; tokens stay secret, and so do those of web hooks."""
    state = msgspec.to_builtins(instance, str_keys=True)
    return {name: value for name, value in state.items() if name not in _KEPT}


def browsed(instance: Instance) -> tuple[BrowsedProject, ...]:
    """All projects by path."""
    projects = sorted(instance.projects, key=lambda project: project.path)
    return tuple(_browsed_project(instance, project) for project in projects)


def _names(instance: Instance) -> dict[str, str]:
    seen: Counter[str] = Counter()
    names: dict[str, str] = {}
    for project in instance.projects:
        for issue in project.issues.values():
            key = _key(project, issue)
            name = f"{project.path}·{issue.title}"
            seen[name] += issue.numbered_here
            count = f"·{seen[name]}" if seen[name] > 1 else ""
            names[key] = f"{name}{count}" if issue.numbered_here else key
    return names


def _issue(instance: Instance, project: Project, issue: Issue, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "title": issue.title,
        "description": _renamed(issue.description or "", project.path, names),
        "labels": project.label_names(issue),
        "status": issue.state,
        "due": issue.due_date.isoformat() if issue.due_date else None,
        "assignee": _assignee(instance, issue),
        "author": instance.user(issue.author_id).name,
        "links": sorted(names[_key(other, far)] for _, other, far in instance.links_of(issue)),
        "comments": [
            {"author": instance.user(note.author_id).name, "body": _renamed(note.body, project.path, names)}
            for note in issue.notes
            if not note.system
        ],
    }


def _assignee(instance: Instance, issue: Issue) -> str | None:
    return "、".join(instance.user(number).name for number in issue.assignee_ids) or None


def _renamed(text: str, path: str, names: Mapping[str, str]) -> str:
    def name(match: re.Match[str]) -> str:
        key = f"{match['full'] or match['page'] or path}#{match['number'] or match['paged']}"
        return names[key] if names.get(key, key) != key else match[0]

    return _REFERENCE.sub(name, _ADDRESS.sub("", text))


def _browsed_project(instance: Instance, project: Project) -> BrowsedProject:
    items = tuple(_browsed_item(instance, project, issue) for _, issue in sorted(project.issues.items()))
    pages = sorted(project.wiki, key=lambda page: page.slug)
    return BrowsedProject(
        key=project.path,
        title=project.name,
        tracker=TRACKER,
        url_path=project.path,
        items=items,
        pages=tuple(_browsed_page(page) for page in pages),
        boards=tuple(_browsed_board(project, board, items) for board in project.boards),
    )


def _browsed_page(page: WikiPage) -> BrowsedPage:
    text = page.content
    return BrowsedPage(page.slug, page.title, render_markdown(text), lambda: render_markdown(text, svg))


def _browsed_board(project: Project, board: Board, items: tuple[BrowsedItem, ...]) -> BrowsedBoard:
    labels = [label.name for column in board.lists if (label := project.label(column.label_id))]
    held = {name: tuple(item for item in items if item.open and name in item.labels) for name in labels}
    return BrowsedBoard(board.name, tuple(held.items()))


def _browsed_item(instance: Instance, project: Project, issue: Issue) -> BrowsedItem:
    return BrowsedItem(
        key=_key(project, issue),
        title=issue.title,
        type="议题" if issue.issue_type == "issue" else "事件",
        status="开放" if issue.state == "opened" else "关闭",
        open=issue.state == "opened",
        labels=tuple(project.label_names(issue)),
        assignee=_assignee(instance, issue),
        due=issue.due_date,
        author=instance.user(issue.author_id).name,
        created_at=issue.created_at,
        updated_at=issue.updated_at,
        description_html=render_markdown(issue.description or ""),
        comments=tuple(_browsed_comment(instance, note) for note in issue.notes if not note.system),
        links=tuple(
            _browsed_link(link.kind(issue), far_project, far) for link, far_project, far in instance.links_of(issue)
        ),
        history=_history(instance, project, issue),
    )


def _browsed_comment(instance: Instance, note: Note) -> BrowsedComment:
    author = instance.user(note.author_id)
    return BrowsedComment(author.name, note.created_at, note.edited, render_markdown(note.body), author.bot)


def _browsed_link(kind: str, project: Project, issue: Issue) -> BrowsedLink:
    key = _key(project, issue)
    return BrowsedLink(kind, key, item_url(TRACKER, project.path, key))


def _history(instance: Instance, project: Project, issue: Issue) -> tuple[BrowsedEvent, ...]:
    def event(note_or_event: Note, text: str) -> BrowsedEvent:
        return BrowsedEvent(note_or_event.created_at, instance.user(note_or_event.author_id).name, text)

    events = [event(note, note.body) for note in issue.notes if note.system]
    for change in issue.label_events:
        verb = "added" if change.action == "add" else "removed"
        label = project.label(change.label_id)
        text = f"{verb} ~{label.name if label else change.label_name} label"
        events.append(BrowsedEvent(change.created_at, instance.user(change.user_id).name, text))
    for turn in issue.state_events:
        events.append(BrowsedEvent(turn.created_at, instance.user(turn.user_id).name, turn.state))
    for move in issue.milestone_events:
        milestone = project.milestone(move.milestone_id)
        verb = "changed milestone to" if move.action == "add" else "removed milestone"
        text = f"{verb} %{milestone.title if milestone else move.milestone_id}"
        events.append(BrowsedEvent(move.created_at, instance.user(move.user_id).name, text))
    return tuple(sorted(events, key=lambda each: each.at))


def _key(project: Project, issue: Issue) -> str:
    return f"{project.path}#{issue.iid}"
