"""Panels as Jira's own gadgets. Each gadget reads keys of its own and ignores others; every value is text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from collab_sync.model.page import Panel

_ROOT = "rest/gadgets/1.0/g/com.atlassian.jira.gadgets:"
LIST = f"{_ROOT}filter-results-gadget/gadgets/filter-results-gadget.xml"
PIE = f"{_ROOT}pie-chart-gadget/gadgets/piechart-gadget.xml"
TABLE = f"{_ROOT}two-dimensional-stats-gadget/gadgets/two-dimensional-stats-gadget.xml"

_STATISTICS = {
    "status": "statuses",
    "assignee": "assignees",
    "component": "components",
    "label": "labels",
    "priority": "priorities",
}
"""Fields as gadgets call them. One they do not know is taken without a word and shown as a broken gadget."""

_COLUMNS = "issuekey|summary|status|assignee|duedate|labels"
_ROWS = "20"
_SHOWN = {"isConfigured": "true", "refresh": "15"}
"""Without ``isConfigured`` a gadget shows its settings instead; ``refresh`` is in minutes."""


@dataclass(frozen=True, slots=True)
class Gadget:
    """``uri``: which of Jira's gadgets. ``config``: the value of its property ``config``."""

    uri: str
    config: Mapping[str, str]


def gadget_of(panel: Panel, filter_id: str) -> Gadget:
    """A table has the first field of ``panel.by`` in its rows and the second in its columns."""
    match panel.shows:
        case "list":
            return Gadget(LIST, {"filterId": filter_id, "columnNames": _COLUMNS, "num": _ROWS, **_SHOWN})
        case "pie":
            (field,) = _fields(panel, "status")
            return Gadget(PIE, {"projectOrFilterId": f"filter-{filter_id}", "statType": field, **_SHOWN})
        case "table":
            rows, columns = _fields(panel, "assignee", "status")
            return Gadget(TABLE, _table(filter_id, rows, columns))


def _table(filter_id: str, rows: str, columns: str) -> Mapping[str, str]:
    return {
        "filterId": f"filter-{filter_id}",
        "ystattype": rows,
        "xstattype": columns,
        "sortBy": "natural",
        "sortDirection": "asc",
        "showTotals": "true",
        "numberToShow": _ROWS,
        **_SHOWN,
    }


def _fields(panel: Panel, *usual: str) -> tuple[str, ...]:
    """As many as ``usual``, which stand in where the panel names fewer."""
    named = (*panel.by[: len(usual)], *usual[len(panel.by) :])
    return tuple(_STATISTICS[name] for name in named)
