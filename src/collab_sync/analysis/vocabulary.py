"""Which paths people may write: the fixed tables, the names with a free part, and what derivations add.

=========================== ===================================================================================
``fields.‹名›``             a facet of the 「协同信息」 section, typed by ``facets`` in mapping.yaml
``roles.‹R|A|C|I|F›.count`` how many people the item names in this role
``entries.‹类别›.count``     authorised entries of a kind; ``.last_at``; ``.since:‹path›`` counts those after it
``parent.‹path›``           a path of the parent; likewise ``program.‹path›`` and ``resource.‹path›``
``entries.‹类别›.last.‹键›`` what the newest of them says; ``.open``, ``.open_at``: those still to be answered
``trigger``                 whether what a risk watches has come to pass
``e.‹键›``                  the entry behind an event: its keys, ``e.kind``, ``e.by``, ``e.text``, ``e.authorized``,
                            ``e.required`` (who would have had to write it)
``i.‹键›``                  the member of ``each``
``links.‹kind›``            a relation, for ``exists``; others stand in ``relations``
``ranking``                 of a conflict: its requests in the order of their score
=========================== ===================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from collab_sync.analysis.authority import required
from collab_sync.analysis.facts import (
    MISSING,
    UNKNOWN,
    Absent,
    Facts,
    MemberKind,
    PathReader,
    Relation,
    Value,
    ValueKind,
)
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.measures import acceptance, reviews
from collab_sync.analysis.measures.triggers import FIELD as TRIGGER_FIELD
from collab_sync.analysis.measures.triggers import TriggerField, TriggerPath
from collab_sync.analysis.paths import DECISION_PATHS, PATHS, RATING_PATHS, Path, concluded, or_missing
from collab_sync.analysis.relations import RELATIONS
from collab_sync.analysis.sharing.ranking import SCORE, Ranking
from collab_sync.analysis.subject_facts import ResourceFacts
from collab_sync.carriers import values
from collab_sync.model.identity import SubjectKind
from collab_sync.model.mapping import FacetType
from collab_sync.model.work_item import Entry

ROLE_LETTERS = ("R", "A", "C", "I", "F")
LINK_KINDS = ("blocks", "blocked_by", "relates", "mirrors")
TRIGGER = "trigger"
RANKING = "ranking"
MEMBER_PATHS: Mapping[MemberKind, Mapping[str, PathReader]] = {
    "decision_item": DECISION_PATHS,
    "rating": RATING_PATHS,
}
ENTRY_NUMBERS = frozenset({"评分", "数量", "金额"})
FACET_KINDS: Mapping[FacetType, ValueKind] = {
    "text": "text",
    "number": "number",
    "date": "date",
    "departments": "texts",
}


class ProductVocabulary:
    """All paths this version knows. ``facets`` types the free fields; ``derived`` are readers by subject and path."""

    def __init__(
        self,
        facets: Mapping[str, FacetType],
        derived: Mapping[tuple[MemberKind, str], PathReader] | None = None,
    ) -> None:
        self._facets = facets
        self._derived = dict(derived or {})

    def reader(self, subject: MemberKind, path: str) -> PathReader | None:
        """The reader of a path, None if nobody knows it."""
        derived = self._derived.get((subject, path))
        if derived is not None:
            return derived
        if isinstance(subject, SubjectKind) and (fixed := PATHS[subject].get(path)):
            return fixed
        if subject == SubjectKind.WORK_ITEM:
            return self._free_item_path(path)
        if subject in MEMBER_PATHS:
            return MEMBER_PATHS[subject].get(path)
        if (subject, path) == (SubjectKind.CONFLICT, RANKING):
            return Ranking(self.reader(SubjectKind.WORK_ITEM, SCORE))
        return None

    def relation(self, subject: MemberKind, path: str) -> Relation | None:
        """The relation of a path, None if nobody knows it."""
        kind = path.removeprefix("links.")
        if subject == SubjectKind.WORK_ITEM and path.startswith("links.") and kind in LINK_KINDS:
            return LinkRelation(kind)
        return RELATIONS.get((subject, path))

    def names(self, subject: MemberKind) -> tuple[str, ...]:
        """All fixed names, derived ones included, sorted."""
        fixed = PATHS[subject] if isinstance(subject, SubjectKind) else {}
        return tuple(sorted({*fixed, *(path for kind, path in self._derived if kind == subject)}))

    def _item_number(self, path: str) -> PathReader | None:
        """A path of any item, for what a risk watches."""
        return None if path == TRIGGER else self.reader(SubjectKind.WORK_ITEM, path)

    def _free_item_path(self, path: str) -> PathReader | None:  # noqa: C901, PLR0911  # one case per head of a path
        if path == TRIGGER:
            return TriggerPath(self._item_number)
        head, _, rest = path.partition(".")
        if not rest:
            return None
        match head:
            case "fields" if rest == TRIGGER_FIELD:
                return TriggerField(self._item_number)
            case "fields":
                return _facet(rest, self._facets.get(rest, "text"))
            case "roles":
                return _role_count(rest)
            case "entries":
                return self._entries(rest)
            case "e":
                return _entry_value(rest)
            case "parent":
                return self._through(SubjectKind.WORK_ITEM, rest, _parent)
            case "program":
                return self._through(SubjectKind.PROGRAM, rest, _program)
            case "resource":
                return self._through(SubjectKind.RESOURCE, rest, _resource)
            case _:
                return None

    def _through(
        self, subject: SubjectKind, path: str, step: Callable[[ItemFacts], Facts | Absent]
    ) -> PathReader | None:
        inner = self.reader(subject, path)
        return Elsewhere(inner, step) if inner else None

    def _entries(self, rest: str) -> PathReader | None:
        kind, _, what = rest.partition(".")
        if what in ("", "count"):
            return Path("number", lambda f: _count(f, kind, None))
        if what == "last_at":
            return Path("instant", lambda f: _last_at(f, kind))
        if what.startswith("last."):
            return _newest_value(kind, what.removeprefix("last."))
        if what in ("open", "open_at"):
            return _open_entries(kind, what)
        if what.startswith("since:"):
            since = self.reader(SubjectKind.WORK_ITEM, what.removeprefix("since:"))
            return Path("number", lambda f: _count(f, kind, since)) if since else None
        return None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A path of another subject to which one link leads."""

    inner: PathReader
    step: Callable[[ItemFacts], Facts | Absent]

    @property
    def kind(self) -> ValueKind:
        return self.inner.kind

    @property
    def choices(self) -> tuple[str, ...]:
        return self.inner.choices

    def value(self, facts: Facts) -> Value:
        there = self.step(_item(facts))
        return there if isinstance(there, Absent) else self.inner.value(there)

    def flips_at(self, facts: Facts, thresholds: Sequence[int]) -> datetime | None:
        there = self.step(_item(facts))
        return None if isinstance(there, Absent) else self.inner.flips_at(there, thresholds)


