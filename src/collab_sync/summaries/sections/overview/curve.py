"""Work done over the last weeks."""

from __future__ import annotations

from datetime import timedelta

from collab_sync.model.document import Block, Curves
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sheet import Section, heading

_CURVE_WEEKS = 8


def curve(scope: SectionScope) -> tuple[Block, ...]:
    """How many tasks were done by the end of each of the last weeks, of all that exist now."""
    ends = [scope.today - timedelta(weeks=back) for back in reversed(range(_CURVE_WEEKS))]
    done = [scope.calendar.local_date(at) for line in scope.tasks if (at := line.facts.item.done_at)]
    labels = tuple(scope.words.short_day(end) for end in ends)
    values = tuple(float(sum(day <= end for day in done)) for end in ends)
    if not scope.tasks:
        return ()
    series = ((scope.words.term("已完成"), values),)
    drawn = Curves(scope.say("累计完成"), labels, series, scope.say("项"), float(len(scope.tasks)))
    return (heading(scope, "进度曲线"), drawn)


SECTION = Section("曲线", curve, serves=("S3-34",))
