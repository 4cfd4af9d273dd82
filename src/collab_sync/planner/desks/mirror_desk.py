"""Pairs of issues that people relate across trackers (关联): each is to be found from the other.

A tracker that can hold a link to another one gets a remote link; on the other the address stands in the one comment of
ours that belongs to the item's register (登记). Nobody is told, and nothing of it is logged.
"""

from __future__ import annotations

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.natural import natural
from collab_sync.model import marker
from collab_sync.model.action import CommentWrite, LinkWrite, PlannedWrite, Target
from collab_sync.model.document import BulletList, Document, Paragraph, Quiet, Reference, Strong, Text
from collab_sync.model.marker import Marker
from collab_sync.model.work_item import Link
from collab_sync.planner.context import PlanningContext
from collab_sync.planner.desks.comments import STICKY, content_hash
from collab_sync.planner.occasion import Decided
from collab_sync.ports.store import ManagedTrace

REGISTER = f"{STICKY}登记"
MIRRORS = "mirrors"
RELATING = frozenset({"relates", MIRRORS})


class MirrorDesk:
    """Cross links of the items judged in one tick."""

    def __init__(self, context: PlanningContext) -> None:
        self._context = context
        self._registers: dict[str, tuple[ItemFacts, list[ItemFacts]]] = {}
        self._links: dict[str, Decided] = {}
        self._traces: list[ManagedTrace] = []

    def relate(self, facts: ItemFacts) -> None:
        """Both sides of every pair that this item's own lines name; pairs inside one tracker are its own business."""
        if facts.generation >= 1:
            return  # an issue of ours was linked when it was made
        for link in facts.item.links:
            if not _relates(link):
                continue
            other = facts.around.item_by_key(link.target)
            if other is None or other.item.source.connection == facts.item.source.connection:
                continue
            if facts.item.confidential or other.item.confidential:
                continue  # what some may not see is not announced elsewhere
            self._show(facts, other)
            self._show(other, facts)

    def writes(self) -> tuple[Decided, ...]:
        registers = [self._register(here, there) for here, there in self._registers.values()]
        return (*self._links.values(), *(decided for decided in registers if decided is not None))

    def traces(self) -> tuple[ManagedTrace, ...]:
        """What the registers will say once the ``writes`` are done."""
        return tuple(self._traces)

    def _show(self, here: ItemFacts, there: ItemFacts) -> None:
        if self._context.stage(here) == "report_only":
            return
        source = here.item.source
        if not self._context.offered(source.connection).links_out:
            if here.item.id not in self._registers:
                self._registers[here.item.id] = (here, self._pairs(here))
            return
        if any(link.native and link.target in _names(there) for link in here.item.links):
            return  # whoever made it: one link is enough
        key = f"mirror|{here.item.id}|{there.item.id}"
        write = LinkWrite(
            source=Target(ref=source),
            kind=MIRRORS,
            target=Target(ref=there.item.source),
            url=there.item.source.url,
            title=f"{there.item.source.key} {there.item.title}",
        )
        reason = f"关联 {source.key} ↔ {there.item.source.key}"
        row = PlannedWrite(key=key, project=source.project, write=write, lines=(), reason=reason)
        self._links[key] = Decided(row)

    def _pairs(self, here: ItemFacts) -> list[ItemFacts]:
        """Everything that is related to ``here`` from either side, whatever is being judged now."""
        named = [here.around.item_by_key(link.target) for link in here.item.links if _relates(link)]
        view = self._context.view
        naming = [view.item(id_) for id_ in view.mirror.ids_linking_to(sorted(_names(here)))]
        naming = [one for one in naming if one and not one.generation and _says(one, here)]
        connection = here.item.source.connection
        found = {one.item.id: one for one in (*named, *naming)
                 if one and one.item.source.connection != connection and not one.item.confidential}  # fmt: skip
        return sorted(found.values(), key=lambda one: natural(one.item.source.key))

    def _register(self, here: ItemFacts, there: list[ItemFacts]) -> Decided | None:
        """The register comment of an item; None where it already says so."""
        lines = tuple(
            (Reference(other.item.source.key, other.item.source.url), Text(f" {other.item.title}")) for other in there
        )
        document = Document((
            Paragraph((Strong("登记:跨系统关联"),)),
            BulletList(lines),
            Quiet((Text("collab-sync · 依据「协同信息」中的“关联”"),)),
        ))  # fmt: skip
        digest = content_hash(document)
        trace = self._trace(here)
        if trace is not None and trace.hash == digest:
            return None
        source = here.item.source
        write = CommentWrite(
            target=Target(ref=source),
            document=document,
            marker=marker.dumps(Marker(key=REGISTER, hash=digest)),
            comment_id=trace.remote_id if trace else "",
        )
        self._traces.append(
            ManagedTrace(
                item=here.item.id,
                kind="comment",
                key=REGISTER,
                remote_id=trace.remote_id if trace else "",
                hash=digest,
            )
        )
        names, before = "、".join(other.item.source.key for other in there), trace.hash if trace else ""
        return Decided(
            PlannedWrite(
                # From which content to which: pairs may come, go and come back.
                key=f"register|{here.item.id}|{self._context.now:%Y%m%dT%H%M%SZ}|{before}>{digest}",
                project=source.project,
                write=write,
                lines=(),
                reason=f"关联 {source.key} ↔ {names}",
            )
        )

    def _trace(self, here: ItemFacts) -> ManagedTrace | None:
        known = self._context.memory.managed([here.item.id]).get(here.item.id, ())
        return next((trace for trace in known if trace.key == REGISTER), None)


def _relates(link: Link) -> bool:
    """Whether somebody wrote the relation into the item's own lines."""
    return not link.native and link.kind in RELATING


def _says(facts: ItemFacts, there: ItemFacts) -> bool:
    return any(_relates(link) and link.target in _names(there) for link in facts.item.links)


def _names(facts: ItemFacts) -> set[str]:
    return {name for name in (facts.item.source.key, facts.item.source.url) if name}
