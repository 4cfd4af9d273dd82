"""Sticky comments: one per item and key, one paragraph per rule that holds, edited in place.

When a rule stops, its paragraph is struck and dated in the same tick, silently; the next episode reuses it. An edit
does not tell somebody whom the text already mentions: if a step must, a new comment takes over and the old one points
to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from collab_sync.model import marker
from collab_sync.model.document import Block, Document, Inline, Mention, Paragraph, Quiet, Strong, Struck, Text, plain
from collab_sync.model.identity import Account
from collab_sync.model.marker import Marker
from collab_sync.model.page import Locale

STICKY = "sticky:"
POST = "post:"
POINTER = "|pointer"
"""Ends the key of the write that turns an old comment into a pointer to the one with the same key and ``ANEW``."""
ANEW = "|anew"
"""Ends the key of a write that must be a new comment, whatever has been posted meanwhile: an edit tells nobody."""


class Passage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one rule says in a sticky comment. ``people``: name → account id or empty; ``resolved``: ISO date, on
    which it stopped or, if ``undone``, was taken back."""

    text: str
    order: int
    rule_name: str
    people: Mapping[str, str] = {}
    resolved: str = ""
    undone: bool = False


def passages(state: Mapping[str, str]) -> dict[str, Passage]:
    """The passages of a stored sticky comment by rule; what cannot be read is left out."""
    found = {}
    for rule, text in state.items():
        try:
            found[rule] = msgspec.json.decode(text, type=Passage)
        except msgspec.DecodeError:
            continue
    return found


def stored(found: Mapping[str, Passage]) -> dict[str, str]:
    """Passages as a marker's state."""
    return {rule: msgspec.json.encode(passage).decode() for rule, passage in sorted(found.items())}


@dataclass(slots=True)
class Sticky:
    """A sticky comment while a plan is made. ``comment_id`` is empty while there is none."""

    key: str
    connection: str
    subject: str = ""
    locale: Locale = "zh"
    comment_id: str = ""
    hash: str = ""
    passages: dict[str, Passage] = field(default_factory=dict)
    retell: bool = False
    spoken: set[str] = field(default_factory=set)

    def speak(self, rule: str, passage: Passage) -> None:
        """A rule says something (new); somebody already mentioned who must be told makes it a new comment."""
        shown = [said for said in self.passages.values() if not said.resolved]
        mentioned = {name for said in shown for name, account in said.people.items() if account}
        addressed = {name for name, account in passage.people.items() if account}
        self.retell = self.retell or bool(self.comment_id and mentioned & addressed)
        self.passages[rule] = passage
        self.spoken.add(rule)
        if self.retell:
            self._quieten()

    def strike(self, rule: str, day: str) -> bool:
        """A rule stopped: its passage is struck. False if it had none, or none that still held."""
        passage = self.passages.get(rule)
        if passage is None or passage.resolved:
            return False
        self.passages[rule] = msgspec.structs.replace(passage, resolved=day)
        return True

    def revive(self, rule: str) -> bool:
        """A rule holds again by the very facts that had started it: its passage stands again, and tells nobody."""
        passage = self.passages.get(rule)
        if passage is None or not passage.resolved or passage.undone:
            return False
        self.passages[rule] = unaddressed(msgspec.structs.replace(passage, resolved=""))
        return True

    def _quieten(self) -> None:
        """In a new comment every mention tells again: only those whom this tick tells keep theirs."""
        for rule, passage in self.passages.items():
            if rule not in self.spoken:
                self.passages[rule] = unaddressed(passage)

    def document(self) -> Document:
        """The whole comment in catalogue order, with one quiet line that names the rules."""
        ordered = sorted(self.passages.values(), key=lambda passage: (passage.order, passage.text))
        blocks: list[Block] = [self._paragraph(passage) for passage in ordered]
        names = tuple(dict.fromkeys(passage.rule_name for passage in ordered))
        return Document((*blocks, quiet_line(names, self.subject, self.locale)))

    def marker(self, content_hash: str) -> str:
        return marker.dumps(Marker(key=STICKY + self.key, hash=content_hash, state=stored(self.passages)))

    def _paragraph(self, passage: Passage) -> Paragraph:
        if passage.resolved:
            return Paragraph((Struck(passage.text), Text(f" {self._ending(passage)} {passage.resolved}")))
        return Paragraph((*addressed_to(passage.people, self.connection), Text(passage.text)))

    def _ending(self, passage: Passage) -> str:
        if self.locale == "en":
            return "taken back on" if passage.undone else "settled on"
        return "已撤回" if passage.undone else "已解决"


def unaddressed(passage: Passage) -> Passage:
    """The same words with people only named: said again they tell nobody."""
    return msgspec.structs.replace(passage, people=dict.fromkeys(passage.people, ""))


def addressed_to(people: Mapping[str, str], connection: str) -> tuple[Inline, ...]:
    """The people a paragraph begins with: mentions where there is an account, else the bare names."""
    inlines: list[Inline] = []
    for name, account in people.items():
        inlines.append(Mention(name, Account(connection, account, name)) if account else Strong(name))
        inlines.append(Text(" "))
    return tuple(inlines)


def quiet_line(rule_names: Sequence[str], subject: str, locale: Locale = "zh") -> Quiet:
    """The one small line under everything we write: which rules, and how to ask why. ``rule_names`` as ``名称(id)``;
    ``subject``: the item people would ask about, empty where there is none."""
    english = locale == "en"
    said = f"collab-sync · rule: {', '.join(rule_names)}" if english else f"collab-sync · 规则:{'、'.join(rule_names)}"
    if not subject:
        return Quiet((Text(said),))
    ids = {name.rpartition("(")[2].rstrip(")") for name in rule_names}
    asked = f"{subject} {ids.pop()}" if len(ids) == 1 else subject
    why = "why: " if english else "为什么:"
    return Quiet((Text(f"{said} · {why}collab-sync explain {asked}"),))


def pointer(rule_names: str, locale: Locale = "zh") -> Document:
    """What the old comment becomes when a new one takes over."""
    words = "本条已由下方同一主题的新评论接替。"
    if locale == "en":
        words = "A newer comment on the same matter, below, takes over from this one."
    return Document((Paragraph((Text(words),)), Quiet((Text(f"collab-sync · {rule_names}"),))))


def content_hash(document: Document) -> str:
    """Hash of what people read, names in place of mentions: first contact compares without telling anybody."""
    return hashlib.sha256(plain(document).encode()).hexdigest()[:16]
