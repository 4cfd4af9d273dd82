"""Every series of pages with its newest edition and the few before it, as links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from collab_sync.model.document import Block, Inline, Reference, Text
from collab_sync.model.identity import ItemId
from collab_sync.summaries.past import Standing
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet, sentence

EARLIER = 4
_NAMED_AFTER_ITEMS: tuple[str, ...] = ("文档", "立项申请")
"""Items whose titles name pages."""


@dataclass(frozen=True, slots=True)
class Series:
    """One page that is written again and again: its editions, newest first."""

    editions: tuple[Standing, ...]
    scope: SectionScope

    @property
    def name(self) -> str:
        newest = self.editions[0]
        return f"{self.scope.say(newest.kind)} {newest.name}".strip()

    @property
    def newest(self) -> tuple[Inline, ...]:
        newest = self.editions[0]
        written = self.scope.say("更新于 {day}", day=self.scope.slot(newest.written))
        return _link(self.scope.slot(newest.slot) if newest.slot else written, newest)

    @property
    def earlier(self) -> tuple[Inline, ...]:
        """Up to four; how many more there are is told."""
        found: list[Inline] = []
        for edition in self.editions[1 : EARLIER + 1]:
            found += [*([Text(self.scope.say("、"))] if found else []), *_link(self.scope.slot(edition.slot), edition)]
        more = len(self.editions) - EARLIER - 1
        return (*found, Text(self.scope.say(",更早还有 {count} 期", count=more))) if more > 0 else tuple(found)


def _sheet(title: str) -> Sheet[Series]:
    return Sheet(
        title,
        (
            Column("页面", lambda series: series.name),
            Column("最新一期", lambda series: series.newest),
            Column("往期", lambda series: series.earlier),
        ),
    )


SHEETS: Mapping[str, Sheet[Series]] = {
    "org": _sheet("全组织"),
    "program": _sheet("各项目"),
    "item": _sheet("文档"),
}
"""By what the kind of a page is about, in order."""


def contents(scope: SectionScope) -> tuple[Block, ...]:
    """Pages about everybody first, then those of programmes, then documents; in each the order of the kinds."""
    known = all_series(scope)
    blocks: list[Block] = []
    for group, sheet in SHEETS.items():
        own = [series for series in known if series.editions[0].group == group]
        blocks += sheet.blocks(scope, own) if own else ()
    return tuple(blocks) or (sentence(scope, "还没有写出过页面。"),)


def all_series(scope: SectionScope) -> tuple[Series, ...]:
    """In the order of the request; what is confidential by now lends its name to no line."""
    names, ids = _secret_names(scope), _secret_ids(scope)
    found: dict[tuple[str, str], list[Standing]] = {}
    for one in scope.request.stands:
        if one.name not in names and one.about not in ids:
            found.setdefault((one.kind, one.name), []).append(one)
    return tuple(Series(_newest_first(editions), scope) for editions in found.values())


def _newest_first(editions: Iterable[Standing]) -> tuple[Standing, ...]:
    return tuple(sorted(editions, key=lambda one: one.slot, reverse=True))


def _secret_names(scope: SectionScope) -> frozenset[str]:
    secret = (program for program in scope.view.programs.values() if program.facts.item.confidential)
    names = {name for program in secret for name in (program.name, program.code)}
    items = (facts for kind in _NAMED_AFTER_ITEMS for facts in scope.view.items_where(type_name=kind))
    return frozenset(names | {facts.item.title for facts in items if facts.item.confidential})


def _secret_ids(scope: SectionScope) -> frozenset[str]:
    """Items that are confidential now, whatever they were called when their pages were written."""
    named = {one.about for one in scope.request.stands if one.about}
    items = (scope.view.item(ItemId(about)) for about in sorted(named))
    return frozenset(str(facts.item.id) for facts in items if facts and facts.item.confidential)


def _link(text: str, page: Standing) -> tuple[Inline, ...]:
    return (Reference(text, page.url) if page.url else Text(text),)


SECTION = Section("目录", contents, tuple(SHEETS.values()))
