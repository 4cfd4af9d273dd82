"""Our dashboards (Cloud): made, filled with gadgets in reading order, and then each gadget told what to show, the first
one last of all.

The maker may die between any two requests. A dashboard in which nothing but our first panels stands and whose first
gadget does not know what to show is half-made, and is finished; every other one is how people want it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from collab_sync.errors import MissingItemError, RejectedActionError
from collab_sync.model.page import View
from collab_sync_jira.directory import Directory
from collab_sync_jira.payloads import User
from collab_sync_jira.site import JiraSite, segment
from collab_sync_jira.views.gadgets import Gadget, gadget_of
from collab_sync_jira.views.sharing import UnsharedError, share, sharing

_PAGE = 50
_COLUMNS = 2
_COLOUR = "blue"


class _Dashboard(msgspec.Struct):
    id: str
    name: str = ""
    owner: User | None = None


class _Page(msgspec.Struct):
    dashboards: list[_Dashboard] = []
    total: int = 0


class _Gadget(msgspec.Struct):
    id: int
    title: str | None = None


class _Gadgets(msgspec.Struct):
    gadgets: list[_Gadget] = []


class _Config(msgspec.Struct):
    value: object = None


class Dashboards:
    """Those of our account on one Cloud site. Methods give ids and raise as ``ports.ViewEnsurer`` does."""

    def __init__(self, site: JiraSite, directory: Directory) -> None:
        self._site = site
        self._directory = directory

    def find(self, view: View) -> str | None:
        """The dashboard of that name, if it is there and whole, or as people rearranged it."""
        there = self._ours(view.name)
        if there is None:
            return None
        return None if self._half_made(there, self._standing(there), view) else there

    def ensure(self, view: View, filters: Mapping[str, str]) -> str:
        """The dashboard of that name; ``filters``: ids by the keys that its panels name."""
        there = self._ours(view.name)
        if there is None:
            there = self._made(view)
            self._fill(there, (), view, filters)
            return there
        standing = self._standing(there)
        if self._half_made(there, standing, view):
            self._fill(there, standing, view, filters)
        return there

    def _fill(self, dashboard: str, standing: Sequence[_Gadget], view: View, filters: Mapping[str, str]) -> None:
        shown = [gadget_of(panel, filters[panel.filter]) for panel in view.panels]
        added = [one.id for one in standing]
        for place in range(len(added), len(shown)):
            added.append(self._add(dashboard, place, view.panels[place].title, shown[place]))
        for own, gadget in reversed(tuple(zip(added, shown, strict=True))):
            self._site.put(_config_path(dashboard, own), gadget.config)

    def _ours(self, name: str) -> str | None:
        me = self._directory.me().id
        owned = (one for one in self._mine() if one.owner is None or one.owner.identity == me)
        return next((one.id for one in owned if one.name.strip() == name.strip()), None)

    def _mine(self) -> Iterator[_Dashboard]:
        start = 0
        while True:
            query = [("filter", "my"), ("startAt", str(start)), ("maxResults", str(_PAGE))]
            page = self._site.decode(self._site.get("dashboard", query), _Page)
            yield from page.dashboards
            start += len(page.dashboards)
            if not page.dashboards or start >= page.total:
                return

    def _made(self, view: View) -> str:
        body = {"name": view.name, "description": view.note, "editPermissions": []}

        def write(circles: Sequence[str]) -> str:
            answer = self._site.post("dashboard", {**body, "sharePermissions": [share(one) for one in circles]})
            return self._site.decode(answer, _Dashboard, writing=True).id

        try:
            return sharing(self._site, view.question.projects, write)
        except UnsharedError:
            raise
        except RejectedActionError as refused:
            raise RejectedActionError(
                f"仪表板“{view.name}”没有建成。{refused.message}", connection=self._site.name, status=refused.status
            ) from refused

    def _standing(self, dashboard: str) -> Sequence[_Gadget]:
        """Its gadgets in the order in which they were added, wherever they stand."""
        found = self._site.decode(self._site.get(f"dashboard/{segment(dashboard)}/gadget"), _Gadgets)
        return sorted(found.gadgets, key=lambda one: one.id)

    def _half_made(self, dashboard: str, standing: Sequence[_Gadget], view: View) -> bool:
        titles = [panel.title for panel in view.panels]
        if [one.title for one in standing] != titles[: len(standing)]:
            return False
        return not self._configured(dashboard, standing[0].id) if standing else bool(titles)

    def _configured(self, dashboard: str, gadget: int) -> bool:
        """Whether a gadget knows what to show."""
        try:
            answer = self._site.get(_config_path(dashboard, gadget))
        except MissingItemError:
            return False
        config = self._site.decode(answer, _Config).value
        return isinstance(config, dict) and str(config.get("isConfigured", "")).lower() == "true"

    def _add(self, dashboard: str, place: int, title: str, gadget: Gadget) -> int:
        row, column = divmod(place, _COLUMNS)
        position = {"row": row, "column": column}
        body = {"uri": gadget.uri, "title": title, "color": _COLOUR, "position": position}
        answer = self._site.post(f"dashboard/{segment(dashboard)}/gadget", body)
        return self._site.decode(answer, _Gadget, writing=True).id


def _config_path(dashboard: str, gadget: int) -> str:
    return f"dashboard/{segment(dashboard)}/items/{gadget}/properties/config"
