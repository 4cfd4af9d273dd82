"""The paths of each kind of subject: one explicit, greppable table per kind.

A path is a name people write in a condition (``late_days``), what it yields, and when time alone changes it. Names with
a free part (``fields.‹名›``, ``entries.‹类别›.count``, ``parent.‹path›``) are read by ``vocabulary``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Generic, TypeAlias, TypeVar, cast, get_args

from collab_sync.analysis.facts import MISSING, UNKNOWN, Facts, Value, ValueKind
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.measures import acceptance, goals, milestones, retention, reviews
from collab_sync.analysis.measures.acceptance import Acceptance
from collab_sync.analysis.measures.decisions import DecisionItem
from collab_sync.analysis.measures.lateness import late_by
from collab_sync.analysis.reporting.ratings import RatingFacts
from collab_sync.analysis.sharing import approvals
from collab_sync.analysis.subject_facts import (
    PHASES,
    ConflictFacts,
    DepartmentFacts,
    OrganisationFacts,
    PersonFacts,
    ProgramFacts,
    ResourceFacts,
)
from collab_sync.calendar import deadlines
from collab_sync.model.identity import SubjectKind
from collab_sync.model.resource import Availability
from collab_sync.model.work_item import Status

F = TypeVar("F")
Test: TypeAlias = Callable[[F], bool | None]
LEVELS = ("高", "中", "低")
PROGRESS = ("进行中", "遇到风险", "需支持", "已完成")


@dataclass(frozen=True, slots=True)
class Path(Generic[F]):
    """One path: ``read`` gives its value, ``flips`` the earliest instant time alone brings it to a threshold.

    Two short cuts for conditions, which are asked millions of times: ``source`` is the value as a Python expression
    over the facts ``f``, None or an empty text where ``read`` must be asked; ``at_least`` makes the test whether the
    number has reached so many, and asks the second argument where it cannot tell."""

    kind: ValueKind
    read: Callable[[F], Value]
    flips: Callable[[F, Sequence[int]], datetime | None] | None = None
    choices: tuple[str, ...] = ()
    source: str = ""
    at_least: Callable[[int, Test[F]], Test[F]] | None = None

    def value(self, facts: Facts) -> Value:
        return self.read(cast(F, facts))

    def flips_at(self, facts: Facts, thresholds: Sequence[int]) -> datetime | None:
        return self.flips(cast(F, facts), thresholds) if self.flips else None


def or_missing(value: Value | None) -> Value:
    """A value that may not be there."""
    return MISSING if value is None or value == "" else value


def concluded(facts: ItemFacts, path: str, value: Value | None) -> Value:
    """A value whose absence counts only if it could be read and the mirror is fresh enough to tell."""
    if value is None or value == "":
        return UNKNOWN if facts.stale or path in facts.item.unreadable else MISSING
    return value


# --- work items ------------------------------------------------------------------------------------------------
def _late_flips(facts: ItemFacts, thresholds: Sequence[int]) -> datetime | None:
    due = facts.due
    if due is None or facts.item.done_at:
        return None
    limits = thresholds or (facts.late_days or 0,)
    counts = {count for limit in limits for count in (limit, limit + 1) if count > 0}
    return _first_after(facts.now, (deadlines.late_days_reaches(due, count, facts.calendar) for count in counts))


def _due_in_flips(facts: ItemFacts, thresholds: Sequence[int]) -> datetime | None:
    due = facts.due
    if due is None:
        return None
    limits = thresholds or (facts.due_in_wd or 0,)
    counts = {count for limit in limits for count in (limit - 1, limit)}
    return _first_after(facts.now, (deadlines.due_in_wd_falls_to(due, count, facts.calendar) for count in counts))


def _first_after(now: datetime, instants: Iterable[datetime]) -> datetime | None:
    return min((instant for instant in instants if instant > now), default=None)


def _finished_late(facts: ItemFacts) -> Value:
    done, due = facts.item.done_at, facts.due
    return MISSING if done is None or due is None else done > facts.calendar.closing(due)


def _responded(facts: ItemFacts) -> Value:
    answered = bool(facts.entries("响应"))
    return facts.absent(answered) or answered


def _progress(facts: ItemFacts) -> Value:
    return concluded(facts, "progress", facts.progress[0] if facts.progress else None)


def _department_name(facts: ItemFacts) -> Value:
    return concluded(facts, "dept", facts.department.name if facts.department else None)


def _settled(facts: ItemFacts, value: Value | None) -> Value:
    """What a decision says; that there is none can only be said of an item we see as it is."""
    return facts.absent(value) or or_missing(value)


def _concluded(read: Callable[[Acceptance], Value | None]) -> Callable[[ItemFacts], Value]:
    """What the acceptance says; missing while there is none."""

    def value(facts: ItemFacts) -> Value:
        found = acceptance.acceptance(facts)
        said = read(found) if found else None
        return facts.absent(said) or or_missing(said)

    return value


def _resubmitted(facts: ItemFacts) -> Value:
    again = acceptance.resubmitted(facts)
    return facts.absent(again) or again


def _goals_measurable(facts: ItemFacts) -> Value:
    enough = goals.goals_measurable(facts)
    return enough or (False if concluded(facts, f"fields.{goals.GOAL}", None) is MISSING else UNKNOWN)


def _signoff_missing(facts: ItemFacts) -> Value:
    names = reviews.signatures_missing(facts)
    if names is None:
        return concluded(facts, f"fields.{reviews.DEPARTMENTS_TO_SIGN}", None)
    return UNKNOWN if names and facts.stale else len(names)


def _program_name(facts: ItemFacts) -> Value:
    program = facts.around.program(facts.program_code)
    return concluded(facts, "program", program.name if program else facts.program_code)


ITEM_PATHS: Mapping[str, Path[ItemFacts]] = {
    "key": Path("text", lambda f: f.name),
    "url": Path("text", lambda f: f.item.source.url),
    "title": Path("text", lambda f: f.item.title, source="f.item.title"),
    "task_id": Path("text", lambda f: or_missing(f.around.task_id(f.item.id))),
    "type": Path("text", lambda f: f.item.type, source="f.item.type"),
    "status": Path("text", lambda f: f.item.status, choices=get_args(Status), source="f.item.status"),
    "status_raw": Path("text", lambda f: f.item.status_raw, source="f.item.status_raw"),
    "open": Path("bool", lambda f: f.item.open, source="f.item.open"),
    "confidential": Path("bool", lambda f: f.item.confidential),
    "generation": Path("number", lambda f: f.generation),
    "program": Path("text", lambda f: concluded(f, "program", f.program_code), source="f.item.program"),
    "milestone": Path("text", lambda f: concluded(f, "milestone", f.item.milestone), source="f.item.milestone"),
    "dept": Path("text", _department_name),
    "dept_lead": Path("text", lambda f: or_missing(f.department.lead if f.department else None)),
    "dept_liaison": Path("text", lambda f: or_missing(f.department.liaison if f.department else None)),
    "reporter": Path("text", lambda f: concluded(f, "reporter", f.reporter.key if f.reporter else None)),
    "urgency": Path(
        "text", lambda f: concluded(f, "urgency", f.item.urgency), choices=("紧急", *LEVELS), source="f.item.urgency"
    ),
    "importance": Path(
        "text", lambda f: concluded(f, "importance", f.item.importance), choices=LEVELS, source="f.item.importance"
    ),
    "native_priority": Path(
        "text",
        lambda f: concluded(f, "native_priority", f.item.native_priority),
        choices=LEVELS,
        source="f.item.native_priority",
    ),
    "labels": Path("texts", lambda f: f.item.labels),
    "start": Path("date", lambda f: concluded(f, "start", f.item.start), source="f.item.start"),
    "due": Path("date", lambda f: concluded(f, "due", f.due), source="f.due"),
    "raw_due": Path("date", lambda f: concluded(f, "due", f.item.raw_due), source="f.item.raw_due"),
    "original_due": Path("date", lambda f: concluded(f, "due", f.due_history.original)),
    "due_pushes": Path("number", lambda f: f.due_history.pushes),
    "unapproved_pushes": Path("number", lambda f: f.due_history.unapproved_pushes),
    "created_at": Path("instant", lambda f: f.item.created_at, source="f.item.created_at"),
    "updated_at": Path("instant", lambda f: f.item.updated_at, source="f.item.updated_at"),
    "started_at": Path("instant", lambda f: or_missing(f.item.started_at)),
    "done_at": Path("instant", lambda f: or_missing(f.item.done_at)),
    "late_days": Path("number", lambda f: or_missing(f.late_days), _late_flips, at_least=late_by),
    "due_in_wd": Path("number", lambda f: or_missing(f.due_in_wd), _due_in_flips),
    "finished_late": Path("bool", _finished_late),
    "responded": Path("bool", _responded),
    "progress_status": Path("text", _progress, choices=PROGRESS),
    "changed_at.progress_status": Path("instant", lambda f: or_missing(f.progress[1] if f.progress else None)),
    "parent": Path("text", lambda f: concluded(f, "parent", f.item.parent), source="f.item.parent"),
    "resource": Path("text", lambda f: concluded(f, "resource", f.item.resource), source="f.item.resource"),
    "acceptance.结果": Path("text", _concluded(lambda a: a.result), choices=acceptance.RESULTS),
    "acceptance.评分": Path("number", _concluded(lambda a: a.score)),
    "acceptance.意见": Path("text", _concluded(lambda a: a.opinion)),
    "acceptance.整改时限": Path("date", _concluded(lambda a: a.rework_by)),
    "acceptance.at": Path("instant", _concluded(lambda a: a.at)),
    "resubmitted": Path("bool", _resubmitted),
    "signoff_missing": Path("number", _signoff_missing),
    "goals_measurable": Path("bool", _goals_measurable),
    "core_dept_count": Path("number", lambda f: concluded(f, f"fields.{goals.CORE}", goals.core_departments(f))),
    "retention": Path("text", retention.retention),
    "program_name": Path("text", _program_name),
    "decided_by_owner": Path("bool", lambda f: _settled(f, approvals.decided_by_owner(f))),
    "owner_decided_at": Path("instant", lambda f: _settled(f, approvals.owner_decided_at(f))),
    "approved_by_group": Path("bool", lambda f: _settled(f, approvals.approved_by_group(f))),
    "restricted": Path("bool", lambda f: concluded(f, "dept", approvals.restricted(f))),
}

DEPARTMENT_PATHS: Mapping[str, Path[DepartmentFacts]] = {
    "key": Path("text", lambda f: f.department.key),
    "name": Path("text", lambda f: f.department.name),
    "lead": Path("text", lambda f: or_missing(f.department.lead)),
    "liaison": Path("text", lambda f: or_missing(f.department.liaison)),
    "external": Path("bool", lambda f: f.department.external),
}

PROGRAM_PATHS: Mapping[str, Path[ProgramFacts]] = {
    "key": Path("text", lambda f: f.code),
    "name": Path("text", lambda f: f.name),
    "phase": Path("text", lambda f: f.phase, choices=PHASES),
    "strategic": Path("text", lambda f: or_missing(f.strategic), choices=LEVELS),
    "lead": Path("text", lambda f: or_missing(f.lead.key if f.lead else None)),
    "dept": Path("text", lambda f: or_missing(f.department.name if f.department else None)),
    "milestones": Path("text", lambda f: or_missing("、".join(str(one) for one in milestones.milestones(f.facts)))),
}

DECISION_PATHS: Mapping[str, Path[DecisionItem]] = {
    "n": Path("number", lambda f: f.n),
    "text": Path("text", lambda f: or_missing(f.text)),
    "dept": Path("text", lambda f: or_missing(f.department.name if f.department else None)),
    "due": Path("date", lambda f: or_missing(f.due)),
    "lead": Path("text", lambda f: or_missing(f.lead)),
    "liaison": Path("text", lambda f: or_missing(f.liaison)),
}

RESOURCE_PATHS: Mapping[str, Path[ResourceFacts]] = {
    "key": Path("text", lambda f: f.resource.key),
    "name": Path("text", lambda f: f.resource.name),
    "category": Path("text", lambda f: f.resource.category),
    "availability": Path("text", lambda f: f.resource.availability, choices=get_args(Availability)),
    "priority": Path("text", lambda f: f.resource.priority, choices=LEVELS),
    "supplement": Path("text", lambda f: or_missing(f.resource.supplement)),
    "gap_since": Path("instant", lambda f: or_missing(f.resource.gap_since)),
    "owner": Path("text", lambda f: f.resource.owner),
    "restriction": Path("text", lambda f: or_missing(f.resource.restriction)),
    "dept": Path("text", lambda f: or_missing(f.department.name if f.department else None)),
    "capacity": Path("number", lambda f: or_missing(f.resource.capacity)),
    "unit": Path("text", lambda f: or_missing(f.resource.unit)),
}


def _conflict_open(facts: ConflictFacts) -> Value:
    return True if facts.conflict.open else UNKNOWN if facts.stale else False


def _conflict_flips(facts: ConflictFacts, _thresholds: Sequence[int]) -> datetime | None:
    """What was wanted for days that are over needs no coordination any more."""
    over = facts.conflict.last_day + timedelta(days=1)
    return facts.around.calendar(None).instant(over, time()) if facts.conflict.open else None


CONFLICT_PATHS: Mapping[str, Path[ConflictFacts]] = {
    "key": Path("text", lambda f: f.name),
    "open": Path("bool", _conflict_open, _conflict_flips),
    "resource": Path("text", lambda f: f.resource.name if f.resource else f.conflict.resource),
    "unit": Path("text", lambda f: or_missing(f.resource.unit if f.resource else None)),
    "first_day": Path("date", lambda f: f.conflict.first_day),
    "last_day": Path("date", lambda f: f.conflict.last_day),
    "demand": Path("number", lambda f: f.conflict.demand),
    "capacity": Path("number", lambda f: f.conflict.capacity),
}

RATING_PATHS: Mapping[str, Path[RatingFacts]] = {
    "value": Path("number", lambda f: f.value),
    "dept": Path("text", lambda f: f.department.name),
}

PERSON_PATHS: Mapping[str, Path[PersonFacts]] = {
    "key": Path("text", lambda f: f.person.key),
    "dept": Path("text", lambda f: or_missing(f.person.dept)),
    "manager": Path("text", lambda f: or_missing(f.person.manager)),
}

ORGANISATION_PATHS: Mapping[str, Path[OrganisationFacts]] = {}

PATHS: Mapping[SubjectKind, Mapping[str, Path[ItemFacts]] | Mapping[str, Path[DepartmentFacts]]
               | Mapping[str, Path[ProgramFacts]] | Mapping[str, Path[ResourceFacts]]
               | Mapping[str, Path[PersonFacts]] | Mapping[str, Path[OrganisationFacts]]
               | Mapping[str, Path[ConflictFacts]]] = {
    SubjectKind.WORK_ITEM: ITEM_PATHS,
    SubjectKind.DEPARTMENT: DEPARTMENT_PATHS,
    SubjectKind.PROGRAM: PROGRAM_PATHS,
    SubjectKind.RESOURCE: RESOURCE_PATHS,
    SubjectKind.PERSON: PERSON_PATHS,
    SubjectKind.ORG: ORGANISATION_PATHS,
    SubjectKind.CONFLICT: CONFLICT_PATHS,
}  # fmt: skip
