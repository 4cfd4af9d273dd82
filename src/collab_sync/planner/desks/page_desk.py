"""Pages that rules ask for: rendered whole from the view, written only when they say something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from msgspec import json

from collab_sync.errors import ConfigurationError
from collab_sync.model.action import PlannedWrite
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import Page
from collab_sync.planner.context import PlanningContext
from collab_sync.planner.landing import MADE, landing_request, unanswered
from collab_sync.planner.members import window
from collab_sync.planner.occasion import Decided, Occasion
from collab_sync.planner.practice import practice
from collab_sync.rules.compile import PageAction
from collab_sync.summaries.compose import compose
from collab_sync.summaries.kinds import kind_of
from collab_sync.summaries.scope import WEEK, Edition, PageRequest

KEPT = "page:"
"""Under ``page:‹key›`` the journal remembers the hash of what a page last said."""

FIGURES = "figures:"
"""Under ``figures:‹series›|‹slot›`` it remembers the numbers that a page showed, as JSON."""

LANDING_REASON = "目录页:有新的页面"

EDITIONS = 13
"""How many earlier editions a page may look back on: a quarter of weeks, a year of months."""


class PageDesk:
    """Pages of one tick by key."""

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
        project = self._context.mapping.page_project
        request = PageRequest(
            key=key,
            program=self._context.program_of(occasion.facts) or "",
            item=item.item.source.key if item else "",
            slot=slot,
            blocks=action.blocks,
            as_of=self._context.now,
            window=window(occasion, "since_last_slot", self._context) if slot else None,
            stale=self._context.stale,
            locale=(project.locale if project else None) or "zh",
        )
        request = replace(request, earlier=self._editions(request), mentions=self._mentions(request))
        kind = kind_of(key)
        if kind is not None and kind.looks_back:
            request = replace(request, practice=practice(self._context, occasion.rule.id))
        self._asked.setdefault((key, occasion.sent), []).append((occasion, action, request))

    def writes(self) -> tuple[Decided, ...]:
        """One write per page that says something else than it did."""
        now = self._context.now
        target = self._context.mapping.writeback.pages
        project = self._context.mapping.page_project
        if target is None or project is None:
            return ()
        found = []
        for (key, sent), asked in self._asked.items():
            request = asked[0][2]
            view, words = self._context.view, self._context.vocabulary
            try:
                page = compose(request, view, words, self._context.rules_version, target.prefix)
            except ConfigurationError as error:
                self.faulty.append(f"{asked[0][0].reason()}:页面无法生成,未写入。{error}")
                continue
            self.remembered |= {_kept_under(request, now): json.encode(page.figures).decode()} if page.figures else {}
            if self._says_the_same(page):
                continue
            at, name = self._context.now, f"page:{key}"
            lines = tuple(
                one.line(at, name, project.name, "page", action.section.render(one.names)) for one, action, _ in asked
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
        return (*found, *self._landing(project, target.prefix))

    def _landing(self, project: ProjectMapping, prefix: str) -> Iterator[Decided]:
        """The landing page once other pages were written; no rule asks for it, so it is in no log of rules."""
        mark = unanswered(self._context.memory)
        if not mark:
            return
        self.remembered[MADE] = mark
        context = self._context
        page = compose(landing_request(context), context.view, context.vocabulary, context.rules_version, prefix)
        if not self._says_the_same(page):
            yield Decided(
                PlannedWrite(key=self._row_key(page), project=project.name, write=page, lines=(), reason=LANDING_REASON)
            )

    def _says_the_same(self, page: Page) -> bool:
        kept = self._context.memory.recorded(f"{KEPT}{page.key}").get(f"{KEPT}{page.key}")
        return kept is not None and kept[1] == page.hash

    def _row_key(self, page: Page) -> str:
        return f"page|{page.key}|{page.hash}|{self._context.now:%Y%m%dT%H%M%SZ}"

    def _editions(self, request: PageRequest) -> tuple[Edition, ...]:
        """The editions before the one that is asked for, newest first; in the same slot it is the same edition."""
        known = self._context.memory.recorded(f"{FIGURES}{request.series}|")
        this = _kept_under(request, self._context.now)
        earlier = sorted((key for key in known if key < this), reverse=True)[:EDITIONS]
        return tuple(
            Edition(key.rpartition("|")[2], json.decode(known[key][1], type=dict[str, float])) for key in earlier
        )

    def _mentions(self, request: PageRequest) -> dict[str, int]:
        begin = request.window[0] if request.window else self._context.now - WEEK
        return dict(self._context.memory.mentions_since(begin))


def _kept_under(request: PageRequest, now: datetime) -> str:
    """The journal key of an edition's figures: a page without a slot has an edition a day."""
    slot = request.parts[2] or request.slot or now.date().isoformat()
    return f"{FIGURES}{request.series}|{slot}"
