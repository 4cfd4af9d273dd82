"""Our saved filters.

Cloud lists the filters that we own and takes a new one together with its shares. Data Center lists only favourites,
so ours are made favourites of ours, and shares a filter in a second request: one without shares is half-made.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from collab_sync.errors import RejectedActionError
from collab_sync.model.page import View
from collab_sync_jira.directory import Directory
from collab_sync_jira.payloads import User
from collab_sync_jira.site import JiraSite, segment
from collab_sync_jira.views.jql import jql_of
from collab_sync_jira.views.sharing import Circle, UnsharedError, grant, share, sharing


class _Saved(msgspec.Struct, rename="camel"):
    id: str
    name: str = ""
    owner: User | None = None
    share_permissions: list[msgspec.Raw] = []


class Filters:
    """Those of our account on one site. Methods give ids and raise as ``ports.ViewEnsurer`` does."""

    def __init__(self, site: JiraSite, directory: Directory) -> None:
        self._site = site
        self._directory = directory

    def find(self, view: View) -> str | None:
        """The filter of that name, if it is there and whole."""
        there = self._ours(view.name)
        return there.id if there is not None and self._whole(there) else None

    def ensure(self, view: View) -> str:
        """The filter of that name; one of ours that is there already is not touched, whatever it asks by now."""
        there = self._ours(view.name)
        try:
            there = there or self._made(view)
            if not self._whole(there):
                self._share(there.id, view)
        except UnsharedError:
            raise
        except RejectedActionError as refused:
            for project in view.question.projects:
                self._directory.visible(project)  # a project taken from us may come back: that is no refusal for good
            raise self._explained(view, refused) from refused
        return there.id

    def _ours(self, name: str) -> _Saved | None:
        path, me = "filter/my" if self._site.cloud else "filter/favourite", self._directory.me().id
        known = self._site.decode(self._site.get(path), list[_Saved])
        owned = (one for one in known if one.owner is not None and one.owner.identity == me)
        return next((one for one in owned if one.name.strip() == name.strip()), None)

    def _whole(self, there: _Saved) -> bool:
        return self._site.cloud or bool(there.share_permissions)

    def _made(self, view: View) -> _Saved:
        body = {"name": view.name, "description": view.note, "jql": jql_of(view.question), "favourite": True}
        if not self._site.cloud:
            return self._post(body)
        return sharing(
            self._site,
            view.question.projects,
            lambda circles: self._post({**body, "sharePermissions": [share(one) for one in circles]}),
        )

    def _post(self, body: dict[str, object]) -> _Saved:
        return self._site.decode(self._site.post("filter", body), _Saved, writing=True)

    def _share(self, filter_id: str, view: View) -> None:
        def write(circles: Sequence[Circle]) -> None:
            for circle in circles:
                self._site.post(f"filter/{segment(filter_id)}/permission", grant(circle))

        sharing(self._site, view.question.projects, write)

    def _explained(self, view: View, refused: RejectedActionError) -> RejectedActionError:
        remedy = "请核对映射中的项目、规则中的标签。"
        if not self._site.cloud:
            remedy += "Data Center 只列出收藏的筛选器:若我们的账号已有同名的,请用它登录收藏那一个,或给它改名。"
        return RejectedActionError(
            f"筛选器“{view.name}”没有建成。{refused.message}{remedy}",
            connection=self._site.name,
            status=refused.status,
            request_id=refused.request_id,
        )
