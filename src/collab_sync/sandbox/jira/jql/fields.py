"""What can be asked about an issue: each searchable field, how its values are named, read and ordered."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from collab_sync.sandbox.jira.jql.parse import Call, Empty, Operand
from collab_sync.sandbox.jira.refusal import Refusal
from collab_sync.sandbox.jira.state import CustomField, Issue, SiteAccount, SiteState
from collab_sync.sandbox.jira.text.adf import plain_text

EQUALITY = frozenset({"=", "!=", "IN", "NOT IN", "IS", "IS NOT"})
ORDERING = EQUALITY | {"<", "<=", ">", ">="}
TEXTUAL = frozenset({"~", "!~", "IS", "IS NOT"})
CATEGORIES = {"new": ("2", "To Do"), "indeterminate": ("4", "In Progress"), "done": ("3", "Done")}
"""Status categories: key, then id and name."""

Sortable: TypeAlias = tuple[object, ...]
Ids: TypeAlias = tuple[str, ...]
Resolve: TypeAlias = Callable[[Operand], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, when and of which site; ``visible``: the keys of the projects they may browse. ``reconciled``: ids of
    issues that are looked at as they are now, however far the search index lags behind."""

    site: SiteState
    account: SiteAccount
    now: datetime
    zone: ZoneInfo
    visible: frozenset[str]
    reconciled: frozenset[int] = frozenset()

    def sees(self, issue: Issue) -> bool:
        """Whether they see the issue at all."""
        return issue.project in self.visible and self.site.discloses(issue, self.account)

    def finds(self, issue: Issue) -> bool:
        """Whether they see the issue and the search index knows of it by now."""
        return self.sees(issue) and (issue.created <= self.horizon or issue.id in self.reconciled)

    def updated(self, issue: Issue) -> datetime:
        """When the issue last changed, as far as the search index knows."""
        if issue.updated <= self.horizon or issue.id in self.reconciled:
            return issue.updated
        touched = [issue.created, *(change.at for change in issue.changes)]
        touched += [at for comment in issue.comments for at in (comment.created, comment.updated)]
        return max((at for at in touched if at <= self.horizon), default=issue.created)

    @property
    def horizon(self) -> datetime:
        """Changes up to here are in the search index."""
        return self.now - timedelta(seconds=self.site.search_lag)


@dataclass(frozen=True, slots=True)
class Choices:
    """A field whose value is one or several ids; ``resolve`` gives the ids an operand stands for, EMPTY apart.
    ``issue``: for fields that name issues, the one an operand means, for comparing keys."""

    name: str
    read: Callable[[Issue], Ids]
    resolve: Resolve
    order: Callable[[Issue], Sortable] | None = None
    descending: bool = False
    operators: frozenset[str] = EQUALITY
    issue: Callable[[Operand], Issue | None] | None = None

    def sort(self, issue: Issue) -> Sortable:
        """What ORDER BY compares; empty values come last in ascending order."""
        return self.order(issue) if self.order is not None else (not self.read(issue), self.read(issue))


@dataclass(frozen=True, slots=True)
class Moments:
    """A field that holds an instant, or a day if ``whole_days``."""

    name: str
    read: Callable[[Issue], datetime | date | None]
    whole_days: bool = False
    descending: bool = True
    operators: frozenset[str] = ORDERING

    def sort(self, issue: Issue) -> Sortable:
        """What ORDER BY compares; empty values come last in ascending order."""
        value = self.read(issue)
        return (True, "") if value is None else (False, value.isoformat())


@dataclass(frozen=True, slots=True)
class Texts:
    """A field that is searched by words."""

    name: str
    read: Callable[[Issue], str]
    descending: bool = False
    operators: frozenset[str] = TEXTUAL

    def sort(self, issue: Issue) -> Sortable:
        """What ORDER BY compares."""
        return (self.read(issue),)


Field: TypeAlias = Choices | Moments | Texts


def field_named(name: str, asking: Asking) -> Field:
    """The field a query means, by any of its names, without regard to case. Raises Refusal 400 in Jira's words."""
    lower = name.lower()
    field = _reference(lower, asking) or _account(lower, asking) or _plain(lower, asking) or _custom(name, asking)
    if field is None:
        raise Refusal(400, f"Field '{name}' does not exist or you do not have permission to view it.")
    return field


def _reference(name: str, asking: Asking) -> Field | None:
    site = asking.site
    if name in ("key", "id", "issue", "issuekey"):
        return _issue_field(name, asking)
    if name == "project":
        projects = {each.key: (each.id, each.key, each.name) for each in site.projects.values()}
        visible = {key: names for key, names in projects.items() if key in asking.visible}
        return Choices(name, lambda i: (i.project,), _listed(name, visible))
    if name == "status":
        statuses = {each.id: (each.id, each.name) for each in site.statuses.values()}
        return Choices(name, lambda i: (i.status,), _listed(name, statuses))
    if name == "statuscategory":
        known = {key: (key, *names) for key, names in CATEGORIES.items()}
        return Choices(name, lambda i: (site.statuses[i.status].category,), _listed("statusCategory", known))
    if name in ("type", "issuetype"):
        types = {each.id: (each.id, each.name) for each in site.types.values()}
        return Choices(name, lambda i: (i.type,), _listed(name, types))
    return _further_reference(name, asking)


def _issue_field(name: str, asking: Asking) -> Field:
    """Id and key are one field in Jira: both order and compare by key, never by id."""
    comparable = name != "id" or asking.site.id_seek
    return Choices(
        name,
        lambda i: (str(i.id),),
        _issue_ids(asking, name),
        lambda i: (i.project, i.number),
        operators=ORDERING if comparable else EQUALITY,
        issue=lambda operand: _bound(operand, asking, name),
    )


