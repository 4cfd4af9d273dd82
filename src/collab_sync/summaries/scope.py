"""What a page looks at: items it may name, in the order people expect, with what every section asks of them.

Confidential items are never handed to a section: they are counted and not named, because everybody may read a page.
A name nobody knows is shown as typed, with a mark; what could not be read says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from collab_sync.analysis.facts import MISSING, UNKNOWN, Facts, Value, Vocabulary
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.natural import natural
from collab_sync.analysis.subject_facts import PROGRAM_TYPE, DepartmentFacts, ProgramFacts
from collab_sync.analysis.view import MirrorView
from collab_sync.calendar.working_calendar import WorkingCalendar
from collab_sync.carriers import values
from collab_sync.model.document import Inline, Reference, Text
from collab_sync.model.identity import Account, PersonMention
from collab_sync.model.organisation import Department
from collab_sync.model.page import Locale
from collab_sync.model.work_item import Entry
from collab_sync.summaries.past import Practice, Standing, parts_of
from collab_sync.summaries.wording import Form, Words

UNREGISTERED = "{name}(未登记)"
"""A name that the organisation files do not know."""
UNREADABLE = "无法读取"
WITHHELD = "保密事项"
TASKS: tuple[str, ...] = ("任务", "协作需求")
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Edition:
    """What an earlier page of the same series showed. ``slot``: the day it was for, ISO."""

    slot: str
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is wanted. ``key``: ‹kind›[:‹name›][:‹slot›]; ``program``: its code where the caller knows it (else
    it is looked for by code or name in the key); ``item``: key of the item a page is about (文档发布, 项目主页);
    ``slot``: the date a schedule asked for it, told in the notice and no part of what the page is (a key without a date
    is one page, written again); ``blocks``: names of sections, empty for all; ``window``: what counts as this period,
    half open (None: the seven days before); ``stale``: sources whose last pull failed, as people call them; ``as_of``:
    the instant up to which the mirror is complete (None: that of the view); ``locale``: the language of its readers;
    ``earlier``: its editions before this one, newest first; ``mentions``: how often each person was mentioned at once
    in the period, by key; ``stands``: the pages there are, in the order of their kinds; ``practice``: what the rules
    did. The last two are given to the kinds that show them."""

    key: str
    title: str = ""
    program: str = ""
    item: str = ""
    slot: str = ""
    blocks: tuple[str, ...] = ()
    window: tuple[datetime, datetime] | None = None
    stale: tuple[str, ...] = ()
    as_of: datetime | None = None
    locale: Locale = "zh"
    earlier: tuple[Edition, ...] = ()
    mentions: Mapping[str, int] = field(default_factory=dict)
    stands: tuple[Standing, ...] = ()
    practice: Practice | None = None

    @property
    def parts(self) -> tuple[str, str, str]:
        """Kind, name and slot of the key."""
        return parts_of(self.key)

    @property
    def name(self) -> str:
        return self.parts[1]

    @property
    def series(self) -> str:
        """What its editions have in common: the key without the slot."""
        return ":".join(part for part in self.parts[:2] if part)


