"""What the demo tells people: a line per day, and at the end what was written where and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from collab_sync.cli.demo.play import Day
from collab_sync.model.action import LogLine
from collab_sync.pipeline.runtime import Runtime
from collab_sync.sandbox.story.player import Skipped
from collab_sync.sandbox.story.telling import ZONE

WEEKDAYS = "一二三四五六日"
console = Console(highlight=False, soft_wrap=True)


def print_head(url: str) -> None:
    console.print("[bold]云帆 X1:六周故事[/bold]  一个 Jira 站点、三个 GitLab 项目,全部在本机沙盒里")
    console.print(f"沙盒地址 {url}/  (此刻就可以在浏览器里看)\n")


def print_day(day: Day) -> None:
    """One line per day on which something happened."""
    if not day.events and not day.writes:
        return
    told = "  ".join(f"{kind} {count}" for kind, count in sorted(day.writes.items())) or "无需写回"
    console.print(
        f"{day.day:%m-%d} 周{WEEKDAYS[day.day.weekday()]}  人们做了 {day.events:>2} 件事 → {told}  ({day.ticks} 轮)"
    )


def print_account(lines: Sequence[LogLine], runtime: Runtime, skipped: Sequence[Skipped], seconds: float) -> None:
    """What was written, by rule and by place, the most telling lines, what was left out."""
    console.print()
    console.print(_by_rule(lines, runtime))
    console.print(_escalations(lines))
    _print_mentions(lines)
    if skipped:
        places = Counter(one.event.key for one in skipped)
        told = "、".join(f"{key}({count})" for key, count in places.items())
        console.print(f"\n未演出的动作 {len(skipped)} 个:它们针对尚未启用的规则族所建的事项:{told}")
    console.print(f"\n共写回 {len(lines)} 次,用时 {seconds:.1f} 秒。")


def _by_rule(lines: Sequence[LogLine], runtime: Runtime) -> Table:
    table = Table(title="写了什么:按规则", title_justify="left", show_edge=False, pad_edge=False)
    for head in ("规则", "名称", "标签+", "标签-", "评论", "新建", "关联/摘要"):
        table.add_column(head, justify="left" if head in ("规则", "名称") else "right")
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        counts[line.rule][line.action.partition(":")[0]] += 1
    for rule in runtime.ruling.rules.rules:
        count = counts.get(rule.id)
        if count:
            rest = count["link"] + count["digest"]
            cells = (count["label+"], count["label-"], count["comment"], count["create"], rest)
            table.add_row(rule.id, rule.name, *(str(cell or "") for cell in cells))
    return table


def _escalations(lines: Sequence[LogLine]) -> Table:
    """Comments and issues in order: what people were told, and why."""
    table = Table(title="\n对人说了什么", title_justify="left", show_edge=False, pad_edge=False)
    for head in ("时间", "事项", "规则", "内容", "提醒"):
        table.add_column(head, overflow="fold")
    for line in lines:
        if line.action.startswith(("comment", "create", "digest")):
            told = "、".join(f"@{name}" for name in line.mention)
            later = "、".join(line.digest)
            told = "  ".join(part for part in (told, f"摘要:{later}" if later else "") if part)
            step = f"{line.rule} {line.step}".strip()
            table.add_row(f"{line.at.astimezone(ZONE):%m-%d %H:%M}", line.target, step, line.detail, told)
    return table


def _print_mentions(lines: Sequence[LogLine]) -> None:
    people = Counter(name for line in lines if line.action != "digest" for name in line.mention)
    if people:
        told = "、".join(f"{name} {count}" for name, count in people.most_common())
        console.print(f"\n即时提醒共 {people.total()} 次:{told}")
