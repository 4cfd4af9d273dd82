"""What people and administrators do to issues outside the REST API: move, hide, show, delete, take a project away.

``{"act": "move", "issue": "NPX-3", "project": "OPS"}``, ``hide`` (``level``: its name, ``members``: who still sees it),
``show``, ``delete``; ``{"act": "revoke", "account": "协同", "project": "NPX"}`` and ``grant``. People are named as
seeded; ``as``: who does it, otherwise whoever created the issue. The answer says where the issue is now. ``calls``
answers with what web hooks would have sent since the last time: ``url``, ``headers``, ``body``, in order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from collab_sync.sandbox.jira.edits import Stamp, record
from collab_sync.sandbox.jira.hooks.calls import collect
from collab_sync.sandbox.jira.state import (
    ChangeItem,
    Issue,
    Named,
    Project,
    SecurityLevel,
    SiteAccount,
    SiteState,
    Status,
)
from collab_sync.sandbox.wire import BadBody

LEVEL = "受限"
"""The security level of issues that are hidden without naming one."""


def act(site: SiteState, wanted: Mapping[str, object], at: datetime) -> dict[str, object]:
    """Does one of the acts at a time. Raises BadBody for what is not there, before anything is changed."""
    name = wanted.get("act")
    if name in ("revoke", "grant"):
        return _browsing(site, wanted, allowed=name == "grant")
    if name == "calls":
        return {"calls": msgspec.to_builtins(collect(site))}
    doing = _ON_ISSUES.get(str(name))
    if doing is None:
        raise BadBody(f"Jira 的沙盒不会 {name!r}；会的是 {'、'.join(_ON_ISSUES)}、revoke、grant、calls。")
    issue = site.issue(str(wanted.get("issue", "")))
    if issue is None:
        raise BadBody(f"没有事项 {wanted.get('issue')!r}。")
    who = _person(site, wanted["as"]).account_id if "as" in wanted else issue.creator
    doing(site, issue, wanted, Stamp(who, at))
    return {"id": str(issue.id), "key": issue.key}


def _move(site: SiteState, issue: Issue, wanted: Mapping[str, object], stamp: Stamp) -> None:
    """The id stays, the key is new and the old one goes on leading to the issue; type and status stay where the new
    project knows them, otherwise they become its first."""
    old, new, key = site.projects[issue.project], _project(site, wanted), issue.key
    if old.key == new.key:
        raise BadBody(f"{key} 已经在项目 {new.key} 里。")
    issue.project, issue.number = new.key, site.next_number(new, site.accounts[stamp.account])
    site.keys[issue.key] = issue.id
    items = [
        _item("project", "project", (old.id, old.name), (new.id, new.name)),
        _item("Key", "", (None, key), (None, issue.key)),
    ]
    if issue.type not in new.types:
        before, issue.type = site.types[issue.type], new.types[0]
        items.append(_item("issuetype", "issuetype", _named(before), _named(site.types[issue.type])))
    if issue.status not in new.statuses:
        was, issue.status = site.statuses[issue.status], new.statuses[0]
        items.append(_item("status", "status", _named(was), _named(site.statuses[issue.status])))
    record(site, issue, items, stamp)


def _hide(site: SiteState, issue: Issue, wanted: Mapping[str, object], stamp: Stamp) -> None:
    name, members = str(wanted.get("level", LEVEL)), wanted.get("members", [])
    if not isinstance(members, list):
        raise BadBody("members 要是一个列表。")
    people = [_person(site, each).account_id for each in members]
    level = next((each for each in site.levels.values() if each.name == name), None)
    if level is None:
        level = SecurityLevel(id=str(site.next_id("level")), name=name, members=people)
        site.levels[level.id] = level
    elif "members" in wanted:
        level.members = people
    _secure(site, issue, level.id, stamp)


def _show(site: SiteState, issue: Issue, _wanted: Mapping[str, object], stamp: Stamp) -> None:
    _secure(site, issue, "", stamp)


def _secure(site: SiteState, issue: Issue, level: str, stamp: Stamp) -> None:
    before, issue.security = issue.security, level
    if before != level:
        record(site, issue, [_item("security", "security", _level(site, before), _level(site, level))], stamp)


def _delete(site: SiteState, issue: Issue, _wanted: Mapping[str, object], _stamp: Stamp) -> None:
    site.remove_issue(issue)


def _browsing(site: SiteState, wanted: Mapping[str, object], *, allowed: bool) -> dict[str, object]:
    account, project = _person(site, wanted.get("account")), _project(site, wanted)
    others = [each for each in account.revoked if each != project.key]
    account.revoked = others if allowed else [*others, project.key]
    return {"account": account.account_id, "project": project.key, "browses": account.browses(project.key)}


def _person(site: SiteState, name: object) -> SiteAccount:
    found = site.account_named(str(name)) or site.account_called(str(name))
    if found is None:
        raise BadBody(f"Jira 里没有 {name!r} 这个人；先用 seed 建立。")
    return found


def _project(site: SiteState, wanted: Mapping[str, object]) -> Project:
    found = site.project(str(wanted.get("project", "")))
    if found is None:
        raise BadBody(f"没有项目 {wanted.get('project')!r}；先用 seed 建立。")
    return found


def _level(site: SiteState, level: str) -> tuple[str | None, str | None]:
    return (level, site.levels[level].name) if level else (None, None)


def _named(value: Named | Status) -> tuple[str, str]:
    return value.id, value.name


def _item(
    field: str, field_id: str, old: tuple[str | None, str | None], new: tuple[str | None, str | None]
) -> ChangeItem:
    return ChangeItem(field=field, field_id=field_id, old=old[0], old_text=old[1], new=new[0], new_text=new[1])


_ON_ISSUES: Mapping[str, Callable[[SiteState, Issue, Mapping[str, object], Stamp], None]] = {
    "move": _move,
    "hide": _hide,
    "show": _show,
    "delete": _delete,
}
