"""What the grammar cannot see: names that nobody has, rules that get in each other's way."""

from __future__ import annotations

from collab_sync.errors import Problem
from collab_sync.rules.lint.checked import Checked
from collab_sync.rules.lint.conflicts import conflict_errors, conflict_warnings
from collab_sync.rules.lint.names import name_errors
from collab_sync.rules.lint.organisation import organisation_errors, organisation_warnings
from collab_sync.rules.lint.views import view_errors

__all__ = ["Checked", "lint"]


def lint(checked: Checked) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Errors (the rule set must not be used) and warnings (it works, but probably not as meant)."""
    errors = (*organisation_errors(checked), *name_errors(checked), *view_errors(checked), *conflict_errors(checked))
    warnings = (*organisation_warnings(checked), *conflict_warnings(checked))
    return errors, warnings
