"""Collects what rules say in one tick and gives one write per comment."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.model import marker
from collab_sync.model.action import CommentWrite, LogLine, PlannedWrite, Target
from collab_sync.model.document import Document, Paragraph, Text
from collab_sync.model.identity import ItemId, SubjectRef
from collab_sync.model.marker import Marker
from collab_sync.model.organisation import Person
from collab_sync.model.page import Locale
from collab_sync.planner.context import DESK_KEY, PlanningContext, name_of
from collab_sync.planner.desks.comments import (
    ANEW,
    POINTER,
    POST,
    STICKY,
    Passage,
    Sticky,
    addressed_to,
    content_hash,
    passages,
    pointer,
    quiet_line,
    stored,
)
from collab_sync.planner.desks.creations import WITHHELD_TEXT
from collab_sync.planner.desks.labels import EpisodeRef, ref_of
from collab_sync.planner.desks.mentions import Audience, MentionLedger
from collab_sync.planner.occasion import Decided, Occasion
from collab_sync.planner.recipients import Addressee
from collab_sync.ports.store import DigestEntry, ManagedTrace
from collab_sync.rules.compile import CommentAction

WEEKLY_TYPE = "周更新"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a comment goes: an item, or the desk that is still to be made. ``name``: as the log calls it."""

    name: str
    project: str
    connection: str
    item: ItemFacts | None = None

    @property
    def target(self) -> Target:
        return Target(ref=self.item.item.source) if self.item else Target(creation_key=self.name)

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Creation keys that must have receipts before anything can be said here."""
        return () if self.item else (self.name,)


@dataclass(slots=True)
class _Open:
    """A sticky comment that this tick changes."""

    place: Place
    sticky: Sticky
    lines: list[LogLine] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    subjects: list[SubjectRef] = field(default_factory=list)
    sent: bool = True

    def row(self, key: str, write: CommentWrite, lines: tuple[LogLine, ...]) -> PlannedWrite:
        """A row of the plan for this comment."""
        return PlannedWrite(
            key=key,
            project=self.place.project,
            write=write,
            lines=lines,
            reason="; ".join(dict.fromkeys(self.reasons)),
            subjects=tuple(self.subjects),
            waits_for=self.place.waits_for,
        )


class CommentDesk:
    """Comments of one tick: sticky ones by item and key, others as they come."""

    def __init__(self, context: PlanningContext, ledger: MentionLedger) -> None:
        self._context = context
        self._ledger = ledger
        self._stickies: dict[tuple[str, str, bool], _Open] = {}
        self._posts: list[Decided] = []
        self._traces: dict[ItemId, tuple[ManagedTrace, ...]] = {}
        self.digest: list[DigestEntry] = []
        self.desk_wanted = False
        self._suggestions: dict[EpisodeRef, list[tuple[str, LogLine]]] = {}

    def suggest(self, occasion: Occasion, text: str, line: LogLine) -> None:
        """Something to be added to what this rule says next about its subject."""
        self._suggestions.setdefault(ref_of(occasion.episode), []).append((text, line))

    def say(self, occasion: Occasion, action: CommentAction, index: str) -> None:
        """A rule says something on an item or on the desk."""
        place = self._place(occasion, action.target)
        if action.mode == "sticky":
            self._say_sticky(occasion, action, place)
        else:
            self._post(occasion, action, place, index)

    def strike(self, occasion: Occasion, action: CommentAction) -> None:
        """A rule stopped: what it said in a sticky comment is struck, silently."""
        opened = self._standing(occasion, action)
        if opened is not None and opened.sticky.strike(occasion.rule.id, occasion.day.isoformat()):
            opened.reasons.append(occasion.reason())

    def revive(self, occasion: Occasion, action: CommentAction) -> None:
        """A rule holds again by the facts that had started it: what was struck stands again, silently."""
        opened = self._standing(occasion, action)
        if opened is not None and opened.sticky.revive(occasion.rule.id):
            opened.reasons.append(occasion.reason())

    def post(  # noqa: PLR0913 - one comment: where, what, by which key, why, its line in the log, and whether it goes
        self,
        place: Place,
        document: Document,
        key: str,
        occasion: Occasion,
        log: tuple[LogLine, ...],
        *,
        sent: bool | None = None,
    ) -> None:
        """Posts a ready document once, by key. ``sent``: whether it goes out (None: as for the occasion)."""
        if place.item and any(trace.key == POST + key for trace in self._known(place.item.item.id)):
            return
        mark = marker.dumps(Marker(key=POST + key, rule=occasion.rule.id, hash=content_hash(document)))
        write = CommentWrite(target=place.target, document=document, marker=mark)
        row = PlannedWrite(
            key=key,
            project=place.project,
            write=write,
            lines=log,
            reason=occasion.reason(),
            subjects=(occasion.finding.subject,),
            waits_for=place.waits_for,
        )
        self._posts.append(Decided(row, sent=occasion.sent if sent is None else sent))

    def desk(self, *, sent: bool = True) -> Place:
        """The office's standing issue; for something that is sent, it is made if there is none."""
        item = self._context.view.created(DESK_KEY)
        project = item.item.source.project if item else self._context.view.organisation.home
        if item is None and sent:
            self.desk_wanted = True
        return Place(DESK_KEY, project, self._context.connection_of(project), item)

    def writes(self) -> tuple[Decided, ...]:
        """One write per sticky comment that changed, then the posts in order."""
        found: list[Decided] = []
        for opened in self._stickies.values():
            found += self._sticky_writes(opened)
        return (*found, *self._posts)

    def traces(self) -> tuple[ManagedTrace, ...]:
        """What the sticky comments on existing items will be once written."""
        return tuple(
            self._trace(opened, content_hash(opened.sticky.document()))
            for opened in self._stickies.values()
            if opened.sent and opened.place.item and (opened.lines or opened.reasons)
        )

    # --- saying ------------------------------------------------------------------------------------------------
    def _say_sticky(self, occasion: Occasion, action: CommentAction, place: Place) -> None:
        assert action.key is not None, "the schema gives every sticky comment a key"
        key = action.key.render(occasion.names)
        opened = self._sticky(place, key, sent=occasion.sent)
        said = opened.sticky.passages.get(occasion.rule.id)
        text, suggested = self._text(occasion, action, place)
        people = self._addressees(occasion, action)
        if said is not None and not said.resolved:
            told = said.text == text and {person.key for person in people} <= said.people.keys()
            if occasion.finding.quiet or told:
                return  # it stands there already, for the same people: said before the store was lost
        audience = self._tell(occasion, action, place, text, people)
        opened.sticky.speak(
            occasion.rule.id,
            Passage(
                text=text,
                order=occasion.rule.order,
                rule_name=occasion.rule.title,
                people=accounts(audience, place.connection),
            ),
        )
        opened.lines += [*suggested, self._line(occasion, place, f"comment:sticky:{key}", text, audience)]
        opened.reasons.append(occasion.reason())
        opened.subjects.append(occasion.finding.subject)

    def _post(self, occasion: Occasion, action: CommentAction, place: Place, index: str) -> None:
        key = occasion.key(index)
        if place.item and any(trace.key == POST + key for trace in self._known(place.item.item.id)):
            return
        text, suggested = self._text(occasion, action, place)
        audience = self._tell(occasion, action, place, text, self._addressees(occasion, action))
        people = accounts(audience, place.connection)
        asked = occasion.item.item.source.key if occasion.item else ""
        quiet = quiet_line((occasion.rule.title,), asked, self._locale(place))
        document = Document((Paragraph((*addressed_to(people, place.connection), Text(text))), quiet))
        line = self._line(occasion, place, "comment:post", text, audience)
        self.post(place, document, key, occasion, (*suggested, line))

    def _text(self, occasion: Occasion, action: CommentAction, place: Place) -> tuple[str, list[LogLine]]:
        """What is said, suggestions included, and the lines of those suggestions. Of a confidential item nothing but
        its key is said anywhere else."""
        said = occasion.said
        text = said if said is not None else action.text.render(occasion.names, self._locale(place))
        about = occasion.item
        if about is not None and about.item.confidential and (place.item is None or place.item.item != about.item):
            text = f"{about.item.source.key}:{WITHHELD_TEXT}"
        suggested = self._suggestions.pop(ref_of(occasion.episode), [])
        return "".join([text, *(words for words, _ in suggested)]), [line for _, line in suggested]

    def _locale(self, place: Place) -> Locale:
        return self._context.locale_of(place.project)

    def _addressees(self, occasion: Occasion, action: CommentAction) -> tuple[Person, ...]:
        if not action.to:
            return ()
        today = self._context.view.office.calendar.local_date(self._context.now)
        if occasion.people is not None:
            return occasion.people
        return Addressee(self._context.view.organisation, occasion.facts, today).resolve(action.to)

    def _tell(
        self, occasion: Occasion, action: CommentAction, place: Place, text: str, people: tuple[Person, ...]
    ) -> Audience:
        """Decides who learns of it at once, who in the digest, who is only named; fills the digest."""
        if occasion.finding.quiet or not occasion.sent:
            return Audience(named=people)
        told: dict[str, list[Person]] = {"now": [], "digest": [], "already": []}
        for person in people:
            later = action.notify == "digest" or person.account(place.connection) is None
            how = self._ledger.tell(person, place.name, later=later, urgent=occasion.rule.urgent, stage=occasion.stage)
            told[how].append(person)
        self.digest += [self._digest_entry(occasion, place, person, text) for person in told["digest"]]
        return Audience(now=tuple(told["now"]), digest=tuple(told["digest"]), named=tuple(told["already"]))

    def _digest_entry(self, occasion: Occasion, place: Place, person: Person, text: str) -> DigestEntry:
        secret = place.item is not None and place.item.item.confidential
        return DigestEntry(
            person=person.key,
            at=self._context.now,
            item=place.name,
            url=place.item.item.source.url if place.item else "",
            rule=occasion.rule.id,
            text=WITHHELD_TEXT if secret else text,
        )

    # --- where -------------------------------------------------------------------------------------------------
    def _place(self, occasion: Occasion, target: str, *, asking: bool = False) -> Place:
        item = occasion.item
        if target == "self" and item is not None:
            return self._at(item)
        if target == "program.weekly":
            weekly = self._weekly(occasion)
            if weekly is not None:
                return self._at(weekly)
        if asking and self._context.view.created(DESK_KEY) is None:
            return Place(DESK_KEY, "", "")
        return self.desk(sent=occasion.sent)

    def _at(self, item: ItemFacts) -> Place:
        source = item.item.source
        return Place(name_of(item.item), source.project, source.connection, item)

    def _weekly(self, occasion: Occasion) -> ItemFacts | None:
        """The newest open weekly collection of the subject's programme."""
        view = self._context.view
        code = occasion.item.program_code if occasion.item else occasion.finding.subject.key
        ids = view.mirror.ids_where(type_name=WEEKLY_TYPE, program=code or "", open_only=True) if code else ()
        found = [facts for id_ in ids if (facts := view.item(id_))]
        return max(found, key=lambda facts: (facts.item.created_at, facts.item.id), default=None)

    # --- stickies ----------------------------------------------------------------------------------------------
    def _known(self, item: ItemId) -> tuple[ManagedTrace, ...]:
        if item not in self._traces:
            self._traces[item] = self._context.memory.managed([item]).get(item, ())
        return self._traces[item]

    def _standing(self, occasion: Occasion, action: CommentAction) -> _Open | None:
        """The sticky comment in which the rule may have said something before; None where it cannot have."""
        if action.mode != "sticky" or action.key is None:
            return None
        place = self._place(occasion, action.target, asking=True)
        if place.item is None:
            return None
        return self._sticky(place, action.key.render(occasion.names), sent=occasion.sent)

    def _sticky(self, place: Place, key: str, *, sent: bool) -> _Open:
        """What is sent and what is only reported never share a text."""
        at = (place.name, key, sent)
        if at not in self._stickies:
            known = self._known(place.item.item.id) if place.item else ()
            trace = next((trace for trace in known if trace.key == STICKY + key), None)
            asked = place.item.item.source.key if place.item and place.name != DESK_KEY else ""
            sticky = Sticky(key=key, connection=place.connection, subject=asked, locale=self._locale(place))
            if trace is not None:
                sticky = Sticky(
                    subject=asked,
                    key=key,
                    connection=place.connection,
                    locale=self._locale(place),
                    comment_id=trace.remote_id,
                    hash=trace.hash,
                    passages=passages(trace.state),
                )
            self._stickies[at] = _Open(place, sticky, sent=sent)
        return self._stickies[at]

    def _sticky_writes(self, opened: _Open) -> list[Decided]:
        sticky, place = opened.sticky, opened.place
        document = sticky.document()
        digest = content_hash(document)
        if not (opened.lines or opened.reasons) or (digest == sticky.hash and not sticky.retell):
            return []
        at = self._context.now.strftime("%Y%m%dT%H%M%SZ")
        # From which content to which: within one tick a text may go and come back.
        key = f"comment|{place.name}|{sticky.key}|{at}|{sticky.hash}>{digest}"
        found = []
        if sticky.retell:
            moved = marker.dumps(Marker(key=f"moved:{sticky.key}"))
            names = "、".join(dict.fromkeys(passage.rule_name for passage in sticky.passages.values()))
            replaced = pointer(names, sticky.locale)
            old = CommentWrite(target=place.target, document=replaced, marker=moved, comment_id=sticky.comment_id)
            found.append(Decided(opened.row(f"{key}{POINTER}", old, ()), opened.sent))
        write = CommentWrite(
            target=place.target,
            document=document,
            marker=sticky.marker(digest),
            comment_id="" if sticky.retell else sticky.comment_id,
        )
        name = f"{key}{ANEW}" if sticky.retell else key
        found.append(Decided(opened.row(name, write, tuple(opened.lines)), opened.sent))
        return found

    def _trace(self, opened: _Open, digest: str) -> ManagedTrace:
        assert opened.place.item is not None, "only comments on existing items are traced before they are written"
        sticky = opened.sticky
        return ManagedTrace(
            item=opened.place.item.item.id,
            kind="comment",
            key=STICKY + sticky.key,
            remote_id="" if sticky.retell else sticky.comment_id,
            hash=digest,
            state=stored(sticky.passages),
        )

    # --- rows --------------------------------------------------------------------------------------------------
    def _line(self, occasion: Occasion, place: Place, action: str, text: str, audience: Audience) -> LogLine:
        return msgspec.structs.replace(
            occasion.line(self._context.now, place.name, place.project, action, text),
            mention=tuple(person.key for person in audience.now),
            digest=tuple(person.key for person in audience.digest),
        )


def accounts(audience: Audience, connection: str) -> dict[str, str]:
    """Everybody a text names, by name: the account id of those it mentions, empty for those it only names."""
    mentioned = {person.key: person.account(connection) or "" for person in audience.now}
    return {name: mentioned.get(name, "") for name in audience.everybody}
