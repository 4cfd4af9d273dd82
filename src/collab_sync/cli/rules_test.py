"""``collab-sync rules test``: the examples beside the rules, played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collab_sync.cli.session.invocation import Invocation
from collab_sync.errors import ConfigurationError
from collab_sync.model.connection import Offers

if TYPE_CHECKING:
    from collab_sync.config import Settings
    from collab_sync.model.mapping import TrackerMapping
    from collab_sync.rules.load import RuleSet


@click.command("test")
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path(path_type=Path))
@click.option("--rule", "rule_id", metavar="ID", help="只演练这一条规则的例子。")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "junit"]),
    default="text",
    help="输出给人看(text)、给程序(json)或给流水线(junit)。",
)
@click.option("--mutate", is_flag=True, help="逐一改动阈值、删去条件,列出没有例子发现的改动(要几分钟)。")
@click.pass_context
def rules_test(context: click.Context, folder: Path | None, rule_id: str | None, form: str, mutate: bool) -> None:
    """演练规则文件夹 DIR 里规则旁边的例子:少写一行、多写一行、差一分钟都算不符。

    只在内存里演练:不连接任何系统,不碰数据库。不写 DIR 时用设置里的 rules;没有设置文件时用 ./rules。

    加上 --mutate 时检查例子够不够:阈值差一个单位、少一个条件、日程差一小时,都应有例子不符。

    退出码:0 全部相符(--mutate:改动全部被发现),1 有不符(有改动没被发现),2 有例子无法演练或规则有错误。
    """
    from collab_sync.rules.examples import load_examples
    from collab_sync.rules.load import load_rules_folder
    from collab_sync.workbench.examples import run_examples
    from collab_sync.workbench.reports import as_json, as_junit, as_text

    given: Invocation = context.obj
    settings = given.settings_if_any()
    where = folder or (settings.rules if settings else Path("rules"))
    rules = load_rules_folder(where)
    examples = load_examples(where, rules)
    if rule_id is not None:
        _require(rule_id, [rule.id for rule in rules.rules])
        examples = tuple(one for one in examples if one.rule == rule_id)
    if not examples:
        wanted = f"{rule_id}.yaml" if rule_id else "‹规则编号›.yaml"
        raise ConfigurationError(f"{where} 里没有可演练的例子", hint=f"写在 ‹规则包›/examples/{wanted} 里")
    offers = offers_of(rules.mapping, settings)
    if mutate:
        context.exit(_mutated(where, rules, rule_id, offers))
    verdicts = run_examples(rules, examples, offers=offers)
    if rule_id is not None:
        verdicts = replace(verdicts, uncovered=())
    write = {"text": as_text, "json": as_json, "junit": as_junit}[form]
    click.echo(write(verdicts), nl=False)
    context.exit(verdicts.exit_code)


def _mutated(folder: Path, rules: RuleSet, rule_id: str | None, offers: Mapping[str, Offers]) -> int:
    from collab_sync.workbench.mutation.report import as_text, exit_code
    from collab_sync.workbench.mutation.run import run_mutations

    findings = run_mutations(folder, rules, rule_id=rule_id, offers=offers)
    click.echo(as_text(findings), nl=False)
    return exit_code(findings)


def offers_of(mapping: TrackerMapping, settings: Settings | None) -> Mapping[str, Offers]:
    """What the mapping's connections have: by the settings' kinds, without settings by their names."""
    from collab_sync.discovery import find_connectors

    kinds = {one.name: one.kind for one in settings.connections} if settings else {}
    connectors = find_connectors()
    names = {project.connection for project in mapping.projects}
    found = {name: connectors.get(kinds.get(name, name)) for name in names}
    return {name: connector.offers for name, connector in found.items() if connector}


def _require(rule_id: str, known: Sequence[str]) -> None:
    from collab_sync.rules.yaml_text import suggestion

    if rule_id not in known:
        raise ConfigurationError(f"没有编号为“{rule_id}”的规则", hint=suggestion(rule_id, known) or "、".join(known))