def _further_reference(name: str, asking: Asking) -> Field | None:
    site = asking.site
    if name == "priority":
        rank = {each: -place for place, each in enumerate(site.priorities)}
        known = {each.id: (each.id, each.name) for each in site.priorities.values()}
        return Choices(name, lambda i: (i.priority,), _listed(name, known), lambda i: (rank[i.priority],), True)
    if name in ("labels", "label"):
        return Choices(name, lambda i: tuple(sorted(i.labels)), _literal)
    if name == "parent":
        return Choices(name, lambda i: () if i.parent is None else (str(i.parent),), _issue_ids(asking, name))
    return None


def _account(name: str, asking: Asking) -> Field | None:
    if name == "assignee":
        return Choices(name, lambda i: (i.assignee,) if i.assignee else (), _account_ids(asking, name))
    if name == "reporter":
        return Choices(name, lambda i: (i.reporter,) if i.reporter else (), _account_ids(asking, name))
    if name == "creator":
        return Choices(name, lambda i: (i.creator,), _account_ids(asking, name))
    return None


def _plain(name: str, asking: Asking) -> Field | None:
    moments: dict[str, Field] = {
        "created": Moments(name, lambda i: i.created),
        "createddate": Moments(name, lambda i: i.created),
        "updated": Moments(name, asking.updated),
        "updateddate": Moments(name, asking.updated),
        "resolved": Moments(name, lambda i: i.resolved),
        "resolutiondate": Moments(name, lambda i: i.resolved),
        "due": Moments(name, lambda i: i.due, whole_days=True),
        "duedate": Moments(name, lambda i: i.due, whole_days=True),
        "summary": Texts(name, lambda i: i.summary),
        "description": Texts(name, lambda i: plain_text(i.description)),
        "comment": Texts(name, _comment_text),
        "text": Texts(name, lambda i: f"{i.summary}\n{plain_text(i.description)}\n{_comment_text(i)}"),
    }
    return moments.get(name)


def _custom(name: str, asking: Asking) -> Field | None:
    numbered = re.fullmatch(r"cf\[(\d+)\]", name, re.IGNORECASE)
    wanted = f"customfield_{numbered[1]}" if numbered else name
    fields = asking.site.custom_fields.values()
    found = next((each for each in fields if wanted.lower() in (each.id, each.name.lower())), None)
    if found is None:
        return None
    if found.kind in ("text", "richtext"):
        return Texts(name, lambda i: _custom_text(i, found))
    if found.kind == "date":
        return Moments(name, lambda i: _custom_date(i, found), whole_days=True)
    resolve = _account_ids(asking, name) if found.kind in ("user", "users") else _literal
    return Choices(name, lambda i: _custom_ids(i, found), resolve)


def _listed(field: str, known: Mapping[str, Ids]) -> Resolve:
    def resolve(operand: Operand) -> frozenset[str]:
        text = _text(operand).lower()
        found = [own for own, names in known.items() if text in (name.lower() for name in names)]
        if not found:
            raise _no_value(_text(operand), field)
        return frozenset(found)

    return resolve


def _issue_ids(asking: Asking, field: str) -> Resolve:
    return lambda operand: frozenset((str(_issue(operand, asking, field).id),))


def _issue(operand: Operand, asking: Asking, field: str) -> Issue:
    text = _text(operand)
    issue = asking.site.issue(text)
    if issue is not None and asking.sees(issue):
        return issue
    if re.fullmatch(r"-?\d+", text):
        raise Refusal(400, f"A value with ID '{text}' does not exist for the field '{field}'.")
    raise Refusal(400, f"An issue with key '{text}' does not exist for field '{field}'.")


def _bound(operand: Operand, asking: Asking, field: str) -> Issue | None:
    """The issue behind which others stand. Data Center refuses one that is not there, Cloud's search finds nothing."""
    try:
        return _issue(operand, asking, field)
    except Refusal:
        if asking.site.cloud:
            return None
        raise


def _account_ids(asking: Asking, field: str) -> Resolve:
    def resolve(operand: Operand) -> frozenset[str]:
        if isinstance(operand, Call) and operand.name.lower() == "currentuser" and not operand.arguments:
            return frozenset((asking.account.account_id,))
        text = _text(operand)
        accounts = asking.site.accounts.values()
        found = [each.account_id for each in accounts if text in _names_of(each)]
        if not found:
            raise _no_value(text, field)
        return frozenset(found)

    return resolve


def _names_of(account: SiteAccount) -> Ids:
    return (account.account_id, account.login, account.name, account.email)


def _literal(operand: Operand) -> frozenset[str]:
    return frozenset((_text(operand),))


def _text(operand: Operand) -> str:
    if isinstance(operand, Call):
        raise Refusal(400, f"Unable to find JQL function '{operand.name}({', '.join(operand.arguments)})'.")
    return "" if isinstance(operand, Empty) else operand.text


def _no_value(text: str, field: str) -> Refusal:
    return Refusal(400, f"The value '{text}' does not exist for the field '{field}'.")


def _comment_text(issue: Issue) -> str:
    return "\n".join(plain_text(comment.body) for comment in issue.comments)


def _custom_text(issue: Issue, field: CustomField) -> str:
    value = issue.custom.get(field.id)
    return plain_text(value) if isinstance(value, dict) else str(value or "")


def _custom_date(issue: Issue, field: CustomField) -> date | None:
    value = issue.custom.get(field.id)
    return date.fromisoformat(value) if isinstance(value, str) else None


def _custom_ids(issue: Issue, field: CustomField) -> Ids:
    value = issue.custom.get(field.id)
    if value is None:
        return ()
    return tuple(str(each) for each in value) if isinstance(value, list) else (str(value),)
