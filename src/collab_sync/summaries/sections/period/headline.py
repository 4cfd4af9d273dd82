"""The state in one sentence with its change since the last edition, and the three matters that cannot wait."""

from __future__ import annotations

from datetime import datetime

from collab_sync.model.document import Block, BulletList, Inline, Paragraph, Strong, Text
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.evaluation.scores import DONE
from collab_sync.summaries.sections.overview.cells import LEADERS, count_lights
from collab_sync.summaries.sections.period.attention import alarming
from collab_sync.summaries.sections.period.claims import claim
from collab_sync.summaries.sections.period.silence import missing
from collab_sync.summaries.sections.period.waiting import GROUP, body, for_leaders, lateness, needed
from collab_sync.summaries.sheet import Section

_MOST = 3
Item = tuple[Inline, ...]


def headline(scope: SectionScope) -> tuple[Block, ...]:
    """One sentence with the numbers that matter, then what is most pressing."""
    begin, end = scope.period
    counts = count_lights(scope.active)
    said = scope.say(
        "在办 {active} 项,其中红 {red}、黄 {yellow}、绿 {green};逾期 {late} 项;本期完成 {done} 项;"
        "缺更新 {silent} 项;需领导小组决策 {waiting} 项。",
        active=scope.figure("在办", len(scope.active)),
        red=scope.figure("红", counts["红"]),
        yellow=scope.figure("黄", counts["黄"]),
        green=scope.figure("绿", counts["绿"]),
        late=scope.figure("逾期", sum(line.late > 0 for line in scope.active)),
        done=scope.figure("本期完成", sum(_done_within(line, begin, end) for line in scope.tasks)),
        silent=scope.figure("缺更新", len({pair.line.key for pair in missing(scope)})),
        waiting=scope.figure("需领导小组决策", len(for_leaders(scope))),
    )
    sentence = Paragraph((Strong(scope.say("一句话")), Text(scope.say(":{text}", text=said)), *_compared(scope)))
    return (sentence, *_pressing(scope))


def _compared(scope: SectionScope) -> Item:
    if not scope.request.earlier:
        return ()
    slot = scope.slot(scope.request.earlier[0].slot)
    return (Text(scope.say("(↑↓ 为与上期 {slot} 相比的变化)", slot=slot)),)


def _done_within(line: Line, begin: datetime, end: datetime) -> bool:
    at = line.facts.item.done_at
    return line.facts.item.status in DONE and at is not None and begin <= at < end


def _pressing(scope: SectionScope) -> tuple[Block, ...]:
    """At most three: what the leading group must decide, then the reddest; each with who and what is asked."""
    leaders = for_leaders(scope)
    red = [line for line in alarming(scope) if line.light == "红" and line not in leaders]
    chosen = (*leaders, *red)[:_MOST]
    if not chosen:
        return ()
    title = Paragraph((Strong(scope.say("最要紧")),))
    return (title, BulletList(tuple(_pressed(line) for line in chosen)))


def _pressed(line: Line) -> Item:
    scope = line.scope
    who = " ".join(part for part in (line.department, line.people("R")) if part)
    whom = body(scope, GROUP) if LEADERS in line.facts.item.labels else line.people("R") or line.department
    said = claim(line) or lateness(line)
    asked = scope.say("{said};请{whom}决定:{needed}。", said=said, whom=whom, needed=needed(line))
    told = scope.say("({who}):{asked}", who=who, asked=asked) if who else scope.say(":{text}", text=asked)
    return (*line.ref(title=True), Text(told))


SECTION = Section("概要", headline, serves=("S1-18", "S2-03", "S3-02"))
