"""The office's own files against themselves: who is named must exist, and nobody twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from collab_sync.errors import Problem
from collab_sync.model.organisation import Organisation, Person, RoleExpression
from collab_sync.rules.lint.checked import Checked
from collab_sync.rules.office import OfficeFiles
from collab_sync.rules.yaml_text import suggestion


def organisation_errors(checked: Checked) -> Iterator[Problem]:
    """References to nobody, duplicate keys, accounts and department names, a home project that is not mapped."""
    office = checked.office
    yield from _twice(office)
    yield from _shared_names(office)
    yield from _shared_accounts(office)
    yield from _people_named(office)
    yield from _departments_named(office)
    yield from _mapping(checked)


def organisation_warnings(checked: Checked) -> Iterator[Problem]:
    """Connections nobody configured, dates the calendar does not know yet, no coordination office."""
    office, organisation = checked.office, checked.office.organisation
    connections = {project.connection for project in checked.mapping[0].projects}
    for index, person in enumerate(organisation.people):
        for connection in sorted({name for ids in person.identities for name in ids} - connections):
            hint = suggestion(connection, connections) or f"mapping.yaml 里有:{'、'.join(sorted(connections))}"
            message = f"{person.key} 的账号写在未使用的连接“{connection}”下"
            yield office.problem("people", index, "identities", message=message, hint=hint)
    if organisation.office is None and "departments" in office.marks:
        hint = "请在协同办公室那一行写 office: true"
        yield office.problem("departments", message="没有一个部门是协同办公室,找不到人时无人接手", hint=hint)
    yield from _far_dates(checked)


def _twice(office: OfficeFiles) -> Iterator[Problem]:
    lists = (
        ("departments", [department.key for department in office.organisation.departments]),
        ("people", [person.key for person in office.organisation.people]),
        ("resources", [resource.key for resource in office.resources]),
    )
    for key, entries in lists:
        for index, entry in enumerate(entries):
            if entry in entries[:index]:
                yield office.problem(key, index, "key", message=f"“{entry}”重复", hint="key 必须各不相同")


def _shared_names(office: OfficeFiles) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for index, department in enumerate(office.organisation.departments):
        for name in sorted(department.names):
            if owner.setdefault(name, department.key) != department.key:
                message = f"名称“{name}”已属于部门 {owner[name]}"
                yield office.problem("departments", index, message=message, hint="两个部门不能同名,曾用名也不行")


def _shared_accounts(office: OfficeFiles) -> Iterator[Problem]:
    owner: dict[tuple[str, str], str] = {}
    for index, person in enumerate(office.organisation.people):
        for identity in person.identities:
            for pair in identity.items():
                if owner.setdefault(pair, person.key) != person.key:
                    message = f"账号 {pair[0]}:{pair[1]} 已属于 {owner[pair]}"
                    hint = "一个账号只能属于一个人;同名的人请分开写"
                    yield office.problem("people", index, "identities", message=message, hint=hint)


def _people_named(office: OfficeFiles) -> Iterator[Problem]:
    organisation = office.organisation
    known = organisation.person_by_key
    for key, steps, name in _names_of_people(organisation, office):
        if name not in known:
            yield office.problem(key, *steps, message=f"没有名为“{name}”的人员", hint=suggestion(name, known))


Named = Iterator[tuple[str, tuple[int | str, ...], str]]
"""Top-level key, steps below it, the name that stands there."""


def _names_of_people(organisation: Organisation, office: OfficeFiles) -> Named:
    for index, department in enumerate(organisation.departments):
        named = (("lead", department.lead), ("liaison", department.liaison))
        yield from (("departments", (index, field), name) for field, name in named if name)
    for index, person in enumerate(organisation.people):
        yield from _stand_ins(index, person)
    for role, members in organisation.roles.items():
        for number, name in enumerate(() if isinstance(members, RoleExpression) else members):
            yield "roles", (role, number), name
    yield from (("resources", (index, "owner"), resource.owner) for index, resource in enumerate(office.resources))


def _stand_ins(index: int, person: Person) -> Named:
    if person.manager:
        yield "people", (index, "manager"), person.manager
    for number, absence in enumerate(person.absences):
        if absence.delegate:
            yield "people", (index, "absences", number, "delegate"), absence.delegate


def _departments_named(office: OfficeFiles) -> Iterator[Problem]:
    keys = [department.key for department in office.organisation.departments]
    named: list[tuple[str, tuple[int | str, ...], str]] = [
        ("people", (index, "dept"), person.dept)
        for index, person in enumerate(office.organisation.people)
        if person.dept
    ]
    for index, resource in enumerate(office.resources):
        named.append(("resources", (index, "dept"), resource.dept))
        named += [("resources", (index, "allowed_depts", n), key) for n, key in enumerate(resource.allowed_depts)]
    for key, steps, name in named:
        if name not in keys:
            hint = _department_hint(name, office)
            yield office.problem(key, *steps, message=f"没有 key 为“{name}”的部门", hint=hint)


def _department_hint(name: str, office: OfficeFiles) -> str:
    departments = office.organisation.departments
    meant = office.organisation.department(name)
    keys = [department.key for department in departments]
    return f"请写它的 key:{meant.key}" if meant else suggestion(name, keys) or f"现有:{'、'.join(keys)}"


def _mapping(checked: Checked) -> Iterator[Problem]:
    mapping, mark = checked.mapping
    office = checked.office
    names = [project.name for project in mapping.projects]
    home = office.organisation.home
    if home and home not in names:
        message = f"home 写的项目“{home}”不在 mapping.yaml 里"
        yield office.problem("home", message=message, hint=suggestion(home, names) or f"现有:{'、'.join(names)}")
    types: dict[str, str] = {}
    for index, project in enumerate(mapping.projects):
        at = mark.at("projects", index)
        if project.name in names[:index]:
            yield at.at("name").problem(f"项目名“{project.name}”重复", "name 必须各不相同")
        for facet, type_ in project.facets.items():
            if types.setdefault(facet, type_) != type_:
                yield at.at("facets", facet).problem(f"“{facet}”在别的项目里是 {types[facet]},这里是 {type_}", "请统一")
        yield from _constant_departments(checked, index)


def _constant_departments(checked: Checked, index: int) -> Iterator[Problem]:
    mapping, mark = checked.mapping
    sources = mapping.projects[index].fields.get("dept")
    for number, source in enumerate(sources.sources if sources else ()):
        name = source.removeprefix("const:")
        if name != source and checked.office.organisation.department(name) is None:
            at = mark.at("projects", index, "fields", "dept", "sources", number)
            known = [department.name for department in checked.office.organisation.departments]
            yield at.problem(f"没有名为“{name}”的部门", suggestion(name, known))


def _far_dates(checked: Checked) -> Iterator[Problem]:
    last = checked.calendar[0].valid_through
    office = checked.office
    for key, steps, day in _dates(office.organisation.people, office):
        if day > last:
            message = f"{day} 晚于日历的有效期 {last},假日尚不可知,只按周一至周五计算"
            yield office.problem(key, *steps, message=message, hint="公布后请更新 calendars 里的日历")
    for rule, mark in checked.written():
        schedule = rule.when.schedule
        if schedule is not None and schedule.anchor is not None and schedule.anchor > last:
            at = mark.at("when", "schedule", "anchor")
            yield at.problem(f"{schedule.anchor} 晚于日历的有效期 {last}", "公布后请更新 calendars 里的日历")


def _dates(people: Iterable[Person], office: OfficeFiles) -> Iterator[tuple[str, tuple[int | str, ...], date]]:
    for index, person in enumerate(people):
        for number, absence in enumerate(person.absences):
            yield "people", (index, "absences", number, "to"), absence.end
    for index, resource in enumerate(office.resources):
        for number, blackout in enumerate(resource.blackouts):
            yield "resources", (index, "blackouts", number, "to"), blackout.end
