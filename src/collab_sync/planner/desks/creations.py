"""Issues we make: once per key, several causes of one tick in one issue, linked to what caused them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.carriers.section import could_open
from collab_sync.carriers.vocabulary import SECTION_TITLE
from collab_sync.model import marker
from collab_sync.model.document import Block, BulletList, Document, Heading, Inline, Paragraph, Text
from collab_sync.model.identity import SubjectRef
from collab_sync.model.marker import Marker
from collab_sync.model.page import Locale
from collab_sync.model.wording import lines
from collab_sync.model.work_item import WorkItem
from collab_sync.planner.desks.comments import quiet_line
from collab_sync.planner.desks.mentions import Audience

WITHHELD_TEXT = "保密事项有更新,请在原处查看。"
"""Stands for what a rule says about a confidential item wherever others may read it."""


@dataclass(slots=True)
class Draft:
    """An issue to be made. ``rule_name`` as people read it, ``名称(id)``; ``lines``: what goes into its 「协同信息」
    section; ``causes``: items it is linked to."""

    key: str
    project: str
    connection: str
    type: str
    title: str
    rule: str
    rule_name: str
    order: int
    step: str
    generation: int
    locale: Locale = "zh"
    merge: bool = False
    link: str = "none"
    labels: tuple[str, ...] = ()
    due: date | None = None
    roles: dict[str, str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    bodies: list[str] = field(default_factory=list)
    causes: list[WorkItem] = field(default_factory=list)
    subjects: list[SubjectRef] = field(default_factory=list)
    audience: Audience = field(default_factory=Audience)

    @property
    def asked(self) -> str:
        """The item about which people may ask why: the first cause."""
        return self.causes[0].source.key if self.causes else ""

    def document(self, addressed: Iterable[Inline]) -> Document:
        """The description: who is asked, what for, the section that rules read, and where it comes from."""
        first, *rest = self.bodies or [self.title]
        blocks: list[Block] = [Paragraph((*addressed, Text(_quoted(first))))]
        blocks += [Paragraph((Text(_quoted(body)),)) for body in rest if body != first]
        blocks.append(Heading(2, (Text(SECTION_TITLE),)))
        related = {"关联": "、".join(cause.source.key for cause in self.causes)} if self.causes else {}
        for key, value in {**self.lines, **related}.items():
            blocks += _section_line(key, value)
        blocks.append(quiet_line((self.rule_name,), self.asked, self.locale))
        return Document(tuple(blocks))

    def marker(self, content_hash: str) -> str:
        return marker.dumps(Marker(key=self.key, rule=self.rule, generation=self.generation, hash=content_hash))


def _section_line(key: str, value: str) -> list[Block]:
    """A value of several lines goes below its key as a list: so it is read again as the one value that it is, and no
    line of it as a line of the section."""
    said = [line.strip() for line in lines(_quoted(value)) if line.strip()]
    if len(said) < 2:
        return [Paragraph((Text(f"{key}: {line}"),)) for line in said]
    return [Paragraph((Text(f"{key}:"),)), BulletList(tuple((Text(line),) for line in said))]


def _quoted(text: str) -> str:
    """People's text in a description: a line that would begin a 「协同信息」 section stands in quotation marks."""
    return "\n".join(f"“{line.strip()}”" if could_open(line) else line for line in lines(text))


def next_generation(facts: object) -> int:
    """Generation of an issue caused by ``facts``: one more than its cause; 1 for what no issue caused."""
    return facts.generation + 1 if isinstance(facts, ItemFacts) else 1
