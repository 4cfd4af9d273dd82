"""Reads the fields of one item through their declared sources: the first source with a value wins.

A later source that says something else is remembered as a disagreement, a source that could not be read makes the field
unreadable unless an earlier one had a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

import msgspec

from collab_sync.carriers.pairs import Value
from collab_sync.carriers.raw import RawItem, RawValue
from collab_sync.carriers.section import section
from collab_sync.carriers.values import day, names, people, references
from collab_sync.carriers.vocabulary import field_name
from collab_sync.model.identity import Account, PersonMention
from collab_sync.model.mapping import FieldSources, ProjectMapping
from collab_sync.model.work_item import Disagreement

_BODY = frozenset({"body", "description"})
"""What the text of an item is called among the native sources that could not be read."""

_LABEL = "label:"

T = TypeVar("T", bound=PersonMention | str | date)


class Found(msgspec.Struct, frozen=True, gc=False):
    """What one source says: accounts as they are, texts with the mentions they hold."""

    accounts: tuple[Account, ...] = ()
    texts: tuple[Value, ...] = ()


class Source(msgspec.Struct, frozen=True, gc=False):
    """A declared source. ``place``: how what it says is found among what an item says (its name, canonical after
    ``sec:``); ``constant``: what it says of every item."""

    declared: str
    place: str
    constant: Found | None = None


class Field(msgspec.Struct, frozen=True, gc=False):
    """Where one field of the model comes from. ``places``: of all its sources; ``fixed``: it has a value whatever an
    item says."""

    sources: tuple[Source, ...]
    places: frozenset[str]
    fixed: bool
    values: Mapping[str, str]
    default: str | None


class Declared:
    """The fields of a mapping, taken apart once and read for every item."""

    def __init__(self, mapping: ProjectMapping) -> None:
        self.fields = {path: _field(sources) for path, sources in mapping.fields.items()}
        sources = [source.declared for field in self.fields.values() for source in field.sources]
        prefixes = [text.removeprefix(_LABEL) for text in sources if text.startswith(_LABEL)]
        self.labels = tuple(dict.fromkeys(prefixes))
        """Every prefix of labels that some field is read from."""


class FieldReader:
    """The fields of ``raw`` as a mapping declares them; collects disagreements and unreadable paths on the way.

    ``near`` completes dates without a year: the day on which the item was created, so that they never move."""

    def __init__(self, raw: RawItem, declared: Declared) -> None:
        self.section = section(raw.body)
        self.disagreements: list[Disagreement] = []
        self.unreadable: set[str] = set()
        self._raw = raw
        self._fields = declared.fields
        self._near = raw.created_at.date()
        self._said = self._gathered(declared)

    def people(self, path: str) -> tuple[PersonMention, ...]:
        return self._read(path, self._people)

    def names(self, path: str) -> tuple[str, ...]:
        """A list of names (departments)."""
        return self._read(path, _names)

    def name(self, path: str) -> str | None:
        """One name; further ones in the same source are a disagreement."""
        return self._only(path, self._read(path, _names))

    def text(self, path: str) -> str | None:
        """The text as typed; several values of a field are joined with 、."""
        return "、".join(self._read(path, _texts)) or None

    def word(self, path: str) -> str | None:
        """One text as typed; further ones in the same source are a disagreement."""
        return self._only(path, self._read(path, _texts))

    def day(self, path: str) -> date | None:
        return self._only(path, self._read(path, self._days))

    def reference(self, path: str) -> str | None:
        """The full key (or address) of an item."""
        return self._only(path, self._read(path, self._references))

    def references(self, name: str) -> tuple[str, ...]:
        """The items that the line ``name`` (canonical) of the section names."""
        value = self.section.get(name)
        return references(value.text, self._raw.source.path) if value else ()

    def _read(self, path: str, convert: Callable[[Found], Sequence[T]]) -> tuple[T, ...]:
        field = self._fields.get(path)
        if field is None or (not field.fixed and not self._raw.unreadable and field.places.isdisjoint(self._said)):
            return ()
        used: tuple[T, ...] = ()
        for source in field.sources:
            if self._raw.unreadable and not used and lost(self._raw, source.declared):
                self.unreadable.add(path)
                return ()
            found = source.constant or self._said.get(source.place)
            if found is None:
                continue
            values = tuple(convert(_translated(found, field.values) if field.values else found))
            if used and values and not source.constant:
                self._compare(path, used, values, source.declared)
            used = used or values
        if not used and field.default is not None:
            return tuple(convert(Found(texts=(Value(field.default),))))
        return used

    def _compare(self, path: str, used: tuple[T, ...], other: tuple[T, ...], source: str) -> None:
        if _differ(used, other):
            self.disagreements.append(Disagreement(field=path, used=_shown(used), other=_shown(other), source=source))

    def _only(self, path: str, values: tuple[T, ...]) -> T | None:
        if len(values) > 1:
            self._compare(path, values[:1], values[1:], path)
        return values[0] if values else None

    def _gathered(self, declared: Declared) -> Mapping[str, Found]:
        """What the item says, by ``Source.place``; what says nothing is not there."""
        raw = self._raw
        said = {name: _found(values) for name, values in raw.native.items()}
        for name, values in raw.custom.items():
            said[f"cf:{name}"] = _found(values)
        for name, value in self.section.items():
            said[f"sec:{name}"] = Found(texts=(value,))
        for prefix, texts in _by_prefix(raw.labels, declared.labels).items():
            said[f"{_LABEL}{prefix}"] = Found(texts=tuple([Value(text) for text in sorted(texts)]))
        return said

    def _people(self, found: Found) -> Sequence[PersonMention]:
        if not found.texts and len(found.accounts) == 1:
            return found.accounts
        typed = (person for text in found.texts for person in people(text, self._raw.source.connection))
        return tuple(dict.fromkeys((*found.accounts, *typed)))

    def _days(self, found: Found) -> Sequence[date]:
        days = [day(value.text, self._near) for value in found.texts]
        return tuple(dict.fromkeys([found for found in days if found]))

    def _references(self, found: Found) -> Sequence[str]:
        path = self._raw.source.path
        return tuple(dict.fromkeys(key for value in found.texts for key in references(value.text, path)))


def _field(declared: FieldSources) -> Field:
    sources = tuple(_source(text) for text in declared.sources)
    return Field(
        sources=sources,
        places=frozenset(source.place for source in sources),
        fixed=declared.default is not None or any(source.constant for source in sources),
        values=declared.values,
        default=declared.default,
    )


def _source(text: str) -> Source:
    prefix, colon, rest = text.partition(":")
    match prefix if colon else "":
        case "const":
            return Source(text, text, Found(texts=(Value(rest),)))
        case "sec":
            return Source(text, f"sec:{field_name(rest)}")
    return Source(text, text)


def lost(raw: RawItem, source: str) -> bool:
    """Whether this source could not be read. The section is lost with the text it stands in, labels all together."""
    if source.startswith("sec:"):
        return not raw.unreadable.isdisjoint(_BODY)
    return source in raw.unreadable or (source.startswith("label:") and "labels" in raw.unreadable)


def labelled(raw: RawItem, prefix: str) -> tuple[str, ...]:
    """The rests of the labels that begin with ``prefix``, sorted (labels have no order)."""
    rests = [label[len(prefix) :] for label in raw.labels if label.startswith(prefix) and label != prefix]
    return tuple(sorted(rests)) if rests else ()


def _by_prefix(labels: Iterable[str], prefixes: tuple[str, ...]) -> Mapping[str, list[str]]:
    """The rests of the labels under each prefix that some have."""
    rests: dict[str, list[str]] = {}
    for label in labels:
        if label.startswith(prefixes):
            for prefix in prefixes:
                if label.startswith(prefix) and label != prefix:
                    rests.setdefault(prefix, []).append(label[len(prefix) :])
    return rests


def _found(values: Sequence[RawValue]) -> Found:
    if len(values) == 1:
        only = values[0]
        if isinstance(only, Account):
            return Found(accounts=(only,))
        return Found(texts=(Value(text),)) if (text := only.strip()) else Found()
    accounts = tuple([value for value in values if isinstance(value, Account)])
    texts = [value.strip() for value in values if isinstance(value, str)]
    return Found(accounts, tuple([Value(text) for text in texts if text]))


def _translated(found: Found, values: Mapping[str, str]) -> Found:
    texts = [values.get(text.text.strip()) for text in found.texts]
    said = (text if other is None else Value(other) for text, other in zip(found.texts, texts, strict=True))
    return Found(found.accounts, tuple(text for text in said if text.text))


def _names(found: Found) -> Sequence[str]:
    if not found.accounts and len(found.texts) == 1:
        return names(found.texts[0].text)
    shown = (account.display or account.id for account in found.accounts)
    return tuple(dict.fromkeys((*shown, *(name for value in found.texts for name in names(value.text)))))


def _texts(found: Found) -> Sequence[str]:
    shown = [account.display or account.id for account in found.accounts]
    return [*shown, *[value.text for value in found.texts if value.text]]


def _differ(used: Sequence[T], other: Sequence[T]) -> bool:
    """Whether two readings contradict each other. An account and a typed name are only comparable where the tracker
    shows the account's name in the same script: who they are is known later."""
    ours, theirs = {_show(value) for value in used}, {_show(value) for value in other}
    mixed = {isinstance(value, Account) for value in (*used, *other)} == {True, False}
    if mixed and not all(_chinese(name) for name in ours | theirs):
        return False
    return ours != theirs


def _chinese(name: str) -> bool:
    return any("\u3400" <= char <= "\u9fff" for char in name)


def _show(value: PersonMention | str | date) -> str:
    if isinstance(value, Account):
        return value.display or value.id
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str) else value.text


def _shown(values: Sequence[T]) -> str:
    return "、".join(_show(value) for value in values)
