"""Departments, people, roles, resources: the files of ``rules/organisation`` merged into one organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from collab_sync.errors import Problem
from collab_sync.model.organisation import Organisation
from collab_sync.model.resource import Resource
from collab_sync.rules.folder import Folder
from collab_sync.rules.schema.organisation import OrganisationFile
from collab_sync.rules.yaml_text import Mark


@dataclass(frozen=True, slots=True)
class OfficeFiles:
    """``marks``: where each key (``departments``, ``people`` …) stands."""

    organisation: Organisation
    resources: tuple[Resource, ...] = ()
    marks: Mapping[str, Mark] = field(default_factory=dict)

    def problem(self, key: str, *steps: int | str, message: str, hint: str = "") -> Problem:
        """A problem at ``steps`` below ``key``."""
        return self.marks[key].at(*steps).problem(message, hint)


def read_office(folder: Folder, zone: str) -> OfficeFiles | None:
    """Everything under ``organisation/``; times without a zone are meant in ``zone``. None (and problems in
    ``folder``) if any file cannot be used or two files say the same thing."""
    files = folder.yaml_files("organisation")
    if not files:
        folder.problem("organisation", "没有组织文件", "至少要写部门和人员,可以从随附的起始规则里复制")
        return None
    loaded = [folder.read(file, OrganisationFile) for file in files]
    said: dict[str, object] = {}
    marks: dict[str, Mark] = {}
    for file, mark in (pair for pair in loaded if pair is not None):
        for key in sorted(file.model_fields_set):
            if key in marks:
                first = marks[key].document.file
                folder.problems.append(mark.at(key).problem(f"“{key}”在 {first} 里已经写过", "请合并到一个文件"))
            said[key], marks[key] = getattr(file, key), mark.at(key)
    return _assembled(folder, said, marks, zone) if None not in loaded else None


def _assembled(folder: Folder, said: dict[str, object], marks: Mapping[str, Mark], zone: str) -> OfficeFiles | None:
    resources = said.pop("resources", None)
    given = {key: value for key, value in said.items() if value is not None}
    try:
        organisation = Organisation.model_validate({"zone": zone, **given})
    except ValidationError as error:
        mark = marks.get("departments") or next(iter(marks.values()))
        message = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        folder.problems.append(mark.problem(message, "只有一个协同办公室"))
        return None
    listed = tuple(_in_utc(one, ZoneInfo(zone)) for one in resources) if isinstance(resources, tuple) else ()
    return OfficeFiles(organisation, listed, marks)


def _in_utc(resource: Resource, zone: ZoneInfo) -> Resource:
    since = resource.gap_since
    if since is None:
        return resource
    aware = since if since.tzinfo else since.replace(tzinfo=zone)
    return resource.model_copy(update={"gap_since": aware.astimezone(UTC)})
