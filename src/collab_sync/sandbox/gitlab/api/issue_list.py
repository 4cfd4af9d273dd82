"""Listing the issues of a project or a group: which ones, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

from collab_sync.sandbox.gitlab.api.paging import Listing, SortKey, paginate, paginate_by_keyset
from collab_sync.sandbox.gitlab.call import Call
from collab_sync.sandbox.gitlab.errors import not_found
from collab_sync.sandbox.gitlab.shapes import issue_shape
from collab_sync.sandbox.gitlab.state import Issue, Project
from collab_sync.sandbox.wire import Response

Test: TypeAlias = Callable[[Issue], bool]

Row: TypeAlias = tuple[Project, Issue]

ORDERS = (
    "created_at",
    "updated_at",
    "priority",
    "due_date",
    "relative_position",
    "label_priority",
    "milestone_due",
    "popularity",
)
"""Orders of 14.2; those the sandbox keeps nothing for (priority, popularity …) fall back to the id."""

NEWER_ORDERS = (*ORDERS, "title", "id", "weight")
_KEYSET_ORDERS = ("created_at", "updated_at", "due_date", "id", "relative_position", "title", "weight")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DEFAULTS = {"order_by": "created_at", "sort": "desc", "state": "all", "with_labels_details": "false"}


def list_issues(call: Call, project: str) -> Response:
    """``GET /projects/:id/issues``; by keyset where the server can and the order allows it, else by offset."""
    found = call.project(project)
    newer = call.instance.settings.pages_issues_by_keyset
    listing = Listing({**_DEFAULTS, "id": project}, "Issue" if newer else "")
    rows, order, descending = _rows(call, [found])
    if newer and call.params.text("pagination") == "keyset" and order in _KEYSET_ORDERS:
        keyed = [(_key(issue, order, descending), (place, issue)) for place, issue in rows]
        return paginate_by_keyset(call, keyed, _shape(call), listing)
    return paginate(call, rows, _shape(call), listing)


def list_group_issues(call: Call, group: str) -> Response:
    """``GET /groups/:id/issues``: those of all projects below that the caller can see, by offset on every version."""
    found = call.instance.group(group)
    below = [each for each in call.instance.projects if found and each.path.startswith(f"{found.path}/")]
    seen = [each for each in below if each.level_of(call.caller)]
    if found is None or not seen:
        raise not_found("Group")
    rows, _, _ = _rows(call, seen)
    return paginate(call, rows, _shape(call), Listing({**_DEFAULTS, "id": group, "non_archived": "true"}))


def _rows(call: Call, projects: Sequence[Project]) -> tuple[list[Row], str, bool]:
    """The wanted issues in the wanted order, which is named beside them with its direction."""
    newer = call.instance.settings.pages_issues_by_keyset
    order = call.params.choice("order_by", NEWER_ORDERS if newer else ORDERS, "created_at")
    descending = call.params.choice("sort", ("asc", "desc"), "desc") == "desc"
    rows: list[Row] = []
    for project in projects:
        tests = tuple(_tests(call, project))
        issues = (issue for issue in project.issues.values() if call.may_see(project, issue))
        rows += [(project, issue) for issue in issues if all(test(issue) for test in tests)]
    return sorted(rows, key=lambda row: _key(row[1], order, descending)), order, descending


def _shape(call: Call) -> Callable[[Row], object]:
    details = bool(call.params.flag("with_labels_details"))
    return lambda row: issue_shape(call, *row, labels=details)


def _key(issue: Issue, order: str, descending: bool) -> SortKey:
    """Ties go by id descending in either direction; what has no date comes last in either direction."""
    if order == "id":
        return (-issue.id if descending else issue.id,)
    if order == "title":
        return (*_text_key(issue.title, descending), -issue.id)
    value = _value(issue, order)
    if value is None:
        return (1, 0, -issue.id)
    return (0, -value if descending else value, -issue.id)


def _text_key(text: str, descending: bool) -> SortKey:
    """Numbers that sort like the text: its code points, or their negatives, and an end beyond all of them."""
    return (*(-ord(each) for each in text), 1) if descending else (*map(ord, text), -1)


def _value(issue: Issue, order: str) -> int | None:
    if order == "due_date":
        return issue.due_date.toordinal() if issue.due_date else None
    if order == "weight":
        return issue.weight
    if order in ("created_at", "updated_at"):
        at = issue.created_at if order == "created_at" else issue.updated_at
        return (at - _EPOCH) // timedelta(milliseconds=1)
    return 0


def _tests(call: Call, project: Project) -> Iterator[Test]:
    yield from _state_tests(call)
    yield from _time_tests(call)
    yield from _label_tests(call, project)
    yield from _people_tests(call)
    yield from _number_tests(call, project)
    yield from _text_tests(call)


def _state_tests(call: Call) -> Iterator[Test]:
    state = call.params.choice("state", ("opened", "closed", "all"), "all")
    if state != "all":
        yield lambda issue: issue.state == state
    confidential = call.params.flag("confidential")
    if confidential is not None:
        yield lambda issue: issue.confidential == confidential
    if "issue_type" in call.params:
        kind = call.params.choice("issue_type", ("issue", "incident", "test_case"), "issue")
        yield lambda issue: issue.issue_type == kind


def _time_tests(call: Call) -> Iterator[Test]:
    """Both bounds are inclusive."""
    updated_after, updated_before = call.params.instant("updated_after"), call.params.instant("updated_before")
    created_after, created_before = call.params.instant("created_after"), call.params.instant("created_before")
    if updated_after:
        yield lambda issue: issue.updated_at >= updated_after
    if updated_before:
        yield lambda issue: issue.updated_at <= updated_before
    if created_after:
        yield lambda issue: issue.created_at >= created_after
    if created_before:
        yield lambda issue: issue.created_at <= created_before
    if "due_date" in call.params:
        windows = ("0", "any", "today", "tomorrow", "overdue", "week", "month")
        window = call.params.choice("due_date", windows, "any")
        yield lambda issue: _due_within(issue.due_date, window, call.now.date())


def _due_within(due: date | None, window: str, today: date) -> bool:
    if due is None or window == "0":
        return due is None and window == "0"
    monday = today - timedelta(days=today.weekday())
    return {
        "any": True,
        "today": due == today,
        "tomorrow": due == today + timedelta(days=1),
        "overdue": due < today,
        "week": monday <= due < monday + timedelta(days=7),
        "month": (due.year, due.month) == (today.year, today.month),
    }[window]


def _label_tests(call: Call, project: Project) -> Iterator[Test]:
    wanted, unwanted = call.params.names("labels"), call.params.names("not[labels]")
    word = wanted[0].lower() if len(wanted) == 1 else ""
    if word in ("none", "any"):
        yield lambda issue: bool(issue.label_ids) == (word == "any")
    elif wanted:
        yield lambda issue: set(wanted) <= set(project.label_names(issue))
    if unwanted:
        yield lambda issue: not set(unwanted) & set(project.label_names(issue))


def _people_tests(call: Call) -> Iterator[Test]:
    yield from _person_tests(call, "author", lambda issue: [issue.author_id])
    yield from _person_tests(call, "assignee", lambda issue: issue.assignee_ids)


def _person_tests(call: Call, role: str, people: Callable[[Issue], list[int]]) -> Iterator[Test]:
    usernames = call.params.names(f"{role}_username")
    if usernames:
        users = {user.id for user in call.instance.users if user.username in usernames}
        yield lambda issue: not users.isdisjoint(people(issue))
    word = (call.params.text(f"{role}_id") or "").lower()
    if word in ("none", "any"):
        yield lambda issue: bool(people(issue)) == (word == "any")
    elif word:
        wanted = call.params.integer(f"{role}_id")
        yield lambda issue: wanted in people(issue)


def _number_tests(call: Call, project: Project) -> Iterator[Test]:
    if "iids" in call.params:
        iids = set(call.params.numbers("iids"))
        yield lambda issue: issue.iid in iids
    unwanted = set(call.params.numbers("not[iids]"))
    if unwanted:
        yield lambda issue: issue.iid not in unwanted
    title = call.params.text("milestone")
    if title and title.lower() in ("none", "any"):
        yield lambda issue: (issue.milestone_id is not None) == (title.lower() == "any")
    elif title:
        named = {each.id for each in project.milestones if each.title == title}
        yield lambda issue: issue.milestone_id in named


def _text_tests(call: Call) -> Iterator[Test]:
    words = (call.params.text("search") or "").lower().split()
    where = call.params.names("in") or ["title", "description"]
    if not words:
        return

    def found(issue: Issue) -> bool:
        texts = {"title": issue.title, "description": issue.description or ""}
        searched = "\n".join(texts.get(name, "") for name in where).lower()
        return all(word in searched for word in words)

    yield found