class SectionScope:
    """One page's view of the mirror. Everything is read once and remembered for the page's own lifetime."""

    def __init__(
        self, view: MirrorView, vocabulary: Vocabulary, request: PageRequest, program: ProgramFacts | None = None
    ) -> None:
        self.view = view
        self.vocabulary = vocabulary
        self.request = request
        self.program = program
        self.words = Words(request.locale)
        self.figures: dict[str, float] = {}
        """Numbers shown so far, by name: what the next edition compares itself with."""

    @property
    def now(self) -> datetime:
        return self.view.now

    @property
    def calendar(self) -> WorkingCalendar:
        return self.view.calendar(None)

    @property
    def today(self) -> date:
        return self.calendar.local_date(self.now)

    @property
    def period(self) -> tuple[datetime, datetime]:
        """The window of this page, half open."""
        return self.request.window or (self.now - WEEK, self.now)

    def moment(self, at: datetime | None, form: Form = "%Y-%m-%d %H:%M") -> str:
        """An instant as people read it, empty for none."""
        return self.words.moment(at.astimezone(self.calendar.zone), form) if at else ""

    def slot(self, slot: str) -> str:
        """The day of an edition (ISO) as people read it."""
        return self.words.day(date.fromisoformat(slot))

    # --- words and figures -------------------------------------------------------------------------------------
    def say(self, text: str, /, **values: object) -> str:
        """A text of ours in the readers' language; see ``Words.say``."""
        return self.words.say(text, **values)

    def figure(self, name: str, value: float | Decimal | None, unit: str = "") -> str:
        """A number as people read it, with its change, if any, since the edition before: ``31(↑2)``; a dash for none.

        ``name`` identifies the figure through all editions: ``在办``, ``按时完成率:研发部``."""
        if value is None:
            return "—"
        self.figures[name] = float(value)
        before = self.past(name)[-1:] if self.request.earlier else ()
        text = f"{self.words.number(value)}{unit}"
        if not before or before[0] is None:
            return text
        change = Decimal(str(value)) - Decimal(str(before[0]))
        told = self.words.number(abs(change))
        return text if told == "0" else f"{text}({'↑' if change > 0 else '↓'}{told})"

    def past(self, name: str) -> tuple[float | None, ...]:
        """What a figure was in the editions before, oldest first; None where it was not shown."""
        return tuple(edition.figures.get(name) for edition in reversed(self.request.earlier))

    # --- items -------------------------------------------------------------------------------------------------
    @cached_property
    def _all(self) -> tuple[ItemFacts, ...]:
        items = self.view.items_where(program=self.program.code if self.program else "")
        found = (facts for facts in items if facts.item.type != PROGRAM_TYPE)
        return tuple(sorted((facts for facts in found if facts.item.created_at <= self.now), key=self._order))

    @property
    def withheld(self) -> int:
        """How many items of this scope are confidential and not named."""
        return sum(facts.item.confidential for facts in self._all)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every item of the scope that may be named, by department, then key."""
        return tuple(Line(facts, self) for facts in self._all if not facts.item.confidential)

    def of(self, *types: str) -> tuple[Line, ...]:
        """Items of these types."""
        return tuple(line for line in self.lines if line.facts.item.type in types)

    @cached_property
    def tasks(self) -> tuple[Line, ...]:
        """Tasks and requests that people made; what rules made follows up on something and is listed there."""
        return tuple(line for line in self.of(*TASKS) if line.facts.generation == 0)

    @property
    def active(self) -> tuple[Line, ...]:
        """Those of ``tasks`` that are not done."""
        return tuple(line for line in self.tasks if line.facts.item.open)

    def line(self, key: str) -> Line | None:
        """An item by key if it may be named."""
        facts = self.view.item_by_key(key)
        return Line(facts, self) if facts and not facts.item.confidential else None

    @property
    def item(self) -> Line | None:
        """The item this page is about, if it may be named."""
        return self.line(self.request.item) if self.request.item else None

    def named(self, key: str) -> str:
        """How a page calls the item of this key: a confidential one only by that word."""
        facts = self.view.item_by_key(key)
        return self.say(WITHHELD) if facts and facts.item.confidential else key

    # --- the organisation --------------------------------------------------------------------------------------
    @property
    def departments(self) -> tuple[Department, ...]:
        """Departments in the order the office wrote them."""
        return self.view.organisation.departments

    @cached_property
    def _places(self) -> dict[str, int]:
        """Where each department stands, by key."""
        return {department.key: place for place, department in enumerate(self.departments)}

    def of_department(self, department: Department, lines: Iterable[Line]) -> tuple[Line, ...]:
        return tuple(line for line in lines if line.facts.department == department)

    def measure(self, department: Department, path: str) -> Value:
        """A derived value of a department; missing where nobody derives it."""
        reader = self.vocabulary.reader(DepartmentFacts(department, self.view).subject.kind, path)
        return reader.value(DepartmentFacts(department, self.view)) if reader else MISSING

    def person(self, mention: PersonMention | None) -> str:
        """Who is meant: the organisation's name, else as typed with a mark; empty for nobody."""
        if mention is None:
            return ""
        known = self.view.organisation.person(mention)
        if known:
            return known.key
        typed = (mention.display or mention.id) if isinstance(mention, Account) else mention.text
        return self.unregistered(typed)

    def unregistered(self, name: str) -> str:
        """A name that the organisation files do not know."""
        return self.say(UNREGISTERED, name=name)

    def _order(self, facts: ItemFacts) -> tuple[int, tuple[tuple[int, str], ...]]:
        known = self._places
        place = known[facts.department.key] if facts.department else len(known)
        return place, natural(facts.item.source.key)


