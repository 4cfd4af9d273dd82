"""Leads, liaisons and doers of every department that works on it."""

from __future__ import annotations

from collections.abc import Iterator

from collab_sync.model.document import Block
from collab_sync.model.organisation import Department, Person
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.roles.cells import Post, duties_text, involved
from collab_sync.summaries.sheet import Column, Section, Sheet

ROLES: Sheet[Post] = Sheet(
    "跨部门协作角色分工表",
    (
        Column("协作部门", lambda post: post.department, ("S2-46",)),
        Column("角色", lambda post: post.role, ("S2-47", "S2-11")),
        Column("姓名", lambda post: post.name, ("S2-48",)),
        Column("职责描述", lambda post: post.duties, ("S2-49", "S2-51", "S2-52", "S2-53", "S2-54", "S2-10")),
        Column("联系方式(内部)", lambda post: post.contact, ("S2-50",)),
    ),
    serves=("S2-45", "S2-15"),
)


def roles(scope: SectionScope) -> tuple[Block, ...]:
    """Leads, liaisons and doers of every department that works on it."""
    return ROLES.blocks(scope, (post for department in involved(scope) for post in _posts(scope, department)))


def _posts(scope: SectionScope, department: Department) -> Iterator[Post]:
    people = scope.view.organisation.person_by_key
    own = scope.of_department(department, scope.tasks)
    headings = (("部门负责人", department.lead), ("执行接口人", department.liaison))
    for role, key in headings:
        name = key or scope.say("(暂缺)")
        contact = _contact(scope, people.get(key or ""))
        yield Post(department.name, scope.say(role), name, duties_text(scope, own), contact)
    doers = {person.key: person for line in own for person in line.facts.people("R")}
    for key, person in doers.items():
        if key not in (department.lead, department.liaison):
            duties = duties_text(scope, tuple(line for line in own if person in line.facts.people("R")))
            yield Post(department.name, scope.say("执行人"), key, duties, _contact(scope, person))


def _contact(scope: SectionScope, person: Person | None) -> str:
    """Accounts by which the trackers reach somebody. Telephone numbers are nothing for a page."""
    accounts = [f"{name} {account}" for ids in (person.identities if person else ()) for name, account in ids.items()]
    return scope.words.joined(accounts)


SECTION = Section("角色分工", roles, (ROLES,))
