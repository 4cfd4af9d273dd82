"""What the demo tells people: a line per day, and at the end what was written where and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from collab_sync.cli.demo.play import Day
from collab_sync.cli.terminal import paper
from collab_sync.model.action import LogLine
from collab_sync.pipeline.runtime import Runtime
from collab_sync.sandbox.story.player import Skipped
from collab_sync.sandbox.story.telling import ZONE

WEEKDAYS = "一二三四五六日"
LAST = 20
"""How many of the things people were told the account shows; six weeks hold some two hundred."""

COLUMNS = {
    "标签+": ("label+",),
    "标签-": ("label-",),
    "评论": ("comment",),
    "新建": ("create",),
    "页面": ("page",),
    "其他": ("link", "digest", "checklist", "program", "transition", "view"),
}
"""What a rule wrote, by kind of action; every kind of the log stands in one column."""


def print_head(url: str) -> None:
    paper.line("云帆 X1:六周故事  一个 Jira 站点、三个 GitLab 项目,全部在本机沙盒里")
    paper.line(f"沙盒地址 {url}/  (此刻就可以在浏览器里看)\n")


def print_day(day: Day) -> None:
    """One line per day on which something happened."""
    if not day.events and not day.writes:
        return
    told = "  ".join(f"{kind} {count}" for kind, count in sorted(day.writes.items())) or "无需写回"
    paper.line(
        f"{day.day:%m-%d} 周{WEEKDAYS[day.day.weekday()]}  人们做了 {day.events:>2} 件事 → {told}  ({day.ticks} 轮)"
    )


def print_account(lines: Sequence[LogLine], runtime: Runtime, skipped: Sequence[Skipped], seconds: float) -> None:
    """What was written by which rule, the last things people were told, what was left out, the count and the time."""
    paper.line()
    _print_rules(lines, runtime)
    _print_told(lines)
    _print_mentions(lines)
    if skipped:
        places = Counter(one.event.key for one in skipped)
        told = "、".join(f"{key}({count})" for key, count in places.items())
        paper.line(f"\n未演出的动作 {len(skipped)} 个:它们针对尚未启用的规则族所建的事项:{told}")
    paper.line(f"\n共写回 {len(lines)} 次,用时 {seconds:.1f} 秒。")


def _print_rules(lines: Sequence[LogLine], runtime: Runtime) -> None:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        counts[line.rule][line.action.partition(":")[0]] += 1
    rows = [
        (rule.id, rule.name, *(str(sum(counts[rule.id][kind] for kind in kinds) or "") for kinds in COLUMNS.values()))
        for rule in runtime.ruling.rules.rules
        if rule.id in counts
    ]
    paper.table("写了什么:按规则", ("规则", "名称", *COLUMNS), rows, numbers=tuple(COLUMNS))


def _print_told(lines: Sequence[LogLine]) -> None:
    """The last comments and issues in order: what people were told, and why."""
    told = [line for line in lines if line.action.startswith(("comment", "create", "digest"))]
    rows = [
        (
            f"{line.at.astimezone(ZONE):%m-%d %H:%M}",
            line.target,
            f"{line.rule} {line.step}".strip(),
            line.detail,
            _to_whom(line),
        )
        for line in told[-LAST:]
    ]
    earlier = len(told) - len(rows)
    note = f"(最后 {len(rows)} 条;前面还有 {earlier} 条,加 --log 文件名 可存下全部)" if earlier else ""
    paper.table(f"\n对人说了什么{note}", ("时间", "事项", "规则", "内容", "提醒"), rows)


def _to_whom(line: LogLine) -> str:
    now = "、".join(f"@{name}" for name in line.mention)
    later = f"摘要:{'、'.join(line.digest)}" if line.digest else ""
    return "  ".join(part for part in (now, later) if part)


def _print_mentions(lines: Sequence[LogLine]) -> None:
    people = Counter(name for line in lines if line.action != "digest" for name in line.mention)
    if people:
        told = "、".join(f"{name} {count}" for name, count in people.most_common())
        paper.line(f"\n即时提醒共 {people.total()} 次:{told}")
