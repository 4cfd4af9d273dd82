"""Milestones and boards: as much of them as a connector looks at or sets up."""

from __future__ import annotations

from collab_sync.sandbox.gitlab.answers import answer, nothing
from collab_sync.sandbox.gitlab.api.paging import Listing, paginate
from collab_sync.sandbox.gitlab.api.routes import Routes
from collab_sync.sandbox.gitlab.call import Call
from collab_sync.sandbox.gitlab.errors import ApiError, bad_parameter, bad_request, not_found
from collab_sync.sandbox.gitlab.parameters import lenient_date
from collab_sync.sandbox.gitlab.shapes import board_list_shape, board_shape, milestone_shape
from collab_sync.sandbox.gitlab.state import DEVELOPER, REPORTER, Board, BoardList, Milestone, Project
from collab_sync.sandbox.wire import Response


def list_milestones(call: Call, project: str) -> Response:
    """``GET …/milestones``; ``state``, ``title``."""
    found = call.project(project)
    state, title = call.params.choice("state", ("active", "closed", "all"), "all"), call.params.text("title")
    rows = [each for each in found.milestones if state in ("all", each.state) and title in (None, each.title)]
    listing = Listing({"id": project, "state": state})
    return paginate(call, rows[::-1], lambda each: milestone_shape(call, found, each), listing)


def get_milestone(call: Call, project: str, milestone: str) -> Response:
    """``GET …/milestones/:id``."""
    found = call.project(project)
    known = found.milestone(int(milestone)) if milestone.isdecimal() else None
    if known is None:
        raise not_found("Milestone")
    return answer(milestone_shape(call, found, known))


def create_milestone(call: Call, project: str) -> Response:
    """``POST …/milestones``: a senseless date is silently none."""
    _ = call.user
    call.params.require("title")
    found = call.project(project, DEVELOPER)
    title = call.params.text("title") or ""
    start, due = (lenient_date(call.params.text(name)) for name in ("start_date", "due_date"))
    if any(each.title == title for each in found.milestones):
        raise _no_milestone('{:title=>["already being used for another group or project milestone."]}')
    if start and due and due < start:
        raise _no_milestone('{:due_date=>["must be greater than start date"]}')
    milestone = Milestone(
        id=call.instance.new_id("milestone"),
        iid=len(found.milestones) + 1,
        title=title,
        description=call.params.text("description"),
        start_date=start,
        due_date=due,
        created_at=call.now,
        updated_at=call.now,
    )
    found.milestones.append(milestone)
    return answer(milestone_shape(call, found, milestone), 201)


def list_boards(call: Call, project: str) -> Response:
    """``GET …/boards``: looking creates none."""
    found = call.project(project)
    return paginate(call, found.boards, lambda each: board_shape(call, found, each), Listing({"id": project}))


def get_board(call: Call, project: str, board: str) -> Response:
    """``GET …/boards/:id``."""
    found = call.project(project)
    return answer(board_shape(call, found, _board(found, board)))


def create_board(call: Call, project: str) -> Response:
    """``POST …/boards``."""
    _ = call.user
    call.params.require("name")
    found = call.project(project, REPORTER)
    board = Board(id=call.instance.new_id("board"), name=call.params.text("name") or "")
    found.boards.append(board)
    return answer(board_shape(call, found, board), 201)


def update_board(call: Call, project: str, board: str) -> Response:
    """``PUT …/boards/:id``: its name."""
    found = call.project(project, REPORTER)
    changed = _board(found, board)
    changed.name = call.params.text("name") or changed.name
    return answer(board_shape(call, found, changed))


def delete_board(call: Call, project: str, board: str) -> Response:
    """``DELETE …/boards/:id``."""
    found = call.project(project, REPORTER)
    found.boards.remove(_board(found, board))
    return nothing()


def list_board_lists(call: Call, project: str, board: str) -> Response:
    """``GET …/boards/:id/lists``."""
    found = call.project(project)
    columns = _board(found, board).lists
    return paginate(call, columns, lambda each: board_list_shape(found, each), Listing({"id": project}))


def create_board_list(call: Call, project: str, board: str) -> Response:
    """``POST …/boards/:id/lists``: a column for a label, once each."""
    found = call.project(project, REPORTER)
    changed = _board(found, board)
    if "label_id" not in call.params:
        choices = "label_id, milestone_id, iteration_id, assignee_id"
        raise bad_parameter(f"{choices} are missing, exactly one parameter must be provided")
    label = found.label(call.params.integer("label_id") or 0)
    if label is None:
        raise ApiError(400, {"error": "Label not found!"})
    if any(column.label_id == label.id for column in changed.lists):
        raise bad_request("Label has already been taken")
    column = BoardList(id=call.instance.new_id("board_list"), label_id=label.id, position=len(changed.lists))
    changed.lists.append(column)
    return answer(board_list_shape(found, column), 201)


def move_board_list(call: Call, project: str, board: str, column: str) -> Response:
    """``PUT …/boards/:id/lists/:id``: to another ``position``, counted from 0."""
    found = call.project(project, REPORTER)
    changed = _board(found, board)
    call.params.require("position")
    moved = next((each for each in changed.lists if str(each.id) == column), None)
    if moved is None:
        raise not_found("List")
    changed.lists.remove(moved)
    changed.lists.insert(max(call.params.integer("position") or 0, 0), moved)
    for position, each in enumerate(changed.lists):
        each.position = position
    return answer(board_list_shape(found, moved))


def delete_board_list(call: Call, project: str, board: str, column: str) -> Response:
    """``DELETE …/boards/:id/lists/:id``."""
    changed = _board(call.project(project, REPORTER), board)
    kept = [each for each in changed.lists if str(each.id) != column]
    if len(kept) == len(changed.lists):
        raise not_found("List")
    changed.lists = kept
    return nothing()


def _no_milestone(reason: str) -> ApiError:
    return ApiError(400, {"message": f"Failed to create milestone {reason}"})


def _board(project: Project, number: str) -> Board:
    found = next((board for board in project.boards if str(board.id) == number), None)
    if found is None:
        raise not_found("Board")
    return found


_PROJECT = "/projects/{project}"
_BOARD = f"{_PROJECT}/boards/{{board}}"

ROUTES: Routes = (
    ("GET", f"{_PROJECT}/milestones", list_milestones),
    ("POST", f"{_PROJECT}/milestones", create_milestone),
    ("GET", f"{_PROJECT}/milestones/{{milestone}}", get_milestone),
    ("GET", f"{_PROJECT}/boards", list_boards),
    ("POST", f"{_PROJECT}/boards", create_board),
    ("GET", _BOARD, get_board),
    ("PUT", _BOARD, update_board),
    ("DELETE", _BOARD, delete_board),
    ("GET", f"{_BOARD}/lists", list_board_lists),
    ("POST", f"{_BOARD}/lists", create_board_list),
    ("PUT", f"{_BOARD}/lists/{{column}}", move_board_list),
    ("DELETE", f"{_BOARD}/lists/{{column}}", delete_board_list),
)
