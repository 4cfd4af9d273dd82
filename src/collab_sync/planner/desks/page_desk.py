"""Pages that rules ask for: rendered whole from the view, written only when they say something else."""

from __future__ import annotations

from collections.abc import Iterator

from collab_sync.errors import ConfigurationError
from collab_sync.model.action import PlannedWrite
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import Page
from collab_sync.planner.context import PlanningContext
from collab_sync.planner.editions import completed, composed
from collab_sync.planner.landing import MADE, MARKS, unanswered
from collab_sync.planner.members import window
from collab_sync.planner.occasion import Decided, Occasion
from collab_sync.rules.compile import PageAction
from collab_sync.summaries.kinds import LANDING
from collab_sync.summaries.scope import PageRequest

KEPT = "page:"
"""Under ``page:‹key›`` the journal remembers what a page last said, and in which project."""

LANDING_REASON = "目录页:有新的页面"


def said(page: Page, project: str) -> str:
    """What the journal remembers of a page: written into another project it is another page."""
    return f"{project}|{page.hash}"


class PageDesk:
    """Pages of one tick by key. ``remembered``: which mark the landing page answers, by journal key."""

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
        self._asked.setdefault((key, occasion.sent), []).append((occasion, action, request))

    def writes(self) -> tuple[Decided, ...]:
        """One write per page that says something else than it did."""
        now = self._context.now
        project = self._context.mapping.page_project
        if project is None:
            return ()
        found = []
        for (key, sent), asked in self._asked.items():
            occasion, _, request = asked[0]
            try:
                page = composed(completed(request, self._context, rule=occasion.rule.id), self._context)
            except ConfigurationError as error:
                self.faulty.append(f"{occasion.reason()}:页面无法生成,未写入。{error}")
                continue
            if self._says_the_same(page, project):
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
        mark = unanswered(self._context.memory.noted(MARKS))
        if not mark:
            return
        self.remembered[MADE] = mark
        page = composed(completed(PageRequest(key=LANDING), self._context), self._context)
        if not self._says_the_same(page, project):
            yield Decided(
                PlannedWrite(key=self._row_key(page), project=project.name, write=page, lines=(), reason=LANDING_REASON)
            )

    def _says_the_same(self, page: Page, project: ProjectMapping) -> bool:
        kept = self._context.memory.recorded(f"{KEPT}{page.key}").get(f"{KEPT}{page.key}")
        return kept is not None and kept[1] == said(page, project.name)

    def _row_key(self, page: Page) -> str:
        return f"page|{page.key}|{page.hash}|{self._context.now:%Y%m%dT%H%M%SZ}"
