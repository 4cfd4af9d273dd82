"""Filters and dashboards for people's browsers: shown with every project that they ask about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from collab_sync.sandbox.browse.model import BrowsedView
from collab_sync.sandbox.jira.jql.fields import Asking
from collab_sync.sandbox.jira.jql.parse import Clause, Condition, Group, Negation, Value, parse
from collab_sync.sandbox.jira.refusal import Refusal
from collab_sync.sandbox.jira.state import SiteAccount, SiteState
from collab_sync.sandbox.jira.views.state import Dashboard, Gadget, SavedFilter, Share, Shared
from collab_sync.sandbox.jira.views.tables import Tables, UnreadableError

_WATCHER = SiteAccount(account_id="", name="", email="", token="")
"""Whoever watches the demo: sees all projects, and no issue of a security level."""


def browsed_views(site: SiteState, now: datetime) -> Mapping[str, tuple[BrowsedView, ...]]:
    """By project key; dashboards before filters, each in the order in which they were made."""
    asking = Asking(site, _WATCHER, now, ZoneInfo(site.time_zone), frozenset(site.projects))
    tables = Tables(site, asking)
    filters = [(_projects(site, one), _filter(tables, one)) for one in site.filters.values()]
    boards = [(_projects_of_board(site, one), _dashboard(tables, one)) for one in site.dashboards.values()]
    return {key: tuple(view for projects, view in (*boards, *filters) if key in projects) for key in site.projects}


def _filter(tables: Tables, saved: SavedFilter) -> BrowsedView:
    try:
        found, html = f"{len(tables.found(saved))} 项", tables.of_filter(saved)
    except UnreadableError as error:
        found, html = "不能执行", f"<p>{escape(str(error))}</p>"
    return BrowsedView(
        slug=f"filter-{saved.id}",
        kind="筛选器",
        title=saved.name,
        summary=f"{found} · {saved.jql}",
        html=f"{_about(tables.site, saved)}<p><code>{escape(saved.jql)}</code></p>{html}",
    )


def _dashboard(tables: Tables, board: Dashboard) -> BrowsedView:
    shown = "".join(_gadget(tables, one) for one in board.in_reading_order())
    return BrowsedView(
        slug=f"dashboard-{board.id}",
        kind="仪表板",
        title=board.name,
        summary=f"{len(board.gadgets)} 个小工具",
        html=f"{_about(tables.site, board)}{shown}",
    )


def _gadget(tables: Tables, gadget: Gadget) -> str:
    try:
        html = tables.of_gadget(gadget)
    except UnreadableError as error:
        html = f"<p>{escape(str(error))}</p>"
    return f"<h2>{escape(gadget.title)}</h2>{html}"


def _about(site: SiteState, thing: Shared) -> str:
    circles = "、".join(_circle(site, share) for share in thing.shares) or "没有共享"
    note = f"<p>{escape(thing.description)}</p>" if thing.description else ""
    return f"{note}<p>所有者 {escape(site.accounts[thing.owner].name)} · {escape(circles)}</p>"


def _circle(site: SiteState, share: Share) -> str:
    if share.kind == "project":
        return f"共享给项目 {site.projects[share.project].name}"
    return "共享给所有登录的人" if share.kind == "loggedin" else "公开"


def _projects_of_board(site: SiteState, board: Dashboard) -> frozenset[str]:
    numbers = {number for gadget in board.gadgets for number in re.findall(r"\d+", str(gadget.properties))}
    used = [one for one in site.filters.values() if str(one.id) in numbers]
    return frozenset().union(*(_projects(site, one) for one in used)) if used else frozenset(site.projects)


def _projects(site: SiteState, saved: SavedFilter) -> frozenset[str]:
    """Keys of the projects that a query names; all of them if it names none."""
    try:
        clause = parse(saved.jql).clause
    except Refusal:
        clause = None
    named = [site.project(name) for name in _named(clause)] if clause is not None else []
    return frozenset(each.key for each in named if each is not None) or frozenset(site.projects)


def _named(clause: Clause) -> Iterator[str]:
    match clause:
        case Condition(field, "=" | "IN", operands) if field.lower() == "project":
            yield from (each.text for each in operands if isinstance(each, Value))
        case Negation(inner):
            yield from _named(inner)
        case Group(_, clauses):
            yield from _each(clauses)


def _each(clauses: Sequence[Clause]) -> Iterator[str]:
    for clause in clauses:
        yield from _named(clause)
