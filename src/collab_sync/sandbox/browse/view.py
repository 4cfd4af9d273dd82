"""The browser view: plain pages over what the trackers say of themselves. It changes nothing and knows no tracker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import unquote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from collab_sync.sandbox.browse.addresses import boards_url, item_segment, item_url, project_url, wiki_url
from collab_sync.sandbox.browse.chips import label_chip, label_counts
from collab_sync.sandbox.browse.model import BrowsedItem, BrowsedPage, BrowsedProject
from collab_sync.sandbox.browse.safety import is_safe_url
from collab_sync.sandbox.browse.tree import tree
from collab_sync.sandbox.wire import Request, Response, text_response

_ZONE = timezone(timedelta(hours=8), "北京时间")  # the demo's company works in one zone; China has no summer time
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self'"
_HARMLESS = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)


class BrowserView:
    """Answers ``/`` and everything below ``/browse/`` with HTML; the same state and time give the same bytes."""

    def __init__(self) -> None:
        templates = Path(__file__).parent / "templates"
        self._templates = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(at=_minute, html=Markup, chip=label_chip, leads=is_safe_url)
        self._templates.globals.update(project_url=_url_of, item_url=_item_url, wiki_url=_wiki_url, query=_query)
        self._templates.globals.update(boards_url=_boards_url, home_url=_home_url)

    def respond(self, request: Request, projects: tuple[BrowsedProject, ...], now: datetime) -> Response:
        """The page for ``request`` over ``projects`` at ``now`` (aware); 404 with a way back for unknown addresses."""
        segments = tuple(unquote(part) for part in request.path.strip("/").split("/") if part)
        if not segments or segments == ("browse",):
            return self._page("start.html", now, projects=_by_tracker(projects), counts=label_counts)
        found = next((p for p in projects if segments[:3] == ("browse", p.tracker, p.url_path)), None)
        if found is None:
            return self._missing(now)
        return self._inside(found, segments[3:], request, now)

    def _inside(  # noqa: PLR0911  # one case per address
        self, project: BrowsedProject, rest: tuple[str, ...], request: Request, now: datetime
    ) -> Response:
        match rest:
            case ():
                return self._items(project, request, now)
            case ("-", "boards"):
                return self._page("boards.html", now, project=project)
            case ("-", "wiki"):
                return self._page("pages.html", now, project=project, tree=tree(project.pages))
            case ("-", "wiki", slug):
                page = next((page for page in project.pages if page.slug == slug), None)
                return self._wiki(project, page, now) if page else self._missing(now)
            case ("-", "views", *slugs):
                return self._views(project, slugs, now)
            case (segment,):
                item = next((i for i in project.items if item_segment(project.url_path, i.key) == segment), None)
                return self._page("item.html", now, project=project, item=item) if item else self._missing(now)
        return self._missing(now)

    def _items(self, project: BrowsedProject, request: Request, now: datetime) -> Response:
        label, state = request.arg("label"), request.arg("state", "all") or "all"
        items = tuple(item for item in project.items if _shown(item, label, state))
        return self._page(
            "items.html",
            now,
            project=project,
            items=items,
            label=label,
            state=state,
            labels=label_counts(item for item in project.items if item.open),
        )

    def _views(self, project: BrowsedProject, slugs: list[str], now: datetime) -> Response:
        """The list, or the one view that is asked for."""
        if not slugs:
            return self._page("views.html", now, project=project)
        view = next((view for view in project.views if [view.slug] == slugs), None)
        return self._page("view.html", now, project=project, view=view) if view else self._missing(now)

    def _wiki(self, project: BrowsedProject, page: BrowsedPage, now: datetime) -> Response:
        return self._page("page.html", now, project=project, page=page, tree=tree(project.pages))

    def _missing(self, now: datetime) -> Response:
        return self._page("missing.html", now, status=404)

    def _page(self, name: str, now: datetime, *, status: int = 200, **values: object) -> Response:
        html = self._templates.get_template(name).render(now=now, **values)
        return text_response(html, status, _HARMLESS, kind="text/html")


def _shown(item: BrowsedItem, label: str | None, state: str) -> bool:
    return (label is None or label in item.labels) and (state == "all" or item.open == (state == "open"))


def _by_tracker(projects: tuple[BrowsedProject, ...]) -> Mapping[str, tuple[BrowsedProject, ...]]:
    trackers = dict.fromkeys(project.tracker for project in projects)
    return {tracker: tuple(p for p in projects if p.tracker == tracker) for tracker in trackers}


def _minute(at: datetime) -> str:
    return at.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M")


def _url_of(project: BrowsedProject) -> str:
    return project_url(project.tracker, project.url_path)


def _item_url(project: BrowsedProject, key: str) -> str:
    return item_url(project.tracker, project.url_path, key)


def _boards_url(project: BrowsedProject) -> str:
    return boards_url(project.tracker, project.url_path)


def _home_url(project: BrowsedProject) -> str:
    """What people open first: the items, or the pages of a place that has nothing else."""
    return _wiki_url(project) if project.pages and not project.items else _url_of(project)


def _wiki_url(project: BrowsedProject, slug: str = "") -> str:
    return wiki_url(project.tracker, project.url_path, slug)


def _query(**wanted: str | None) -> str:
    given = {name: value for name, value in wanted.items() if value is not None}
    return f"?{urlencode(given)}" if given else ""
