"""Changes of status: proposed in words, or made where the office has switched that on."""

from __future__ import annotations

from collab_sync.model.action import PlannedWrite, Target, TransitionWrite
from collab_sync.planner.context import PlanningContext, name_of
from collab_sync.planner.desks.comment_desk import CommentDesk
from collab_sync.planner.occasion import Decided, Occasion
from collab_sync.rules.compile import TransitionAction


class TransitionDesk:
    """Transitions of one tick."""

    def __init__(self, context: PlanningContext, comments: CommentDesk) -> None:
        self._context = context
        self._comments = comments
        self._decided: list[Decided] = []

    def propose(self, occasion: Occasion, action: TransitionAction, index: str) -> None:
        """A rule wants another status. It is made on issues of ours; an optional one wherever transitions are switched
        on. Otherwise the rule's own comment names it and people decide."""
        item = occasion.item
        if item is None or item.item.status == action.to:
            return
        if action.if_ is not None and action.if_.holds(occasion.facts) is not True:
            return
        made = self._context.mapping.writeback.transitions if action.optional else item.generation >= 1
        said = "transition" if made else "transition?"
        line = occasion.line(self._context.now, name_of(item.item), item.item.source.project, said, action.to)
        if not made:
            self._comments.suggest(occasion, f"建议把状态改为“{action.to}”。", line)
            return
        row = PlannedWrite(
            key=occasion.key(index),
            project=item.item.source.project,
            write=TransitionWrite(target=Target(ref=item.item.source), to=action.to),
            lines=(line,),
            reason=occasion.reason(),
            subjects=(occasion.finding.subject,),
        )
        self._decided.append(Decided(row, sent=occasion.sent))

    def writes(self) -> tuple[Decided, ...]:
        return tuple(self._decided)
