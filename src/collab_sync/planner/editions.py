"""One edition of a page: what its request says beyond its key, and the page itself.

The same for what rules ask for and for what somebody only wants to look at, so that a preview shows what would be
written.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from msgspec import json
from msgspec.structs import replace

from collab_sync.model.page import Locale, Page
from collab_sync.planner.context import PlanningContext
from collab_sync.planner.landing import standing
from collab_sync.planner.practice import practice
from collab_sync.summaries.compose import PREFIX, compose
from collab_sync.summaries.kinds import LANDING, kind_of
from collab_sync.summaries.scope import WEEK, Edition, PageRequest

FIGURES = "figures:"
"""Under ``figures:‹series›|‹slot›`` the journal remembers the numbers that a written page shows, as JSON."""

EDITIONS = 13
"""How many earlier editions a page may look back on: a quarter of weeks, a year of months."""


def completed(
    request: PageRequest, context: PlanningContext, *, rule: str = "", locale: Locale | None = None
) -> PageRequest:
    """``request`` with what follows from where and when it is asked for. ``rule``: the rule that wants it; ``locale``:
    None for that of its readers. What costs as much as there is, is read for those pages only that show it."""
    kind = kind_of(request.key)
    looks_back = kind is not None and kind.looks_back
    project = context.mapping.page_project
    readers = project.locale if project else None
    begin = request.window[0] if request.window else context.now - WEEK
    return dataclasses.replace(
        request,
        as_of=context.now,
        stale=context.stale,
        locale=locale or readers or "zh",
        earlier=_editions(request, context),
        mentions=dict(context.memory.mentions_since(begin)),
        practice=practice(context, rule) if looks_back else request.practice,
        stands=standing(context) if kind is not None and kind.name == LANDING else request.stands,
    )


def composed(request: PageRequest, context: PlanningContext) -> Page:
    """The page of a completed request. Raises ConfigurationError as ``compose`` does."""
    target = context.mapping.writeback.pages
    prefix = target.prefix if target else PREFIX
    page = compose(request, context.view, context.vocabulary, context.rules_version, prefix)
    return replace(page, edition=_edition(request, context))


def figures_of(page: Page) -> Mapping[str, str]:
    """What the journal is to remember of the figures of a page that has been written, by its key."""
    return {f"{FIGURES}{page.edition}": json.encode(page.figures).decode()} if page.figures and page.edition else {}


def _editions(request: PageRequest, context: PlanningContext) -> tuple[Edition, ...]:
    """The editions before the one that is asked for that people could see, newest first; in the same slot it is the
    same edition."""
    known = context.memory.recorded(f"{FIGURES}{request.series}|")
    this = f"{FIGURES}{_edition(request, context)}"
    own = (key for key in known if key.rpartition("|")[0] == this.rpartition("|")[0])  # names may hold that sign
    earlier = sorted((key for key in own if key < this), reverse=True)[:EDITIONS]
    return tuple(Edition(key.rpartition("|")[2], json.decode(known[key][1], type=dict[str, float])) for key in earlier)


def _edition(request: PageRequest, context: PlanningContext) -> str:
    """Series and slot; a page without a slot has an edition a day."""
    slot = request.parts[2] or request.slot or context.view.calendar(None).local_date(context.now).isoformat()
    return f"{request.series}|{slot}"