@dataclass(frozen=True, slots=True)
class LinkRelation:
    """Items at the other end of an item's links of one kind; an end the mirror does not hold is left out."""

    link: str

    @property
    def members_are(self) -> MemberKind:
        return SubjectKind.WORK_ITEM

    def members(self, facts: Facts) -> tuple[Facts, ...] | Absent:
        item = _item(facts)
        targets = [link.target for link in item.item.links if link.kind == self.link]
        found = [item.around.item_by_key(target) for target in targets]
        return tuple(member for member in found if member)


def _item(facts: Facts) -> ItemFacts:
    return cast(ItemFacts, facts)


def _parent(facts: ItemFacts) -> Facts | Absent:
    if facts.item.parent is None:
        return MISSING
    # A parent outside the mirror exists all the same: nothing follows from not seeing it.
    return facts.around.item_by_key(facts.item.parent) or UNKNOWN


def _program(facts: ItemFacts) -> Facts | Absent:
    if facts.program_code is None:
        return MISSING
    return facts.around.program(facts.program_code) or UNKNOWN


def _resource(facts: ItemFacts) -> Facts | Absent:
    if facts.resource is None:
        return MISSING if facts.item.resource is None else UNKNOWN
    return ResourceFacts(facts.resource, facts.around)


def _role_count(rest: str) -> PathReader | None:
    letter, _, what = rest.partition(".")
    if letter not in ROLE_LETTERS or what != "count":
        return None

    def count(facts: ItemFacts) -> Value:
        people = len(facts.role(letter))
        return UNKNOWN if not people and letter in facts.item.unreadable else people

    return Path(
        "number",
        count,
        source=f"len(f.item.roles.get({letter!r}, ())) or (None if {letter!r} in f.item.unreadable else 0)",
    )


