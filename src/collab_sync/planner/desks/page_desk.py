"""Pages that rules ask for: rendered whole from the view, written only when they say something else."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import json

from collab_sync.errors import ConfigurationError
from collab_sync.model.action import PlannedWrite
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import Page
from collab_sync.planner.context import PlanningContext
from collab_sync.planner.editions import completed, composed, kept_under
from collab_sync.planner.landing import MADE, unanswered
from collab_sync.planner.members import window
from collab_sync.planner.occasion import Decided, Occasion
from collab_sync.rules.compile import PageAction
from collab_sync.summaries.kinds import LANDING
from collab_sync.summaries.scope import PageRequest

KEPT = "page:"
"""Under ``page:‹key›`` the journal remembers the hash of what a page last said."""

LANDING_REASON = "目录页:有新的页面"


class PageDesk:
    """Pages of one tick by key. ``remembered``: what the journal is to keep of them, by journal key."""

    def __init__(self, context: PlanningContext) -> None:
        self._context = context
        self.faulty: list[str] = []
        self.remembered: dict[str, str] = {}
        self._asked: dict[tuple[str, bool], list[tuple[Occasion, PageAction, PageRequest]]] = {}

    def ask(self, occasion: Occasion, action: PageAction) -> None:
        """A rule asks for a page; asked for twice in a tick it is made once. What is only reported keeps nothing from
        being sent."""
        slot = str(occasion.names["slot"])
        key = action.key.render(occasion.names)
        item = occasion.item
        request = PageRequest(
            key=key,
            program=self._context.program_of(occasion.facts) or "",
            item=item.item.source.key if item else "",
            slot=slot,
            blocks=action.blocks,
            window=window(occasion, "since_last_slot", self._context) if slot else None,
        )
        request = completed(request, self._context, rule=occasion.rule.id)
        self._asked.setdefault((key, occasion.sent), []).append((occasion, action, request))

    def writes(self) -> tuple[Decided, ...]:
        """One write per page that says something else than it did."""
        now = self._context.now
        project = self._context.mapping.page_project
        if project is None:
            return ()
        found = []
        for (key, sent), asked in self._asked.items():
            request = asked[0][2]
            try:
                page = composed(request, self._context)
            except ConfigurationError as error:
                self.faulty.append(f"{asked[0][0].reason()}:页面无法生成,未写入。{error}")
                continue
            self.remembered |= {kept_under(request, now): json.encode(page.figures).decode()} if page.figures else {}
            if self._says_the_same(page):
                continue
            name = f"page:{key}"
            lines = tuple(
                one.line(now, name, project.name, "page", action.section.render(one.names)) for one, action, _ in asked
            )
            row = PlannedWrite(
                key=self._row_key(page),
                project=project.name,
                write=page,
                lines=lines,
                reason="; ".join(dict.fromkeys(one.reason() for one, _, _ in asked)),
                subjects=tuple(one.finding.subject for one, _, _ in asked),
            )
            found.append(Decided(row, sent=sent))
        return (*found, *self._landing(project))

    def _landing(self, project: ProjectMapping) -> Iterator[Decided]:
        """The landing page once other pages were written; no rule asks for it, so it is in no log of rules."""
        mark = unanswered(self._context.memory)
        if not mark:
            return
        self.remembered[MADE] = mark
        page = composed(completed(PageRequest(key=LANDING), self._context), self._context)
        if not self._says_the_same(page):
            yield Decided(
                PlannedWrite(key=self._row_key(page), project=project.name, write=page, lines=(), reason=LANDING_REASON)
            )

    def _says_the_same(self, page: Page) -> bool:
        kept = self._context.memory.recorded(f"{KEPT}{page.key}").get(f"{KEPT}{page.key}")
        return kept is not None and kept[1] == page.hash

    def _row_key(self, page: Page) -> str:
        return f"page|{page.key}|{page.hash}|{self._context.now:%Y%m%dT%H%M%SZ}"
