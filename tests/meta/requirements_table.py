"""Where each requirement is served: rules and pages say it themselves, a YAML file says the rest, a page shows both.

``python -m tests.meta.requirements_table`` writes the page anew. Kinds of places in the file:

================ ====================================================================
``rule``         a rule of the shipped packs, beyond those whose ``seeds`` name the row
``pack``         a whole pack of rules
``page``         a kind of page; ``section:‹page›/‹section›`` one section of it
``field``        a line of the 「协同信息」 section, by its canonical name
``entry``        a structured comment, ``entry:‹类别›`` or ``entry:‹类别›.‹键›``
``label``        a label or a prefix that ``mapping.yaml`` declares
``path``         what a rule may read
``derivation``   a value of ``derivations.yaml``, by the name it sets
``organisation`` a key of the office's files, ``organisation:‹key›`` or ``organisation:‹key›.‹part›``
``command``      a command
================ ====================================================================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Literal

import click
from pydantic import BaseModel
from tests.meta.documents import ROOT

from collab_sync.analysis.paths import PATHS
from collab_sync.analysis.vocabulary import RANKING, TRIGGER
from collab_sync.carriers.vocabulary import ENTRY_KINDS, KNOWN_FIELDS
from collab_sync.cli.main import cli
from collab_sync.model.organisation import Budget, Department, Person, Rollout, StrictModel
from collab_sync.model.resource import Resource
from collab_sync.rules.compile import CompiledRule, PageAction
from collab_sync.rules.compile.triggers import CompiledSchedule
from collab_sync.rules.load import RuleSet, load_rules_folder
from collab_sync.rules.yaml_text import read_yaml, validate
from collab_sync.summaries.coverage import coverage
from collab_sync.summaries.kinds import KINDS

TABLE = ROOT / "docs" / "reference" / "requirements.yaml"
PAGE = ROOT / "docs" / "reference" / "requirements.md"
LEVELS: Mapping[str, str] = {"full": "是", "ready": "备好", "partly": "部分", "no": "否"}
ALIVE = frozenset({"项目主页"})
"""Kinds of pages whose tables change from day to day: written once they are soon wrong."""
WORDS: Mapping[str, str] = {
    "rule": "规则",
    "pack": "规则包",
    "page": "页面",
    "section": "页面的一节",
    "field": "「协同信息」",
    "entry": "【…】",
    "label": "标签",
    "path": "路径",
    "derivation": "派生",
    "organisation": "组织文件",
    "command": "命令",
}
_OFFICE: Mapping[str, type[BaseModel] | None] = {
    "departments": Department,
    "people": Person,
    "resources": Resource,
    "rollout": Rollout,
    "budget": Budget,
    "roles": None,
}


class Row(StrictModel):
    """One requirement: what it wants in our words, and what the code cannot tell about it."""

    what: str
    level: Literal["full", "partly", "no"] = "full"
    at: tuple[str, ...] = ()
    note: str = ""


class Requirements(StrictModel):
    """The file: the templates by the beginning of their ids, and the rows."""

    sources: Mapping[str, str]
    rows: Mapping[str, Row]


@cache
def requirements() -> Requirements:
    """The file, checked for its shape."""
    document, problems = read_yaml(TABLE.read_text(encoding="utf-8"), TABLE.name)
    assert document is not None, problems
    value, problems = validate(Requirements, document)
    assert value is not None, "\n".join(map(str, problems))
    return value


@cache
def shipped() -> RuleSet:
    return load_rules_folder(ROOT / "rules")


@cache
def seeds() -> Mapping[str, tuple[str, ...]]:
    """Row → rules whose ``seeds`` name it, in catalogue order."""
    pairs = [(seed, rule.id) for rule in shipped().rules for seed in rule.seeds]
    return {seed: tuple(rule for named, rule in pairs if named == seed) for seed, _ in pairs}


@cache
def writers() -> Mapping[str, tuple[CompiledRule, ...]]:
    """Kind of page → shipped rules that ask for it, in catalogue order."""
    found: dict[str, dict[str, CompiledRule]] = {kind.name: {} for kind in KINDS}
    for rule in shipped().rules:
        for action in (action for step in rule.steps for action in step.actions if isinstance(action, PageAction)):
            found[action.key.source.partition(":")[0]][rule.id] = rule
    return {kind: tuple(rules.values()) for kind, rules in found.items()}


def kept(kind: str) -> bool:
    """Whether a shipped rule asks for this kind of page, and again when its tables may have changed."""
    return renewed(kind, writers()[kind])


def renewed(kind: str, rules: Iterable[CompiledRule]) -> bool:
    """Whether ``rules``, which ask for this kind of page, keep it up to date."""
    return any(kind not in ALIVE or isinstance(rule.trigger, CompiledSchedule) for rule in rules)


def level(row: str) -> str:
    """How far a row of the file is served."""
    pages = [kept(place.page) for place in coverage().get(row, ())]
    return graded(requirements().rows[row], seeds().get(row, ()), pages)


def graded(told: Row, rules: Sequence[str], pages: Iterable[bool]) -> str:
    """As the file says; ``ready`` for what stands on nothing but pages that no shipped rule keeps up to date.
    ``pages``: for each page that serves it, whether one does."""
    elsewhere = told.at or rules or any(pages)
    return told.level if told.level != "full" or elsewhere else "ready"


def places(row: str) -> tuple[str, ...]:
    """Every place that serves a row, as people read it: one text a kind, pages one a section."""
    named: dict[str, list[str]] = {}
    for place in (*(f"rule:{rule}" for rule in seeds().get(row, ())), *requirements().rows[row].at):
        kind, _, name = place.partition(":")
        named.setdefault(kind, []).append(_written(kind, name))
    rules = named.pop("rule", [])
    texts = {WORDS[kind]: "、".join(dict.fromkeys(names)) for kind, names in [("rule", rules), *named.items()] if names}
    return (*(f"{word} {text}" for word, text in texts.items()), *_on_pages(row))


def exists(place: str) -> bool:
    """Whether there is what ``kind:name`` names; False also for a kind nobody knows."""
    kind, _, name = place.partition(":")
    check = _CHECKS.get(kind)
    return check is not None and check(name)


def page() -> str:
    """The page as it should stand beside the file."""
    table = requirements()
    levels = Counter(map(level, table.rows))
    lines = [
        "# 要求逐条对照",
        "",
        "五份协作模板里的每一条,在这个产品的哪里。规则来自它的 `seeds`,页面的列来自页面自己的表;其余写在",
        "`docs/reference/requirements.yaml`。本页由 `tests/meta/requirements_table.py` 生成,测试检查它是否最新,"
        "以及每个名字是否真有其物。",
        "",
        f"共 {len(table.rows)} 条:做到 {levels['full']},备好 {levels['ready']},部分做到 {levels['partly']},"
        f"不做 {levels['no']}。",
        "",
        "- 页面写作:一节·列(有这一节的页面)。",
        "- **备好**:表和列都有,但随附的规则不让那一页跟着变化更新;在规则里加一个 `page` 动作即可。",
        "- ※:随附的规则不写这种页面,或只写一次。",
        "",
        "## 页面由谁写",
        "",
        "| 页面 | 到点写 | 有事时写 |",
        "|---|---|---|",
        *(_writing(kind.name) for kind in KINDS),
    ]
    for source, title in table.sources.items():
        lines += ["", f"## {source} {title}", "", "| 编号 | 要求 | 做到 | 在哪里 | 说明 |", "|---|---|---|---|---|"]
        lines += [_line(id_, row) for id_, row in table.rows.items() if id_.startswith(f"{source}-")]
    return "\n".join(lines) + "\n"


def _line(id_: str, row: Row) -> str:
    return f"| {id_} | {row.what} | {LEVELS[level(id_)]} | {';'.join(places(id_)) or '—'} | {row.note} |"


def _writing(kind: str) -> str:
    cells: tuple[list[str], list[str]] = ([], [])
    for rule in writers()[kind]:
        cells[not isinstance(rule.trigger, CompiledSchedule)].append(f"`{rule.id}`")
    return f"| {_marked(kind)} | {'、'.join(cells[0]) or '—'} | {'、'.join(cells[1]) or '—'} |"


def _marked(kind: str) -> str:
    return kind if kept(kind) else f"{kind}※"


def _on_pages(row: str) -> tuple[str, ...]:
    sections: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for place in coverage().get(row, ()):
        columns, pages = sections.setdefault(place.section, ({}, {}))
        pages[_marked(place.page)] = None
        if place.column:
            columns[place.column] = None
    return tuple(
        f"一节 {section}{_columns(columns)}({'、'.join(pages)})" for section, (columns, pages) in sections.items()
    )


def _columns(names: Iterable[str]) -> str:
    text = "、".join(names)
    return f"·{text}" if text else ""


def _written(kind: str, name: str) -> str:
    if kind in ("page", "section"):
        return name if kept(name.partition("/")[0]) else f"{name}※"
    return f"`collab-sync {name}`" if kind == "command" else f"`{name}`"


def _section(name: str) -> bool:
    page_, _, section = name.partition("/")
    return any(kind.name == page_ and section in kind.sections for kind in KINDS)


def _entry(name: str) -> bool:
    kind, _, key = name.partition(".")
    return kind in ENTRY_KINDS and (not key or key in ENTRY_KINDS[kind])


def _label(name: str) -> bool:
    declared = shipped().mapping.writeback
    return name in declared.exclusive_prefixes or name in declared.flags


def _path(name: str) -> bool:
    bare = name.removeprefix("program.").removeprefix("parent.").removeprefix("resource.")
    return bare in (RANKING, TRIGGER) or any(bare in paths for paths in PATHS.values())


def _organisation(name: str) -> bool:
    key, _, part = name.partition(".")
    model = _OFFICE.get(key)
    if not part:
        return key in _OFFICE
    return part in model.model_fields if model else part in shipped().organisation.roles


def _command(name: str) -> bool:
    found: click.Command | None = cli
    for word in name.split():
        found = found.get_command(click.Context(found), word) if isinstance(found, click.Group) else None
    return found is not None and not isinstance(found, click.Group)


_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "rule": lambda name: shipped().rule(name) is not None,
    "pack": lambda name: (ROOT / "rules" / name / "rules.yaml").is_file(),
    "page": lambda name: any(kind.name == name for kind in KINDS),
    "section": _section,
    "field": lambda name: name in KNOWN_FIELDS,
    "entry": _entry,
    "label": _label,
    "path": _path,
    "derivation": lambda name: any(one.path == name for one in shipped().derivations),
    "organisation": _organisation,
    "command": _command,
}


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
