"""The office's files: ``rules/organisation/*.yaml``. Each may hold some of these keys; together they are one."""

from __future__ import annotations

from collections.abc import Mapping

from collab_sync.model.organisation import Budget, Department, Person, RoleExpression, Rollout, StrictModel
from collab_sync.model.resource import Resource


class OrganisationFile(StrictModel):
    """What one file says; a key may stand in one file only."""

    departments: tuple[Department, ...] | None = None
    people: tuple[Person, ...] | None = None
    roles: Mapping[str, tuple[str, ...] | RoleExpression] | None = None
    rollout: Rollout | None = None
    budget: Budget | None = None
    home: str | None = None
    zone: str | None = None
    resources: tuple[Resource, ...] | None = None