@dataclass(frozen=True, slots=True)
class Line:
    """One item on a page."""

    facts: ItemFacts
    scope: SectionScope = field(repr=False, compare=False)

    @property
    def key(self) -> str:
        return self.facts.item.source.key

    @property
    def title(self) -> str:
        return self.facts.item.title

    def ref(self, *, title: bool = False) -> tuple[Inline, ...]:
        """The key as a link, with the title behind it."""
        source = self.facts.item.source
        link: Inline = Reference(source.key, source.url) if source.url else Text(source.key)
        return (link, Text(f" {self.title}")) if title else (link,)

    def value(self, path: str) -> Value:
        """A path of the vocabulary, missing where this version does not know it."""
        reader = self.scope.vocabulary.reader(self.facts.subject.kind, path)
        return reader.value(self._seen()) if reader else MISSING

    @property
    def words(self) -> Words:
        return self.scope.words

    def text(self, path: str) -> str:
        """A path as text, words of the model as they are: empty when missing."""
        return cell(self.value(path), self.scope)

    def term(self, path: str) -> str:
        """A path as a cell shows it: words of the model in the readers' language."""
        return self.words.term(self.text(path))

    def field(self, name: str) -> str:
        """A facet as typed; says so when it could not be read."""
        item = self.facts.item
        unreadable = f"fields.{name}" in item.unreadable
        return item.fields.get(name, self.scope.say(UNREADABLE) if unreadable else "")

    def people(self, letter: str) -> str:
        """Those in a role, unknown ones marked."""
        return self.words.joined(self.scope.person(mention) for mention in self.facts.role(letter))

    @property
    def department(self) -> str:
        typed = self.facts.item.dept
        if self.facts.department:
            return self.facts.department.name
        return self.scope.unregistered(typed) if typed else ""

    @property
    def related(self) -> str:
        """Supporting departments by their present names."""
        known = self.scope.view.organisation
        names = ((known.department(name), name) for name in self.facts.item.related_depts)
        return self.words.joined(one.name if one else self.scope.unregistered(name) for one, name in names)

    @property
    def due(self) -> str:
        return self.words.day(self.facts.due)

    @property
    def late(self) -> int:
        """Working days past due; 0 when in time or without a date."""
        return self.facts.late_days or 0

    @property
    def began(self) -> date:
        """The first day of work on it: planned, else observed, else that of its creation."""
        item = self.facts.item
        return item.start or self.facts.calendar.local_date(item.started_at or item.created_at)

    @property
    def status(self) -> str:
        """未开始, 进行中, … and 延期 behind it while it is late and open."""
        status = self.words.term(self.facts.item.status)
        late = self.facts.item.open and self.late > 0
        return self.scope.say("{status}(延期)", status=status) if late else status

    @property
    def light(self) -> str:
        """红, 黄, 绿 or empty: the word of the model."""
        return self.text("light")

    @property
    def lamp(self) -> str:
        """The light as a cell shows it."""
        return self.words.light(self.light)

    def newest(self, kind: str) -> Entry | None:
        """The newest counting entry of a kind."""
        entries = self.facts.entries(kind)
        return entries[-1] if entries else None

    def said(self, kind: str, *keys: str) -> str:
        """What the newest counting entry of a kind says under the first of these keys that has a value."""
        entry = self.newest(kind)
        return next((entry.data[key] for key in keys if entry.data.get(key)), "") if entry else ""

    def number(self, name: str) -> Decimal:
        """A facet as a number, 0 for none."""
        return values.number(self.facts.item.fields.get(name, "")) or Decimal(0)

    def labels(self, prefix: str) -> tuple[str, ...]:
        """What its labels say behind this prefix."""
        return tuple(sorted(one.removeprefix(prefix) for one in self.facts.item.labels if one.startswith(prefix)))

    def labelled(self, prefix: str) -> str:
        """The labels with this prefix, as a cell shows them."""
        return self.words.joined(self.words.label(f"{prefix}{rest}") for rest in self.labels(prefix))

    def _seen(self) -> Facts:
        return self.facts


def cell(value: Value, scope: SectionScope) -> str:  # noqa: PLR0911  # one case per kind of value
    """A value as a cell shows it."""
    match value:
        case _ if value is MISSING:
            return ""
        case _ if value is UNKNOWN:
            return scope.say(UNREADABLE)
        case datetime():
            return scope.moment(value)
        case date():
            return scope.words.day(value)
        case bool():
            return scope.words.term("是" if value else "否")
        case Decimal():
            return scope.words.number(value)
        case frozenset():
            return scope.words.joined(sorted(value))
        case _:
            return str(value)
