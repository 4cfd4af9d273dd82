"""The site for people's browsers: projects and issues as values of the browser view."""

from __future__ import annotations

from datetime import UTC, datetime

from collab_sync.sandbox.browse.addresses import item_url
from collab_sync.sandbox.browse.adf import render_adf
from collab_sync.sandbox.browse.model import (
    BrowsedComment,
    BrowsedEvent,
    BrowsedItem,
    BrowsedLink,
    BrowsedProject,
    BrowsedView,
)
from collab_sync.sandbox.jira.files.pictures import illustrated
from collab_sync.sandbox.jira.state import Change, Comment, Issue, Project, SiteState
from collab_sync.sandbox.jira.text.wiki import to_document
from collab_sync.sandbox.jira.views.showing import browsed_views

TRACKER = "jira"
_NAMES = {
    "summary": "标题",
    "description": "描述",
    "labels": "标签",
    "status": "状态",
    "duedate": "到期日",
    "assignee": "经办人",
    "reporter": "报告人",
    "priority": "优先级",
    "issuetype": "类型",
    "resolution": "解决结果",
    "Link": "链接",
    "RemoteIssueLink": "外部链接",
    "Parent": "父级",
    "project": "项目",
    "Key": "编号",
    "security": "安全级别",
    "Attachment": "附件",
}
_SHORT = 60
"""Characters of a long text that a line of history shows."""


def browsed(site: SiteState, now: datetime) -> tuple[BrowsedProject, ...]:
    """Projects by key with their issues by number, and what is saved over them."""
    views = browsed_views(site, now)
    return tuple(_project(site, site.projects[key], views[key]) for key in sorted(site.projects))


def browse_path(issue: Issue) -> str:
    """Where the browser view shows an issue."""
    return item_url(TRACKER, issue.project, issue.key)


def _project(site: SiteState, project: Project, views: tuple[BrowsedView, ...]) -> BrowsedProject:
    issues = sorted((each for each in site.issues.values() if each.project == project.key), key=lambda i: i.number)
    items = tuple(_item(site, each) for each in issues)
    return BrowsedProject(
        key=project.key, title=project.name, tracker=TRACKER, url_path=project.key, items=items, views=views
    )


def _item(site: SiteState, issue: Issue) -> BrowsedItem:
    status = site.statuses[issue.status]
    return BrowsedItem(
        key=issue.key,
        title=issue.summary,
        type=site.types[issue.type].name,
        status=status.name,
        open=status.category != "done",
        labels=tuple(sorted(issue.labels)),
        assignee=_name(site, issue.assignee) if issue.assignee else None,
        due=issue.due,
        author=_name(site, issue.reporter or issue.creator),
        created_at=issue.created.astimezone(UTC),
        updated_at=issue.updated.astimezone(UTC),
        description_html=render_adf(illustrated(to_document(issue.description or ""), issue.attachments)),
        comments=tuple(_comment(site, each) for each in issue.comments),
        links=_links(site, issue),
        history=tuple(_event(site, each) for each in issue.changes),
    )


def _comment(site: SiteState, comment: Comment) -> BrowsedComment:
    return BrowsedComment(
        author=_name(site, comment.author),
        at=comment.created.astimezone(UTC),
        edited=comment.updated != comment.created,
        html=render_adf(to_document(comment.body)),
        bot=site.accounts[comment.author].bot,
    )


def _links(site: SiteState, issue: Issue) -> tuple[BrowsedLink, ...]:
    inside: list[BrowsedLink] = []
    for link in site.links_of(issue):
        kind, outward = site.link_types[link.type], link.source == issue.id
        other = site.issues[link.target if outward else link.source]
        inside.append(BrowsedLink(kind.outward if outward else kind.inward, other.key, browse_path(other)))
    outside = (
        BrowsedLink(each.relationship or "链接", str(each.target["title"]), str(each.target["url"]))
        for each in issue.remote_links
    )
    return (*inside, *outside)


def _event(site: SiteState, change: Change) -> BrowsedEvent:
    texts = [
        f"{_NAMES.get(item.field, item.field)}：{_short(item.old_text)} → {_short(item.new_text)}"
        for item in change.items
    ]
    return BrowsedEvent(change.at.astimezone(UTC), _name(site, change.author), "；".join(texts))


def _short(text: str | None) -> str:
    line = " ".join((text or "").split())
    if not line:
        return "（空）"
    return line if len(line) <= _SHORT else f"{line[:_SHORT]}…"


def _name(site: SiteState, account_id: str) -> str:
    return site.accounts[account_id].name
