"""Notes of an issue: people's comments and the system's lines of activity; commands in them are carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from collab_sync.sandbox.gitlab import quick_actions
from collab_sync.sandbox.gitlab.answers import answer, nothing, refusal
from collab_sync.sandbox.gitlab.api.paging import Listing, paginate
from collab_sync.sandbox.gitlab.api.routes import Routes
from collab_sync.sandbox.gitlab.call import Call
from collab_sync.sandbox.gitlab.edits import IssueEdit
from collab_sync.sandbox.gitlab.errors import bad_parameter, bad_request, forbidden, not_found
from collab_sync.sandbox.gitlab.shapes import note_shape, sees_confidential_notes
from collab_sync.sandbox.gitlab.state import REPORTER, Issue, Note, Project
from collab_sync.sandbox.wire import Response

LONGEST_NOTE = 1_000_000
"""Characters, not bytes."""

_FILTERS: Mapping[str, Callable[[Note], bool]] = {
    "all_notes": lambda _: True,
    "only_comments": lambda note: not note.system,
    "only_activity": lambda note: note.system,
}


def list_notes(call: Call, project: str, iid: str) -> Response:
    """``GET …/notes``: newest first by default. Labels and states are not among them: those are resource events."""
    order = call.params.choice("order_by", ("created_at", "updated_at"), "created_at")
    sort = call.params.choice("sort", ("asc", "desc"), "desc")
    wanted = call.params.choice("activity_filter", _FILTERS, "all_notes")
    found = call.project(project)
    issue = call.issue(found, iid)
    notes = [note for note in issue.notes if _visible(call, found, note) and _FILTERS[wanted](note)]
    notes.sort(key=lambda note: (note.created_at if order == "created_at" else note.updated_at, note.id))
    defaults = {"id": project, "noteable_id": iid, "activity_filter": wanted, "order_by": order, "sort": sort}
    rows = notes if sort == "asc" else notes[::-1]
    return paginate(call, rows, lambda note: note_shape(call, issue, note), Listing(defaults))


def get_note(call: Call, project: str, iid: str, note: str) -> Response:
    """``GET …/notes/:id``."""
    found = call.project(project)
    issue = call.issue(found, iid)
    return answer(note_shape(call, issue, _note(call, found, issue, note)))


def create_note(call: Call, project: str, iid: str) -> Response:
    """``POST …/notes``: 201 with the note; 202 without a note if there was nothing in it but commands. An issue takes
    so many comments and no more; the system's notes go on."""
    _ = call.user
    call.params.require("body")
    found = call.project(project)
    issue = call.issue(found, iid)
    confidential = _hidden(call)
    if issue.discussion_locked and found.level_of(call.user) < REPORTER:
        raise forbidden()
    call.count_against("notes", call.instance.settings.notes_create_limit)
    text, commands = quick_actions.extract(call.params.text("body") or "")
    _check_body(text, blank_allowed=bool(commands))
    if text and sum(not note.system for note in issue.notes) >= call.instance.settings.comments_per_issue:
        raise bad_request('Note {:base=>["Maximum number of comments exceeded"]}')
    at = call.params.instant("created_at") if call.owns(found) else None
    edit = IssueEdit(call.instance, found, issue, call.user, call.now)
    outcome = _execute(edit, commands)
    if text:
        note = edit.comment(text, confidential=confidential, at=at)
        return answer(note_shape(call, issue, note, outcome.changes), 201)
    if not outcome.summary:
        raise _blank()
    return answer({"commands_changes": outcome.changes, "summary": outcome.summary}, 202)


def update_note(call: Call, project: str, iid: str, note: str) -> Response:
    """``PUT …/notes/:id``: commands in the new text are carried out, what they did is not reported. A text of commands
    alone deletes the note and is answered with 400."""
    _ = call.user
    found = call.project(project)
    issue = call.issue(found, iid)
    edited = _own_note(call, found, issue, note)
    if "body" not in call.params:
        raise bad_parameter("body, confidential are missing, at least one parameter must be provided")
    text, commands = quick_actions.extract(call.params.text("body") or "")
    _check_body(text, blank_allowed=bool(commands))
    edit = IssueEdit(call.instance, found, issue, call.user, call.now)
    _execute(edit, commands)
    if not text:
        issue.notes.remove(edited)
        return refusal(bad_request('Failed to save note {:note=>["can\'t be blank"]}'))
    if text != edited.body:
        edited.body = text
        edited.updated_at = call.now
        edited.edited = True
        edit.touch()
        edit.mention(text)
        edit.announce_comment(edited)
    return answer(note_shape(call, issue, edited))


def delete_note(call: Call, project: str, iid: str, note: str) -> Response:
    """``DELETE …/notes/:id``; leaves updated_at of the issue alone."""
    _ = call.user
    found = call.project(project)
    issue = call.issue(found, iid)
    issue.notes.remove(_own_note(call, found, issue, note))
    return nothing()


def _execute(edit: IssueEdit, commands: tuple[quick_actions.Command, ...]) -> quick_actions.Outcome:
    outcome = quick_actions.execute(edit, commands)
    if outcome.changes:
        edit.finish()
    return outcome


def _check_body(text: str, *, blank_allowed: bool) -> None:
    if not text.strip() and not blank_allowed:
        raise _blank()
    if len(text) > LONGEST_NOTE:
        raise bad_request(f'Note {{:note=>["is too long (maximum is {LONGEST_NOTE} characters)"]}}')


def _blank() -> Exception:
    return bad_request('Note {:note=>["can\'t be blank"]}')


def _hidden(call: Call) -> bool:
    """Whether the note is asked to be hidden from Guests; older servers ignore the newer name, and leave it open."""
    if call.instance.settings.knows_internal_notes and "internal" in call.params:
        return bool(call.params.flag("internal"))
    return bool(call.params.flag("confidential"))


def _visible(call: Call, project: Project, note: Note) -> bool:
    own = call.caller is not None and note.author_id == call.caller.id
    return not note.confidential or own or sees_confidential_notes(call, project)


def _note(call: Call, project: Project, issue: Issue, number: str) -> Note:
    found = next((note for note in issue.notes if str(note.id) == number), None)
    if found is None or not _visible(call, project, found):
        raise not_found("Note")
    return found


def _own_note(call: Call, project: Project, issue: Issue, number: str) -> Note:
    found = _note(call, project, issue, number)
    if not call.may_edit_note(project, found):
        raise forbidden()
    return found


_PATH = "/projects/{project}/issues/{iid}/notes"

ROUTES: Routes = (
    ("GET", _PATH, list_notes),
    ("POST", _PATH, create_note),
    ("GET", f"{_PATH}/{{note}}", get_note),
    ("PUT", f"{_PATH}/{{note}}", update_note),
    ("DELETE", f"{_PATH}/{{note}}", delete_note),
)
