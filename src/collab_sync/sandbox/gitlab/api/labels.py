"""A project's labels."""

from __future__ import annotations

import re

from collab_sync.sandbox.gitlab.answers import answer, nothing
from collab_sync.sandbox.gitlab.api.paging import Listing, paginate
from collab_sync.sandbox.gitlab.api.routes import Routes
from collab_sync.sandbox.gitlab.call import Call
from collab_sync.sandbox.gitlab.edits import LONGEST_LABEL
from collab_sync.sandbox.gitlab.errors import bad_parameter, conflict, invalid_model, not_found
from collab_sync.sandbox.gitlab.shapes import label_shape
from collab_sync.sandbox.gitlab.state import REPORTER, Label, Project
from collab_sync.sandbox.wire import Response

_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_CHANGEABLE = ("new_name", "color", "description", "priority")


def list_labels(call: Call, project: str) -> Response:
    """``GET …/labels`` by name; ``with_counts``, ``search``."""
    found = call.project(project)
    counts = bool(call.params.flag("with_counts"))
    wanted = (call.params.text("search") or "").lower()
    labels = sorted((each for each in found.labels if wanted in each.name.lower()), key=lambda each: each.name)
    listing = Listing({"id": project, "include_ancestor_groups": "true", "with_counts": str(counts).lower()})
    return paginate(call, labels, lambda label: label_shape(found, label, counts=counts), listing)


def get_label(call: Call, project: str, label: str) -> Response:
    """``GET …/labels/:id_or_name``."""
    found = call.project(project)
    return answer(label_shape(found, _label(found, label), counts=False))


def create_label(call: Call, project: str) -> Response:
    """``POST …/labels``."""
    _ = call.user
    call.params.require("name", "color")
    found = call.project(project, REPORTER)
    name, color = (call.params.text("name") or "").strip(), call.params.text("color") or ""
    _check(name, color)
    if found.label_named(name):
        raise conflict("Label already exists")
    label = Label(
        id=call.instance.new_id("label"),
        name=name,
        color=color,
        description=call.params.text("description"),
        priority=call.params.integer("priority"),
    )
    found.labels.append(label)
    return answer(label_shape(found, label, counts=False), 201)


def update_label(call: Call, project: str, label: str) -> Response:
    """``PUT …/labels/:id_or_name``: a rename is seen on every issue and moves none."""
    _ = call.user
    if not call.params.given(_CHANGEABLE):
        raise bad_parameter(f"{', '.join(_CHANGEABLE)} are missing, at least one parameter must be provided")
    found = call.project(project, REPORTER)
    changed = _label(found, label)
    name = (call.params.text("new_name") or changed.name).strip()
    color = call.params.text("color") or changed.color
    _check(name, color)
    if name != changed.name and found.label_named(name):
        raise invalid_model(title="has already been taken")
    changed.name, changed.color = name, color
    if "description" in call.params:
        changed.description = call.params.text("description")
    if "priority" in call.params:
        changed.priority = call.params.integer("priority")
    return answer(label_shape(found, changed, counts=False))


def update_named_label(call: Call, project: str) -> Response:
    """``PUT …/labels``, the older form that client libraries still use: ``name`` or ``label_id`` in the body."""
    return update_label(call, project, _reference(call))


def delete_named_label(call: Call, project: str) -> Response:
    """``DELETE …/labels``, the older form."""
    return delete_label(call, project, _reference(call))


def delete_label(call: Call, project: str, label: str) -> Response:
    """``DELETE …/labels/:id_or_name``: it disappears from every issue."""
    _ = call.user
    found = call.project(project, REPORTER)
    gone = _label(found, label)
    found.labels.remove(gone)
    for issue in found.issues.values():
        issue.label_ids = [number for number in issue.label_ids if number != gone.id]
    for board in found.boards:
        board.lists = [column for column in board.lists if column.label_id != gone.id]
    return nothing()


def _reference(call: Call) -> str:
    reference = call.params.text("label_id") or call.params.text("name")
    if not reference:
        raise bad_parameter("label_id, name are missing, exactly one parameter must be provided")
    return reference


def _label(project: Project, reference: str) -> Label:
    by_id = project.label(int(reference)) if reference.isdecimal() else None
    label = project.label_named(reference) or by_id
    if label is None:
        raise not_found("Label")
    return label


def _check(name: str, color: str) -> None:
    if not name or "," in name:
        raise invalid_model(title="is invalid" if name else "can't be blank")
    if len(name) > LONGEST_LABEL:
        raise invalid_model(title=f"is too long (maximum is {LONGEST_LABEL} characters)")
    if not _COLOR.fullmatch(color):
        raise invalid_model(color="must be a valid color code")


_PATH = "/projects/{project}/labels"

ROUTES: Routes = (
    ("GET", _PATH, list_labels),
    ("POST", _PATH, create_label),
    ("PUT", _PATH, update_named_label),
    ("DELETE", _PATH, delete_named_label),
    ("GET", f"{_PATH}/{{label}}", get_label),
    ("PUT", f"{_PATH}/{{label}}", update_label),
    ("DELETE", f"{_PATH}/{{label}}", delete_label),
)
