"""Views of every kind that a Jira site keeps."""

from __future__ import annotations

from collab_sync.errors import RejectedActionError
from collab_sync.model.action import Receipt
from collab_sync.model.page import View
from collab_sync.ports.clock import Clock
from collab_sync_jira.directory import Directory
from collab_sync_jira.site import JiraSite
from collab_sync_jira.views.dashboards import Dashboards
from collab_sync_jira.views.filters import Filters


class JiraViews:
    """Implements ``collab_sync.ports.ViewEnsurer``. Filters and dashboards belong to the site, not to a project."""

    def __init__(self, site: JiraSite, directory: Directory, clock: Clock) -> None:
        self._site = site
        self._clock = clock
        self._filters = Filters(site, directory)
        self._dashboards = Dashboards(site, directory)

    def ensure(self, view: View) -> Receipt:
        """See ``ports``. Data Center has no requests that make dashboards; boards are made nowhere on Jira."""
        match view.kind:
            case "filter":
                return self._receipt(view, self._filters.ensure(view))
            case "dashboard" if self._site.cloud:
                self._check(view)
                filters = {one.key: self._filters.ensure(one) for one in view.filters}
                return self._receipt(view, self._dashboards.ensure(view, filters))
        return Receipt(at=self._clock.now())

    def find(self, view: View) -> Receipt | None:
        """See ``ports``."""
        match view.kind:
            case "filter":
                there = self._filters.find(view)
            case "dashboard" if self._site.cloud:
                there = self._dashboards.find(view)
            case _:
                there = None
        return self._receipt(view, there) if there is not None else None

    def _check(self, view: View) -> None:
        """Before anything is made. Raises RejectedActionError for a panel over a filter that is not with the view."""
        known = {one.key for one in view.filters}
        strange = [panel.title for panel in view.panels if panel.filter not in known]
        if strange:
            raise RejectedActionError(
                f"仪表板“{view.name}”的面板{'、'.join(strange)}用到没有一起交来的筛选器,没有建立。请在规则里补上它们。",
                connection=self._site.name,
            )

    def _receipt(self, view: View, own: str) -> Receipt:
        where = f"issues/?filter={own}" if view.kind == "filter" else f"secure/Dashboard.jspa?selectPageId={own}"
        return Receipt(at=self._clock.now(), remote_id=own, url=self._site.address(where))
