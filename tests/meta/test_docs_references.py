"""The references name everything the code knows, and the YAML in documents is accepted by the product."""

from __future__ import annotations

import inspect
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from pydantic import BaseModel
from tests.meta.documents import ROOT, document, documents

from collab_sync.analysis.authority import AUTHORITY, required
from collab_sync.analysis.paths import PATHS
from collab_sync.carriers.vocabulary import ENTRY_KINDS, KNOWN_FIELDS
from collab_sync.config import ConnectionFile, Overrides, SettingsFile
from collab_sync.errors import RuleFileError
from collab_sync.model.identity import SubjectKind
from collab_sync.model.mapping import TrackerMapping
from collab_sync.model.organisation import Budget, StrictModel
from collab_sync.pipeline.write_log import COLUMNS
from collab_sync.rules.load import load_rules_folder
from collab_sync.rules.schema import actions, conditions, examples, triggers
from collab_sync.rules.schema.derivations import Derivation
from collab_sync.rules.schema.examples import ExampleFile
from collab_sync.rules.schema.organisation import OrganisationFile
from collab_sync.rules.schema.rule import Rule, Step
from collab_sync.rules.yaml_text import read_yaml, validate
from collab_sync.sandbox.control import ControlPanel
from collab_sync.sandbox.faults import Effect, Match

RULES = "docs/reference/rule-language.md"
YAML = [(one.name, body) for one in documents() for body in one.blocks("yaml")]


def words(name: str) -> frozenset[str]:
    """Every word that stands between backticks in a document, blocks left out."""
    inside = " ".join(document(name).inline())
    return frozenset(re.findall(r"[\w.]+", inside))


def keys(*models: type[BaseModel]) -> set[str]:
    """Keys as people write them."""
    return {field.alias or name for model in models for name, field in model.model_fields.items()}


def missing(name: str, wanted: Iterable[str]) -> list[str]:
    return sorted(set(wanted) - words(name))


def test_设置一页写全了每个键() -> None:
    variables = {f"COLLAB_{name.upper()}" for name in Overrides.model_fields}
    wanted = keys(SettingsFile, ConnectionFile, Budget) | variables
    assert missing("docs/reference/settings.md", wanted) == []


@pytest.mark.parametrize("model", [SettingsFile, ConnectionFile, Budget], ids=lambda model: model.__name__)
def test_设置一页写的默认值与代码一致(model: type[BaseModel]) -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", document("docs/reference/settings.md").text, re.MULTILINE))
    told = {name: field.default for name, field in model.model_fields.items() if name in rows}
    assert told
    assert {name: rows[name] for name in told} == {name: _written(default) for name, default in told.items()}


def test_规则语言一页写全了规则_触发_条件_动作的键() -> None:
    written = keys(
        Rule, Step, triggers.Trigger, triggers.EventTrigger, triggers.ClockTrigger, triggers.ScheduleTrigger,
        conditions.Operators, conditions.Exists, conditions.Condition,
        actions.Action, actions.LabelSpec, actions.CommentSpec, actions.CreateSpec, Derivation,
    )  # fmt: skip
    assert missing(RULES, written) == []


def test_规则语言一页写全了收件人和对象() -> None:
    assert missing(RULES, [*actions.FIXED_RECIPIENTS, *SubjectKind]) == []


@pytest.mark.parametrize("subject", [kind for kind in SubjectKind if PATHS[kind]], ids=str)
def test_规则语言一页写全了每种对象的路径(subject: SubjectKind) -> None:
    assert missing(RULES, PATHS[subject]) == []


def test_例子一页写全了可以发生的事() -> None:
    assert missing("docs/howto/write-rule-examples.md", examples.OPERATIONS) == []


def test_每种结构化评论和它的键都写明() -> None:
    text = document("docs/reference/entries-and-section.md").text
    told = set(re.split(r"[\s|·/()、:]+", text))
    assert sorted({*ENTRY_KINDS, *(key for keys_ in ENTRY_KINDS.values() for key in keys_)} - told) == []


def test_协同信息里认识的每个键都写明() -> None:
    text = document("docs/reference/entries-and-section.md").text
    assert sorted(KNOWN_FIELDS - set(re.split(r"[\s|、()]+", text))) == []


def test_日志一页写全了演示里出现的动作() -> None:
    """Kinds of actions that desks write into the log, by the names they have there."""
    written = document("docs/reference/log-format.md").text
    kinds = ("label+", "label-", "comment:sticky", "comment:post", "create:", "link", "page", "checklist", "program",
             "transition`", "transition?`", "digest")  # fmt: skip
    assert [kind for kind in kinds if f"`{kind}" not in written] == []


@pytest.mark.parametrize("kind", sorted(AUTHORITY))
def test_谁说了算与代码一致(kind: str) -> None:
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \|$", document("docs/reference/entries-and-section.md").text, re.MULTILINE
    )
    told = [who.strip() for kinds, who in rows if kind in kinds.strip().split("、") and who.strip() == required(kind)]
    assert told == [required(kind)]


def test_日志一页写全了列() -> None:
    assert missing("docs/reference/log-format.md", COLUMNS) == []


def test_沙盒一页写全了控制接口和故障() -> None:
    text = document("docs/reference/sandbox.md").text
    routes = re.findall(r'router\.add\("\w+", "/(\w+)', inspect.getsource(ControlPanel))
    assert routes
    assert [route for route in routes if f"/__sandbox/{route}" not in text] == []
    fields = {*Match.__struct_fields__, *Effect.__struct_fields__}
    assert missing("docs/reference/sandbox.md", fields) == []


@pytest.mark.parametrize(("where", "text"), YAML, ids=[f"{name}-{number}" for number, (name, _) in enumerate(YAML)])
def test_文档里的_YAML_都能用(where: str, text: str, tmp_path: Path) -> None:
    """Settings and organisation files validate, examples have the right shape, rules load beside the shipped ones."""
    assert _problems(text, tmp_path) == [], where


def test_写错的_YAML_会被发现(tmp_path: Path) -> None:
    """The check above can fail, also on what only compiling finds."""
    text = next(body for _, body in YAML if "plan-missing-goal" in body)
    assert _problems(text.replace("fields.完成标准", "完成标准"), tmp_path / "path")
    assert _problems(text.replace("需补齐:完成标准", "待办"), tmp_path / "label")


def _problems(text: str, folder: Path) -> list[str]:
    document_, problems = read_yaml(text, "docs.yaml")
    if document_ is None or problems:
        return [str(problem) for problem in problems]
    first = next(iter(document_.root.children))
    if first in ("rules", "parameters"):
        return _loading(text, folder / "rules")
    models: dict[str, type[StrictModel]] = {
        "connections": SettingsFile,
        "projects": TrackerMapping,
        "rule": ExampleFile,
        "rollout": OrganisationFile,
    }
    return [str(problem) for problem in validate(models[str(first)], document_)[1]]


def _loading(text: str, rules: Path) -> list[str]:
    shutil.copytree(ROOT / "rules", rules)
    (rules / "documented").mkdir()
    (rules / "documented" / "rules.yaml").write_text(text, encoding="utf-8")
    try:
        load_rules_folder(rules)
    except RuleFileError as error:
        return [str(error)]
    return []


def _written(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
