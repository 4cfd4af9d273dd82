"""Checklists on an item: one comment of ours, made from what is to be checked, rewritten when that changes."""

from __future__ import annotations

import re

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.model import marker
from collab_sync.model.action import CommentWrite, PlannedWrite, Target
from collab_sync.model.document import CheckList, Document, Paragraph, Strong, Text
from collab_sync.model.marker import Marker
from collab_sync.planner.context import PlanningContext, name_of
from collab_sync.planner.desks.comments import STICKY, content_hash, quiet_line
from collab_sync.planner.occasion import Decided, Occasion
from collab_sync.ports.store import ManagedTrace
from collab_sync.rules.compile import ChecklistAction

SEPARATORS = re.compile(r"[;；\n]")


class ChecklistDesk:
    """Checklists of one tick."""

    def __init__(self, context: PlanningContext) -> None:
        self._context = context
        self._decided: dict[tuple[str, str], Decided] = {}
        self._traces: dict[tuple[str, str], ManagedTrace] = {}

    def make(self, occasion: Occasion, action: ChecklistAction, index: str) -> None:
        """A rule asks for a checklist on its item; one that says the same is left alone."""
        item = occasion.item
        if item is None:
            return
        lines = self._lines(item, occasion, action)
        key = f"{STICKY}核对:{action.key.render(occasion.names)}"
        document = Document((
            Paragraph((Strong("核对清单"),)),
            CheckList(tuple((False, (Text(line),)) for line in lines)),
            quiet_line((occasion.rule.title,), item.item.source.key),
        ))  # fmt: skip
        digest = content_hash(document)
        known = self._context.memory.managed([item.item.id]).get(item.item.id, ())
        trace = next((trace for trace in known if trace.key == key), None)
        if trace is not None and trace.hash == digest:
            return
        mark = marker.dumps(Marker(key=key, rule=occasion.rule.id, hash=digest))
        remote = trace.remote_id if trace else ""
        write = CommentWrite(target=Target(ref=item.item.source), document=document, marker=mark, comment_id=remote)
        project = item.item.source.project
        row = PlannedWrite(
            key=occasion.key(index),
            project=project,
            write=write,
            lines=(occasion.line(self._context.now, name_of(item.item), project, "checklist", f"{len(lines)} 项"),),
            reason=occasion.reason(),
            subjects=(occasion.finding.subject,),
        )
        # Asked for twice in a tick it is made once, as it reads last.
        self._decided[item.item.id, key] = Decided(row, sent=occasion.sent)
        if occasion.sent:
            self._traces[item.item.id, key] = ManagedTrace(
                item=item.item.id, kind="comment", key=key, remote_id=remote, hash=digest
            )

    def writes(self) -> tuple[Decided, ...]:
        return tuple(self._decided.values())

    def traces(self) -> tuple[ManagedTrace, ...]:
        """What the checklists will say once written."""
        return tuple(self._traces.values())

    def _lines(self, item: ItemFacts, occasion: Occasion, action: ChecklistAction) -> tuple[str, ...]:
        if not isinstance(action.items, str):
            return tuple(template.render(occasion.names) for template in action.items)
        criteria = [part.strip() for part in SEPARATORS.split(item.item.fields.get("完成标准", "")) if part.strip()]
        known = item.around.organisation.department
        named = [name for name in (item.item.dept, *item.item.related_depts) if name]
        departments = [department.name if (department := known(name)) else name for name in named]
        signed = [f"{name} 验收" for name in dict.fromkeys(departments)]
        return (*(criteria or ["交付物符合要求"]), *signed)
