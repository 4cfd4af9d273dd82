"""``collab-sync explain``: why a rule speaks about an item, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from collab_sync.cli.session.invocation import Invocation

if TYPE_CHECKING:
    from collab_sync.rules.conditions.predicate import Trace
    from collab_sync.workbench.explain import Explanation

SIGNS = {"是": "✓", "否": "✗", "无法判断": "?"}


@click.command("explain")
@click.argument("item", metavar="事项")
@click.argument("rule", metavar="[规则]", required=False)
@click.option("--at", "moment", metavar="TIME", help="按那一刻判断,如 “2025-09-26 09:00”(本地时间;事实取现在的)。")
@click.option("--all", "everything", is_flag=True, help="也列出不适用的规则。")
@click.pass_context
def explain(context: click.Context, item: str, rule: str | None, moment: str | None, everything: bool) -> None:
    """说明规则为什么(或为什么不)对一个事项起作用:逐条条件、实际值、所在行,以及时间到何时会改变结论。"""
    from collab_sync.cli.compose import open_runtime
    from collab_sync.workbench.explain import explain as reasons

    given: Invocation = context.obj
    with open_runtime(given.settings()) as runtime:
        zone = runtime.ruling.office.calendar.zone
        now = _instant(moment, zone) if moment else runtime.clock.now()
        with runtime.store.read() as tx:
            found = reasons(tx, runtime.ruling, item, now, rule)
    shown = [one for one in found if everything or rule or one.verdict != "否"]
    click.echo(f"{item}  {now.astimezone(zone):%Y-%m-%d %H:%M}")
    for one in shown:
        click.echo("\n".join(["", *_lines(one, now, zone)]))
    if not shown:
        click.echo("\n没有规则此刻对它成立;加 --all 看每条规则为什么不成立。")
    context.exit(0)


def _lines(one: Explanation, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    yield f"{SIGNS[one.verdict]} {one.rule.title}  {one.verdict}  [{one.rule.place}]"
    for name, trace in one.traces:
        yield f"    {name}:"
        yield from _tree(trace, 3)
    for rung in one.rungs:
        when = rung.due.astimezone(zone).strftime("%Y-%m-%d %H:%M") if rung.due else "暂停中,不会到期"
        state = "已处理" if rung.fired_at else ("未到" if rung.due and rung.due > now else "未触发")
        yield f"    {rung.label}  {when}  {state}"
    if one.flips_at is not None:
        yield f"    若无人改动,{one.flips_at.astimezone(zone):%Y-%m-%d %H:%M} 会有变化"


def _tree(trace: Trace, depth: int) -> Iterator[str]:
    actual = f"  实际:{trace.actual}" if trace.actual else ""
    place = f"  [{trace.place}]" if trace.place else ""
    yield f"{'  ' * depth}{trace.word}  {trace.text}{actual}{place}"
    for child in trace.children:
        yield from _tree(child, depth + 1)


def _instant(text: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    except ValueError:
        raise click.BadParameter(f"看不懂时间“{text}”,请写成 2025-09-26 09:00", param_hint="--at") from None