def _facet(name: str, facet: FacetType) -> PathReader:
    def read(facts: ItemFacts) -> Value:
        text = facts.item.fields.get(name)
        return concluded(facts, f"fields.{name}", _typed(text, facet, facts) if text else None)

    return Path(FACET_KINDS[facet], read)


def _typed(text: str, facet: FacetType, facts: ItemFacts) -> Value | None:
    match facet:
        case "text":
            return text
        case "number":
            return values.number(text)
        case "date":
            return values.day(text, facts.calendar.local_date(facts.item.created_at))
        case "departments":
            return frozenset(values.names(text))


def _count(facts: ItemFacts, kind: str, since: PathReader | None) -> Value:
    entries = facts.entries(kind)
    if since is not None:
        after = since.value(facts)
        if isinstance(after, Absent):
            return after
        entries = tuple(entry for entry in entries if _later(entry.at, after, facts))
    return facts.absent(entries) or len(entries)


def _later(at: datetime, after: Value, facts: ItemFacts) -> bool:
    """Whether an entry was made after an instant, or after the end of a day."""
    if isinstance(after, datetime):
        return at > after
    return isinstance(after, date) and facts.calendar.local_date(at) > after


def _last_at(facts: ItemFacts, kind: str) -> Value:
    entries = facts.entries(kind)
    return or_missing(entries[-1].at if entries else None)


def _newest_value(kind: str, key: str) -> PathReader:
    """What the newest entry says under ``key``; a remark that somebody wrote without the key counts as 意见."""

    def read(facts: ItemFacts) -> Value:
        entries = facts.entries(kind)
        if not entries:
            return facts.absent(None) or MISSING
        said = entries[-1].data.get(key, "")
        return or_missing(said or (entries[-1].text if key == "意见" else ""))

    return Path("text", read)


def _open_entries(kind: str, what: str) -> PathReader | None:
    if kind not in reviews.ANSWERED_BY:
        return None

    def oldest(facts: ItemFacts) -> Value:
        found = reviews.open_entries(facts, kind)
        return found[0].at if found else facts.absent(None) or MISSING

    def count(facts: ItemFacts) -> Value:
        found = len(reviews.open_entries(facts, kind))
        return facts.absent(found) or found

    return Path("instant", oldest) if what == "open_at" else Path("number", count)


_OF_ENTRY: Mapping[str, Callable[[ItemFacts, Entry], Value]] = {
    "authorized": lambda facts, entry: facts.authorized(entry),
    "required": lambda _facts, entry: or_missing(required(entry.kind)),
    "kind": lambda _facts, entry: entry.kind,
    "by": lambda _facts, entry: or_missing(entry.by.display or entry.by.id),
    "text": lambda _facts, entry: or_missing(entry.text),
    "items": lambda _facts, entry: or_missing("\n".join(entry.items)),
    "结果": lambda _facts, entry: or_missing(acceptance.result(entry)),
}
"""What can be asked of the entry behind an event besides its own keys."""


def _entry_value(key: str) -> PathReader:
    named = _OF_ENTRY.get(key)

    def read(facts: ItemFacts) -> Value:
        entry = facts.entry
        if entry is None:
            return MISSING
        if named is not None:
            return named(facts, entry)
        text = entry.data.get(key, "")
        return or_missing(values.number(text) if key in ENTRY_NUMBERS else text)

    kind: ValueKind = "bool" if key == "authorized" else "number" if key in ENTRY_NUMBERS else "text"
    return Path(kind, read)
