"""The small office that tests of the engine work for: people, projects, rules from a few lines of YAML.

陈志远 leads 研发部 (李明 is its liaison and does the work, 王蕾 helps), 周倩 leads 市场部 (no liaison), 林珊 is the
office, 沈岳 the leading group. All have accounts on both trackers, but 外援 has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from tests.unit.calendar.calendar_samples import AUTUMN

from collab_sync.analysis.vocabulary import ProductVocabulary
from collab_sync.calendar.data import CalendarData
from collab_sync.model.connection import Offers
from collab_sync.model.mapping import ProjectMapping, TrackerMapping
from collab_sync.model.organisation import Organisation
from collab_sync.model.resource import Resource
from collab_sync.rules.compile import Pack, compile_rules
from collab_sync.rules.load import RuleSet
from collab_sync.rules.schema.rule import PackFile
from collab_sync.rules.yaml_text import Mark, read_yaml, validate
from collab_sync.workbench.fakes.fake_tracker import default_mapping

PEOPLE: Mapping[str, str | None] = {"陈志远": "rd", "李明": "rd", "王蕾": "rd", "周倩": "mkt", "张悦": "mkt",
                                    "林珊": "office", "沈岳": None}  # fmt: skip
ALWAYS = {"from": "2025-01-01", "to": "2026-12-31"}
MAPPING = TrackerMapping(
    projects=tuple(
        default_mapping(ProjectMapping.model_validate({"facets": {"会签部门": "departments"}, **fields}))
        for fields in (
            {"name": "jira-npx", "connection": "jira", "project": "NPX"},
            {"name": "gl-pmo", "connection": "gitlab", "project": "pmo/collab"},
        )
    )
)

OFFERED: Mapping[str, Offers] = {
    "jira": Offers(links_out=True, views=frozenset({"filter", "dashboard"})),
    "gitlab": Offers(views=frozenset({"board"})),
}
"""What the connections of the shipped mapping have."""

NAMED = """\
  - id: criteria
    name: 完成标准
    for: work_item
    where: {type: 任务, open: true}
    when: {state: {fields.完成标准: missing}}
    do:
      - label: {add: "需补齐:完成标准"}
      - comment: {mode: sticky, key: fields, to: [R], text: "请补完成标准"}
"""
"""A rule that holds while a task names no criteria."""


def ladder(*rungs: tuple[str, *tuple[str, ...]], where: str = "{type: 任务, due: present}") -> str:
    """The rule ``late`` (逾期). A rung: after how long, then what is done (each an action without its braces)."""
    head = f"""\
  - id: late
    name: 逾期
    for: work_item
    where: {where}
    when: {{clock: {{start: due, unit: wd, stop: {{open: false}}}}}}
    steps:
"""
    steps = (
        f'      - {{after: "{after}", do: [{", ".join(f"{{{one}}}" for one in done)}]}}\n' for after, *done in rungs
    )
    return head + "".join(steps)


def overdue(to: str, text: str) -> str:
    """What a rung says in the sticky comment ``overdue``."""
    return f'comment: {{mode: sticky, key: overdue, to: {to}, text: "{text}"}}'


def organisation(**changes: object) -> Organisation:
    """The small office; changes in the words of its files. ``absent``: name → delegate, on leave for ever."""
    absent = changes.pop("absent", {})
    managers = changes.pop("managers", {})
    assert isinstance(absent, dict)
    assert isinstance(managers, dict)
    people: list[dict[str, object]] = [
        {
            "key": name,
            "dept": dept,
            "manager": managers.get(name),
            "identities": [{"jira": f"j-{name}", "gitlab": f"g-{name}"}],
            "absences": [{**ALWAYS, "delegate": absent[name]}] if name in absent else [],
        }
        for name, dept in PEOPLE.items()
    ]
    people += [{"key": "外援", "dept": "rd"}]
    people += [{"key": "机器人", "dept": "rd", "bot": True, "identities": [{"jira": "j-机器人"}]}]
    said: dict[str, object] = {
        "departments": [
            {"key": "rd", "name": "研发部", "lead": "陈志远", "liaison": "李明"},
            {"key": "mkt", "name": "市场部", "lead": "周倩"},
            {"key": "office", "name": "协同办公室", "lead": "林珊", "liaison": "林珊", "office": True},
        ],
        "people": people,
        "roles": {"领导小组": ["沈岳"], "协同办公室": ["林珊"], "决策层": ["沈岳", "陈志远"]},
        "rollout": {"default": "full"},
        "home": "gl-pmo",
    }
    return Organisation.model_validate({**said, **changes})


def rule_set(
    text: str, office: Organisation | None = None, *, resources: Sequence[Resource] = (), **calendar: object
) -> RuleSet:
    """Rules from YAML (the list under ``rules:``), checked; the version changes with everything that decides."""
    vocabulary = ProductVocabulary({"会签部门": "departments"})
    document, problems = read_yaml(f"rules:\n{text}", "规则.yaml")
    assert document is not None, problems
    file, problems = validate(PackFile, document)
    assert file is not None, problems
    rules, problems = compile_rules([Pack("试验", file, Mark(document))], vocabulary)
    assert not problems, problems
    there = office or organisation()
    ground = f"{there.model_dump_json()}{resources}{calendar}"
    return RuleSet(
        rules=rules,
        derivations=(),
        organisation=there,
        resources=tuple(resources),
        mapping=MAPPING,
        calendar=CalendarData.model_validate({**AUTUMN, **calendar}),
        vocabulary=vocabulary,
        version=sha256(f"{text}{ground}".encode()).hexdigest()[:8],
        ground=sha256(ground.encode()).hexdigest()[:8],
    )
