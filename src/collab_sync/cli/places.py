"""Whether the mapping asks of each connection what its kind of tracker has: items, pages, or both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from collab_sync.config import Settings
from collab_sync.errors import Place, Problem
from collab_sync.model.connection import Offers
from collab_sync.model.mapping import ProjectMapping, TrackerMapping

if TYPE_CHECKING:
    from collab_sync.rules.load import RuleSet
    from collab_sync.rules.yaml_text import Mark

_OF_ITEMS = ("status", "fields", "types", "facets", "bots", "comments")
"""What a mapping says about items."""


def misplaced(folder: Path, rules: RuleSet, settings: Settings, offers: Mapping[str, Offers]) -> tuple[Problem, ...]:
    """Everything that the mapping asks in the wrong place, each with its place in the file. ``offers``: what each
    connection has."""
    from collab_sync.rules.folder import Folder

    loaded = Folder(folder.resolve()).required("mapping.yaml", TrackerMapping)
    file = _File(loaded[1] if loaded else None, str(folder / "mapping.yaml"))
    kinds = {connection.name: connection.kind for connection in settings.connections}
    found: list[Problem] = []
    for index, project in enumerate(rules.mapping.projects):
        if project.connection not in kinds:
            message = f"项目 {project.name} 写的连接“{project.connection}”不在设置里"
            hint = f"{settings.file} 里的连接有:{'、'.join(kinds)}"
            found.append(file.problem(message, hint, "projects", index, "connection"))
        elif not offers.get(project.connection, Offers()).items:
            found += _asked_of_pages(file, index, project, rules.organisation.home)
    return (*found, *_pages(file, rules.mapping, offers))


def with_items(mapping: TrackerMapping, offers: Mapping[str, Offers]) -> tuple[str, ...]:
    """Names of the projects that are read, in the mapping's order."""
    return tuple(one.name for one in mapping.projects if offers.get(one.connection, Offers()).items)


class _File:
    """Places in the mapping's file; without a ``mark`` the file as a whole."""

    def __init__(self, mark: Mark | None, name: str) -> None:
        self._mark = mark
        self._name = name

    def problem(self, message: str, hint: str, *steps: int | str) -> Problem:
        place = self._mark.at(*steps).place if self._mark else Place(self._name)
        return Problem(place, message, hint)


def _asked_of_pages(file: _File, index: int, project: ProjectMapping, home: str) -> Iterator[Problem]:
    where = f"项目 {project.name} 在只有页面的系统上"
    for name in sorted(project.model_fields_set.intersection(_OF_ITEMS)):
        yield file.problem(f"{where},{name} 不起作用", f"删去 {name}:那里没有事项", "projects", index, name)
    if home == project.name:
        hint = "在 organisation/rollout.yaml 的 home 里写一个有事项的项目"
        yield file.problem(f"{where},不能是 home:值班台是一个事项", hint, "projects", index, "name")


def _pages(file: _File, mapping: TrackerMapping, offers: Mapping[str, Offers]) -> Iterator[Problem]:
    target = mapping.page_project
    if target is not None and not offers.get(target.connection, Offers()).pages:
        message = f"writeback.pages 写的项目 {target.name} 那里没有页面"
        hint = "写一个 Confluence 空间、GitLab 项目(它的 wiki)或 Jira 项目(写成事项);不要页面就删去 pages"
        yield file.problem(message, hint, "writeback", "pages", "project")
