"""The site's state for comparisons: the same story gives the same dump, whatever ids, numbers and times were given.

Issues that the site numbered itself go by their titles (``NPX·启动会``) and are called so wherever their keys appear in
texts; the sandbox's own address is left out of URLs.
"""

from __future__ import annotations

import re
from collections import Counter

import msgspec

from collab_sync.sandbox.jira.beans import Json
from collab_sync.sandbox.jira.state import Issue, SiteState
from collab_sync.sandbox.jira.text.adf import plain_text

_ADDRESS = re.compile(r"http://(?:127\.0\.0\.1|localhost)(?::\d+)?")
_KEY = re.compile(r"(?<![\w-])[A-Z][A-Z0-9_]*-\d+(?![\w-])", re.ASCII)


def dump(site: SiteState, *, full: bool) -> object:
    """Issues by name, each with title, description, labels, status, due, assignee, links and comments; everything with
    ``full``."""
    if full:
        return msgspec.to_builtins(site, str_keys=True)
    names = _names(site)
    issues = {names[issue.key]: _issue(site, issue) for issue in site.issues.values()}
    return _renamed({key: issues[key] for key in sorted(issues)}, names)


def _names(site: SiteState) -> dict[str, str]:
    seen: Counter[str] = Counter()
    names: dict[str, str] = {}
    for issue in site.issues.values():
        if not issue.numbered_by_site:
            names[issue.key] = issue.key
            continue
        name = f"{issue.project}·{issue.summary}"
        seen[name] += 1
        names[issue.key] = name if seen[name] == 1 else f"{name}·{seen[name]}"
    return names


def _issue(site: SiteState, issue: Issue) -> Json:
    parent = site.issues.get(issue.parent) if issue.parent is not None else None
    files = {"attachments": sorted(each.name for each in issue.attachments)} if issue.attachments else {}
    return {
        "type": site.types[issue.type].name,
        "title": issue.summary,
        "description": issue.description,
        "labels": sorted(issue.labels),
        "status": site.statuses[issue.status].name,
        "due": issue.due.isoformat() if issue.due else None,
        "assignee": _account(site, issue.assignee),
        "reporter": _account(site, issue.reporter),
        "parent": parent.key if parent is not None else None,
        "fields": {site.custom_fields[own].name: issue.custom[own] for own in sorted(issue.custom)},
        "links": sorted(_links(site, issue)),
        "remote_links": sorted([each.relationship, str(each.target["url"])] for each in issue.remote_links),
        "comments": [
            {"author": _account(site, each.author), "body": each.body, "text": plain_text(each.body)}
            for each in issue.comments
        ],
        **files,
    }


def _links(site: SiteState, issue: Issue) -> list[list[str]]:
    links: list[list[str]] = []
    for link in site.links_of(issue):
        kind = site.link_types[link.type]
        outward = link.source == issue.id
        other = site.issues[link.target if outward else link.source]
        links.append([kind.outward if outward else kind.inward, other.key])
    return links


def _account(site: SiteState, account_id: str | None) -> str | None:
    return site.accounts[account_id].name if account_id is not None else None


def _renamed(value: object, names: dict[str, str]) -> object:
    if isinstance(value, str):
        return _KEY.sub(lambda found: names.get(found[0], found[0]), _ADDRESS.sub("", value))
    if isinstance(value, list):
        return [_renamed(each, names) for each in value]
    if isinstance(value, dict):
        return {key: _renamed(each, names) for key, each in value.items()}
    return value
