"""Everybody concerned."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.model.organisation import Person
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.roles.cells import Post, duties_text, involved
from collab_sync.summaries.sheet import Column, Section, Sheet

STAKEHOLDERS: Sheet[Post] = Sheet(
    "干系人表",
    (
        Column("部门/单位", lambda post: post.department, ("S0-13",)),
        Column("角色", lambda post: post.role, ("S0-13", "S0-19", "S1-12", "S1-16", "S2-11")),
        Column("姓名", lambda post: post.name, ("S0-13",)),
        Column("期望与职责", lambda post: post.duties, ("S0-13",)),
    ),
)


def stakeholders(scope: SectionScope) -> tuple[Block, ...]:
    """Roles of the organisation, then departments and outside units with their leads."""
    known = scope.view.organisation
    posts = [
        Post(_home(scope, person), scope.words.term(role), person.key, scope.words.term(role), "")
        for role in known.roles
        for person in known.members(role)
    ]
    inside = involved(scope)
    for department in scope.departments:
        if department in inside or department.external:
            kind = scope.say("外部单位对接人" if department.external else "部门负责人")
            own = scope.of_department(department, scope.tasks)
            posts.append(
                Post(department.name, kind, department.lead or scope.say("(暂缺)"), duties_text(scope, own), "")
            )
    return STAKEHOLDERS.blocks(scope, posts)


def _home(scope: SectionScope, person: Person) -> str:
    department = scope.view.organisation.department_of(person)
    return department.name if department else scope.say("公司")


SECTION = Section("干系人", stakeholders, (STAKEHOLDERS,), serves=("S0-13",))
