"""Gadgets of dashboards and their properties: add, list, change, take away, configure.

Only Jira's own three are known: a filter's issues, a pie over a field, a table over two. Their configuration is taken
as it comes, as long as it is texts: a key that a gadget does not know is no error, the gadget is just not right then.
"""

from __future__ import annotations

from collab_sync.sandbox.jira.api.properties import deleted, listed, put, shown
from collab_sync.sandbox.jira.beans import Json
from collab_sync.sandbox.jira.call import INVALID_PAYLOAD, Call
from collab_sync.sandbox.jira.refusal import Refusal
from collab_sync.sandbox.jira.views.dashboards import owned, seen
from collab_sync.sandbox.jira.views.state import Dashboard, Gadget
from collab_sync.sandbox.wire import BadBody, Response, empty, json_response

_ROOT = "rest/gadgets/1.0/g/com.atlassian.jira.gadgets:"
RESULTS = f"{_ROOT}filter-results-gadget/gadgets/filter-results-gadget.xml"
PIE = f"{_ROOT}pie-chart-gadget/gadgets/piechart-gadget.xml"
TABLE = f"{_ROOT}two-dimensional-stats-gadget/gadgets/two-dimensional-stats-gadget.xml"
TITLES = {RESULTS: "Filter Results", PIE: "Pie Chart", TABLE: "Two Dimensional Filter Statistics"}
COLOURS = frozenset({"blue", "red", "yellow", "green", "cyan", "purple", "gray", "white"})
MOST = 20
COLUMNS = 2
CONFIG = "config"
_FULL = "Cannot add another gadget. The maximum number of gadgets the dashboard can hold has been reached."
_NO_ROW = "The gadget cannot be placed in the selected row. The selected row does not exist on the dashboard."
_DEEP = (
    "The JSON data provided for the property has too many levels. It must be an object with all keys and values as "
    "strings."
)


def directory(_call: Call) -> Response:
    """GET dashboard/gadgets."""
    return json_response({"gadgets": [{"uri": uri, "title": title} for uri, title in TITLES.items()]})


def all_of(call: Call, dashboard_id: str) -> Response:
    """GET dashboard/{id}/gadget."""
    return json_response({"gadgets": [_bean(each) for each in seen(call, dashboard_id).gadgets]})


def add(call: Call, dashboard_id: str) -> Response:
    """POST dashboard/{id}/gadget."""
    board, uri = owned(call, dashboard_id), call.text("uri")
    if len(board.gadgets) >= MOST:
        raise Refusal(400, _FULL)
    if uri not in TITLES:
        raise Refusal(400, f"The gadget {uri or call.text('moduleKey')} is not present in the directory.")
    column, row = _position(call, board)
    gadget = Gadget(
        id=call.site.next_id("gadget"),
        uri=uri,
        title=call.text("title") or TITLES[uri],
        color=_colour(call, "blue"),
        column=column,
        row=row,
    )
    for each in board.gadgets:
        each.row += each.column == column and each.row >= row
    board.gadgets = [*board.gadgets, gadget]
    return json_response(_bean(gadget))


def change(call: Call, dashboard_id: str, gadget_id: str) -> Response:
    """PUT dashboard/{id}/gadget/{gadgetId}: title and colour."""
    gadget = _one(owned(call, dashboard_id), gadget_id)
    title, colour = call.text("title"), _colour(call, gadget.color)
    gadget.title, gadget.color = title or gadget.title, colour
    return empty(204)


def remove(call: Call, dashboard_id: str, gadget_id: str) -> Response:
    """DELETE dashboard/{id}/gadget/{gadgetId}."""
    board = owned(call, dashboard_id)
    gone = _one(board, gadget_id)
    board.gadgets = [each for each in board.gadgets if each is not gone]
    return empty(204)


def properties(call: Call, dashboard_id: str, gadget_id: str) -> Response:
    """GET the keys of a gadget's properties."""
    own = f"{call.api}/dashboard/{dashboard_id}/items/{gadget_id}/properties"
    return listed(own, _one(seen(call, dashboard_id), gadget_id).properties)


def read_property(call: Call, dashboard_id: str, gadget_id: str, name: str) -> Response:
    """GET a property of a gadget."""
    return shown(_one(seen(call, dashboard_id), gadget_id).properties, name)


def put_property(call: Call, dashboard_id: str, gadget_id: str, name: str) -> Response:
    """PUT a property of a gadget; the body is its value."""
    gadget = _one(_arranged(call, dashboard_id), gadget_id)
    if name == CONFIG and not _is_flat(_value(call)):
        raise Refusal(400, _DEEP)
    return put(call, gadget.properties, name)


def delete_property(call: Call, dashboard_id: str, gadget_id: str, name: str) -> Response:
    """DELETE a property of a gadget."""
    return deleted(_one(_arranged(call, dashboard_id), gadget_id).properties, name)


def _arranged(call: Call, dashboard_id: str) -> Dashboard:
    """A dashboard whose gadgets the account may configure; of properties Jira says 403 to everybody else."""
    found = seen(call, dashboard_id)
    if found.owner != call.account.account_id:
        raise Refusal(403, "You do not have permission to edit this dashboard.")
    return found


def _position(call: Call, board: Dashboard) -> tuple[int, int]:
    """Column and row; the row right below a column's last gadget is there, further ones are not."""
    wanted = call.body.get("position")
    if wanted is None:
        return 0, _height(board, 0)
    match wanted:
        case {"row": int(row), "column": int(column)} if 0 <= column < COLUMNS and row >= 0:
            if row > _height(board, column):
                raise Refusal(400, _NO_ROW)
            return column, row
    raise Refusal(400, INVALID_PAYLOAD)


def _height(board: Dashboard, column: int) -> int:
    return 1 + max((each.row for each in board.gadgets if each.column == column), default=-1)


def _colour(call: Call, usual: str) -> str:
    colour = call.text("color") or usual
    if colour not in COLOURS:
        raise Refusal(400, f"The color '{colour}' is not valid.")
    return colour


def _one(board: Dashboard, gadget_id: str) -> Gadget:
    found = next((each for each in board.gadgets if str(each.id) == gadget_id), None)
    if found is None:
        raise Refusal(404, "The dashboard gadget was not found.")
    return found


def _value(call: Call) -> object:
    try:
        return call.request.json()
    except BadBody:
        return None


def _is_flat(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def _bean(gadget: Gadget) -> Json:
    position = {"row": gadget.row, "column": gadget.column}
    return {
        "id": gadget.id,
        "uri": gadget.uri,
        "color": gadget.color,
        "position": position,
        "title": gadget.title,
    }
