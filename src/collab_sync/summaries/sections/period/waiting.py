"""What waits for somebody's decision: who decides, what is asked for, since when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collab_sync.analysis.sharing.conflicts import REQUEST_TYPE
from collab_sync.analysis.subject_facts import ConflictFacts
from collab_sync.model.document import Inline, Text
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.overview.cells import LEADERS

POSTPONED = "变更:延期待批"
"""The label that says: the due date was moved and nobody has approved it."""


GROUP, BOARD = "领导小组", "决策层"
SETTLING = "资源协调"
"""Kind of meeting in which conflicts over resources are settled."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One decision that is due. ``whom``: the body or the person; ``ask``: what to decide; ``since``: why now."""

    what: tuple[Inline, ...]
    whom: str
    ask: str
    since: str = ""


def waiting(scope: SectionScope) -> tuple[Waiting, ...]:
    """Every open decision: the leading group's, then conflicts over resources, then requests, then moved dates."""
    return (*_leaders(scope), *_conflicts(scope), *_requests(scope), *_postponed(scope))


def for_leaders(scope: SectionScope) -> tuple[Line, ...]:
    """What has been escalated to the leading group and is open, the latest first."""
    found = [line for line in scope.lines if line.facts.item.open and LEADERS in line.facts.item.labels]
    return tuple(sorted(found, key=lambda line: -line.late))


def lateness(line: Line) -> str:
    """``逾期 6 个工作日``; empty while in time."""
    return line.scope.say("逾期 {days} 个工作日", days=line.late) if line.late > 0 else ""


def needed(line: Line) -> str:
    """What those who do the work ask for, in their words."""
    said = line.said("进度更新", "需协调资源") or line.said("预警", "补救")
    return line.scope.say("所需协调:{said}", said=said) if said else line.scope.say("补救安排与新日期")


def body(scope: SectionScope, role: str) -> str:
    """A role with the people who hold it: ``领导小组(沈岳)``."""
    names = scope.words.joined(person.key for person in scope.view.organisation.members(role))
    named = scope.words.term(role)
    return scope.say("{body}({people})", body=named, people=names) if names else named


def _leaders(scope: SectionScope) -> Iterator[Waiting]:
    for line in for_leaders(scope):
        yield Waiting(line.ref(title=True), body(scope, GROUP), needed(line), lateness(line))


def _conflicts(scope: SectionScope) -> Iterator[Waiting]:
    for conflict in conflicts(scope):
        over = conflict.conflict
        days = "~".join(scope.words.short_day(day) for day in dict.fromkeys((over.first_day, over.last_day)))
        resource = conflict.resource
        unit = (resource.unit) if resource else ""
        ask = scope.say(
            "{days} 共申请 {demand} {unit},可用 {capacity} {unit}:谁先用、谁改期({members})",
            days=days,
            demand=scope.words.number(over.demand),
            capacity=scope.words.number(over.capacity),
            unit=unit,
            members=scope.words.joined([scope.named(key) for key in over.members]),
        )
        name = resource.name if resource else over.resource
        what = Text(scope.say("资源冲突:{name}", name=name))
        yield Waiting((what, *_meeting(scope, conflict)), body(scope, BOARD), ask)


def conflicts(scope: SectionScope) -> tuple[ConflictFacts, ...]:
    """Open conflicts that concern an item which may be named here: nobody learns of one between confidential items."""
    known = {line.key for line in scope.of(REQUEST_TYPE)}
    found = (scope.view.facts(subject) for subject in scope.view.conflict_subjects())
    return tuple(one for one in found if isinstance(one, ConflictFacts) and known & set(one.conflict.members))


def _meeting(scope: SectionScope, conflict: ConflictFacts) -> tuple[Inline, ...]:
    """The meeting in which it is to be settled, where there is one."""
    wanted = set(conflict.conflict.members)
    for facts in scope.view.items_where(type_name="会议", open_only=True):
        linked = {link.target for link in facts.item.links if link.kind == "relates"}
        if facts.item.fields.get("会议类别") == SETTLING and wanted & linked and not facts.item.confidential:
            return (Text(" "), *Line(facts, scope).ref())
    return ()


def _requests(scope: SectionScope) -> Iterator[Waiting]:
    for line in scope.of(REQUEST_TYPE):
        if not line.facts.item.open or line.value("decided_by_owner") is not False:
            continue
        resource = line.facts.resource
        name = resource.name if resource else line.facts.item.resource or line.title
        since = scope.say(
            "提出于 {day}", day=scope.words.short_day(line.facts.calendar.local_date(line.facts.item.created_at))
        )
        ask = scope.say("是否同意使用 {name}(发【资源审批】)", name=name)
        yield Waiting(line.ref(title=True), resource.owner if resource else "", ask, since)


def _postponed(scope: SectionScope) -> Iterator[Waiting]:
    for line in scope.lines:
        if line.facts.item.open and POSTPONED in line.facts.item.labels:
            pushes = line.facts.due_history.pushes
            ask = scope.say("是否同意延期,已后移 {pushes} 次(发【延期审批】)", pushes=pushes)
            yield Waiting(line.ref(title=True), line.people("A"), ask, lateness(line))
