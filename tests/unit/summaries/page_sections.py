"""One section by itself over the story, as each place that shows pages gets it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from tests.unit.summaries.page_past import EARLIER, HALF_YEAR, MENTIONS, PRACTICE, STANDS
from tests.unit.summaries.page_story import STORY
from tests.unit.summaries.page_world import view_of, vocabulary

from collab_sync.model.document import Chart, Document, Locale
from collab_sync.paper.blocks import Easel, html_of
from collab_sync.summaries.kinds import KINDS, SECTIONS, PageKind
from collab_sync.summaries.masking import masked
from collab_sync.summaries.scope import WITHHELD, PageRequest, SectionScope
from collab_sync_adf import adf
from collab_sync_confluence.body import storage
from collab_sync_confluence.body.form import Setting
from collab_sync_gitlab.pages.blocks import Manner, block
from collab_sync_gitlab.pages.versions import NEWEST
from collab_sync_jira.render import wiki

SITE = "gitlab"
"""The connection on which everybody of the story has an account, so that mentions show."""


@dataclass(frozen=True)
class Shown:
    """``renderings``: by the place's name, in the order in which people will compare them."""

    renderings: Mapping[str, str]

    def __str__(self) -> str:
        return "\n".join(f"===== {name}\n{text}\n" for name, text in self.renderings.items())


def shown(name: str) -> Shown:
    """The section in every place, in Chinese; in English as Markdown."""
    chinese, english = section(name, "zh"), section(name, "en")
    return Shown(
        {"GitLab": markdown(chinese, "zh"), "GitLab (en)": markdown(english, "en"), **elsewhere(chinese, "zh")}
    )


@cache
def section(name: str, locale: Locale) -> Document:
    """What the section says on the first page that has it."""
    kind = next(kind for kind in KINDS if name in kind.sections)
    view = view_of(STORY, "10-15 09:00" if kind.looks_back else "10-10 18:00")
    program = view.program("X1") if kind.about == "program" else None
    scope = SectionScope(view, vocabulary(), _request(kind, name, locale), program)
    return masked(Document(SECTIONS[name].build(scope)), view, scope.say(WITHHELD))


def _request(kind: PageKind, name: str, locale: Locale) -> PageRequest:
    about = {"program": ":新品X1上市", "item": ":新品X1协作计划", "org": ""}[kind.about]
    return PageRequest(
        key=f"{kind.name}{about}:2025-10-10",
        item="NPX-27" if kind.about == "item" else "",
        locale=locale,
        earlier=EARLIER,
        mentions=MENTIONS,
        stands=STANDS,
        practice=PRACTICE,
        window=HALF_YEAR if kind.looks_back else None,
        stale=("gl-site",) if name == "同步情况" else (),
    )


def markdown(document: Document, locale: Locale) -> str:
    parts = (block(one, Manner(SITE, locale, NEWEST)) for one in document.blocks)
    return "\n\n".join(part for part in parts if part)


def elsewhere(document: Document, locale: Locale) -> Mapping[str, str]:
    """Atlassian's documents, Jira's wiki markup, Confluence's storage format, the page on paper; a line for each row of
    a table."""
    return {
        "ADF": "\n".join(_lines(adf_of(document, locale))),
        "Jira": wiki.render(document, SITE, locale=locale),
        "Confluence": _by_rows(storage.render(document, Setting(SITE, locale))),
        "HTML": _by_rows(html_of(document, Easel(_named, locale))),
    }


def adf_of(document: Document, locale: Locale) -> adf.Node:
    return adf.render(document, SITE, locale=locale)


def _named(chart: Chart) -> str:
    """A picture by its name: what it looks like is looked at elsewhere."""
    return f"<svg>{type(chart).__name__}: {chart.title}</svg>"


def _lines(document: adf.Node) -> Iterator[str]:
    content = document["content"]
    assert isinstance(content, list)
    for node in content:
        table = node["type"] == "table"
        yield from ("table", *map(_compact, node["content"])) if table else (_compact(node),)


def _compact(node: object) -> str:
    return json.dumps(node, ensure_ascii=False, separators=(",", ":"))


def _by_rows(html: str) -> str:
    return html.replace("</tr>", "</tr>\n").replace("</ul>", "</ul>\n").rstrip()
