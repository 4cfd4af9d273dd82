"""Collects the issues that rules ask for in one tick and gives what is to be made, linked or added to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.subject_facts import PROGRAM_TYPE, ConflictFacts
from collab_sync.carriers.vocabulary import SECTION_TITLE
from collab_sync.model import marker
from collab_sync.model.action import CommentWrite, CreateWrite, LinkWrite, LogLine, PlannedWrite, Target
from collab_sync.model.document import Document, Heading, Paragraph, Quiet, Text
from collab_sync.model.identity import Account
from collab_sync.model.marker import Marker
from collab_sync.model.organisation import Person
from collab_sync.model.page import Locale
from collab_sync.model.work_item import WorkItem
from collab_sync.planner.context import DESK_KEY, PlanningContext, name_of
from collab_sync.planner.desks.comment_desk import accounts
from collab_sync.planner.desks.comments import POST, addressed_to, content_hash, quiet_line
from collab_sync.planner.desks.creations import WITHHELD_TEXT, Draft, next_generation
from collab_sync.planner.desks.labels import EpisodeRef, ref_of
from collab_sync.planner.desks.mentions import Audience, MentionLedger
from collab_sync.planner.occasion import Decided, Occasion
from collab_sync.planner.recipients import Addressee
from collab_sync.ports.store import DigestEntry
from collab_sync.rules.compile import CreateAction, ProgramAction

MEETING = "会议"
NO_LINK = "none"
KEPT_LINES = ("战略", "目标", "里程碑", "范围外")
"""What a programme takes over from the application for it."""


class CreationDesk:
    """Issues of one tick by creation key."""

    def __init__(self, context: PlanningContext, ledger: MentionLedger) -> None:
        self._context = context
        self._ledger = ledger
        self._drafts: dict[str, Draft] = {}
        self._occasions: dict[str, Occasion] = {}
        self._founded: dict[EpisodeRef, str] = {}  # a programme and its kick-off belong together
        self.digest: list[DigestEntry] = []

    def make(self, occasion: Occasion, action: CreateAction) -> None:
        """A rule asks for an issue; a second cause of the same key joins the first."""
        if action.type == MEETING and occasion.item is not None and occasion.item.generation >= 1:
            return  # what a rule made may be reminded of, but calls no meetings
        key = self._free_key(action.key.render(occasion.names), action.merge)
        draft = self._drafts.get(key)
        if draft is None:
            draft = self._drafts[key] = self._draft(occasion, action, key)
            self._occasions[key] = occasion
        secret = occasion.item is not None and occasion.item.item.confidential
        draft.bodies.append(
            WITHHELD_TEXT if secret else action.body.render(occasion.names, self._context.locale_of(draft.project))
        )
        if action.link != NO_LINK:
            draft.causes += _causes(occasion)
        draft.subjects.append(occasion.finding.subject)
        self._address(draft, occasion, action)

    def make_program(self, occasion: Occasion, action: ProgramAction) -> None:
        """A rule makes a programme: an issue of type 项目 in the project of its application, once per code."""
        item = occasion.item
        if item is None or action.create is None or action.key is None:
            return
        secret = item.item.confidential  # everybody may read a programme: then it is known by its code alone
        code = action.key.render(occasion.names)
        name = code if secret else action.create.render(occasion.names)
        self._founded[ref_of(occasion.episode)] = code
        if code in self._drafts or self._context.view.program(code) is not None:
            return  # the programme is there, whoever made it
        department = item.department
        fields = item.item.fields
        kept = {key: fields[key] for key in KEPT_LINES if key in fields and not secret}
        draft = self._drafts[code] = Draft(
            key=code,
            project=item.item.source.project,
            connection=item.item.source.connection,
            type=PROGRAM_TYPE,
            title=name,
            rule=occasion.rule.id,
            rule_name=occasion.rule.title,
            order=occasion.rule.order,
            step=occasion.step,
            generation=next_generation(occasion.facts),
            labels=(f"类型::{PROGRAM_TYPE}",),
            lines={
                "代号": code,
                "名称": name,
                "牵头部门": department.name if department else "",
                "负责人": (department.lead or "") if department else "",
                "阶段": "筹备",
                **kept,
            },
        )
        title = "" if secret else f"《{item.item.title}》"
        draft.bodies.append(f"立项 {item.item.source.key}{title}获批准后建立。")
        self._occasions[code] = occasion

    def writes(self, *, desk_wanted: bool) -> tuple[Decided, ...]:
        """Creations first, then their links; an issue that is there already only gets what it lacks."""
        found: list[Decided] = [self._desk()] if desk_wanted else []
        for key, draft in self._drafts.items():
            occasion = self._occasions[key]
            existing = self._context.view.created(key)
            if existing is None and not self._ordered(key):
                found.append(Decided(self._creation(draft), occasion.sent))
            elif draft.merge and self._new_causes(draft, existing) and not occasion.finding.quiet:
                found.append(Decided(self._addition(draft, existing, occasion), occasion.sent))
            found += [Decided(write, occasion.sent) for write in self._links(draft, existing)]
        return tuple(found)

    def _ordered(self, key: str) -> bool:
        """Whether an earlier tick has asked for the issue and it only has not been seen yet."""
        return key in self._context.ordered or key in self._context.memory.creation_receipts([key])

    # --- drafts ------------------------------------------------------------------------------------------------
    def _free_key(self, key: str, merge: bool) -> str:
        """The key itself; for a merge into an issue that was closed meanwhile ``‹key›-2`` and so on."""
        free, count = key, 1
        while merge and (existing := self._context.view.created(free)) and not existing.item.open:
            count += 1
            free = f"{key}-{count}"
        return free

    def _draft(self, occasion: Occasion, action: CreateAction, key: str) -> Draft:
        names = occasion.names
        project = self._context.home_of(occasion.facts)
        dept = action.dept.render(names)
        program = self._context.program_of(occasion.facts) or self._founded.get(ref_of(occasion.episode))
        labels = [f"类型::{action.type}"] if action.type != "任务" else []
        labels += [f"部门::{dept}"] if dept else []
        labels += [f"项目::{program}"] if program else []
        roles: dict[str, str] = {letter: template.render(names) for letter, template in action.roles.items()}
        kind = {"会议类别": action.kind} if action.kind else {}
        return Draft(
            key=key,
            project=project,
            connection=self._context.connection_of(project),
            type=action.type,
            title=self._title(occasion, action, self._context.locale_of(project)),
            locale=self._context.locale_of(project),
            rule=occasion.rule.id,
            rule_name=occasion.rule.title,
            order=occasion.rule.order,
            step=occasion.step,
            generation=next_generation(occasion.facts),
            merge=action.merge,
            link=action.link,
            labels=tuple(labels),
            due=self._due(occasion, action),
            roles=roles,
            lines={**kind, "负责人": roles.get("R", ""), "审批人": roles.get("A", "")},
        )

    def _title(self, occasion: Occasion, action: CreateAction, locale: Locale) -> str:
        """As the rule words it; of a confidential item nothing but the rule and the key may be read elsewhere."""
        if occasion.item is not None and occasion.item.item.confidential:
            return f"{occasion.rule.name} {occasion.item.item.source.key}"
        return action.title.render(occasion.names, locale)

    def _due(self, occasion: Occasion, action: CreateAction) -> date | None:
        if action.due is not None:
            text = action.due.render(occasion.names)
            return date.fromisoformat(text) if text[:4].isdigit() else None
        if action.due_in is None:
            return None
        return self._context.view.office.calendar.working_day_after(occasion.day, action.due_in.amount)

    def _address(self, draft: Draft, occasion: Occasion, action: CreateAction) -> None:
        """Whom the issue speaks to: everybody a cause names, each told once."""
        if not action.to:
            return
        organisation = self._context.view.organisation
        today = self._context.view.office.calendar.local_date(self._context.now)
        known = {person.key for person in (*draft.audience.now, *draft.audience.digest, *draft.audience.named)}
        addressee = Addressee(organisation, occasion.facts, today, draft.roles)
        people = [person for person in addressee.resolve(action.to) if person.key not in known]
        if occasion.finding.quiet or not occasion.sent:
            draft.audience = Audience(draft.audience.now, draft.audience.digest, (*draft.audience.named, *people))
            return
        now, later, named = list(draft.audience.now), list(draft.audience.digest), list(draft.audience.named)
        for person in people:
            absent = person.account(draft.connection) is None
            how = self._ledger.tell(person, draft.key, later=absent, urgent=occasion.rule.urgent, stage=occasion.stage)
            {"now": now, "digest": later, "already": named}[how].append(person)
        self.digest += [self._entry(draft, person) for person in later if person not in draft.audience.digest]
        draft.audience = Audience(tuple(now), tuple(later), tuple(named))

    def _entry(self, draft: Draft, person: Person) -> DigestEntry:
        return DigestEntry(
            person=person.key, at=self._context.now, item=draft.key, url="", rule=draft.rule, text=draft.title
        )

    # --- rows --------------------------------------------------------------------------------------------------
    def _creation(self, draft: Draft) -> PlannedWrite:
        document = draft.document(addressed_to(accounts(draft.audience, draft.connection), draft.connection))
        write = CreateWrite(
            project=draft.project,
            type=draft.type,
            title=draft.title,
            document=document,
            marker=draft.marker(content_hash(document)),
            labels=draft.labels,
            assignee=self._assignee(draft),
            due=draft.due,
            since=self._context.now,
        )
        made = "program" if draft.type == PROGRAM_TYPE else f"create:{draft.type}"
        log = self._line(draft, draft.key, made, draft.title, draft.audience)
        reason = f"规则 {draft.rule_name} · {draft.step}"
        return PlannedWrite(key=f"create|{draft.key}", project=draft.project, write=write, lines=(log,),
                            reason=reason, subjects=tuple(draft.subjects))  # fmt: skip

    def _assignee(self, draft: Draft) -> Account | None:
        people = self._context.view.organisation.person_by_key
        for name in [draft.roles["R"]] if "R" in draft.roles else []:
            account = people[name].account(draft.connection) if name in people else None
            if account is not None:
                return Account(draft.connection, account, name)
        return None

    def _addition(self, draft: Draft, existing: ItemFacts | None, occasion: Occasion) -> PlannedWrite:
        """A further cause of an issue that is open, or (``existing`` None) on its way: said there, and linked."""
        causes = "、".join(cause.source.key for cause in self._new_causes(draft, existing))
        key = f"{occasion.key('merge')}|{draft.key}"
        people = accounts(draft.audience, draft.connection)
        joins = f"Joins this issue: {causes}. " if draft.locale == "en" else f"并入本事项:{causes}。"
        text = f"{joins}{draft.bodies[-1]}"
        document = Document(
            (
                Paragraph((*addressed_to(people, draft.connection), Text(text))),
                quiet_line((draft.rule_name,), draft.asked, draft.locale),
            )
        )
        mark = marker.dumps(Marker(key=POST + key, rule=draft.rule, hash=content_hash(document)))
        target = Target(ref=existing.item.source) if existing else Target(creation_key=draft.key)
        project = existing.item.source.project if existing else draft.project
        log = self._line(draft, draft.key, "comment:post", text, draft.audience)
        return PlannedWrite(
            key=key,
            project=project,
            write=CommentWrite(target=target, document=document, marker=mark),
            lines=(log,),
            reason=occasion.reason(),
            subjects=tuple(draft.subjects),
            waits_for=() if existing else (draft.key,),
        )

    def _new_causes(self, draft: Draft, existing: ItemFacts | None) -> tuple[WorkItem, ...]:
        """Causes to which the issue is not linked yet."""
        linked = {link.target for link in existing.item.links} if existing else set()
        return tuple(cause for cause in draft.causes if not {cause.source.key, cause.source.url} & linked)

    def _links(self, draft: Draft, existing: ItemFacts | None) -> Iterable[PlannedWrite]:
        """Links to the causes, where the tracker can hold them; the description names them in any case."""
        source = Target(ref=existing.item.source) if existing else Target(creation_key=draft.key)
        for cause in self._new_causes(draft, existing):
            across = cause.source.connection != draft.connection
            if across and not self._context.offered(draft.connection).links_out:
                continue
            write = LinkWrite(
                source=source,
                kind=draft.link,
                target=Target(ref=cause.source),
                url=cause.source.url if across else "",
                title=_shown_elsewhere(cause) if across else "",
            )
            log = self._line(draft, draft.key, "link", f"{draft.link} {name_of(cause)}", Audience())
            yield PlannedWrite(
                key=f"link|{draft.key}|{cause.source.key}",
                project=draft.project,
                write=write,
                lines=(log,),
                reason=f"规则 {draft.rule_name} · {draft.step}",
                subjects=tuple(draft.subjects),
                waits_for=() if existing else (draft.key,),
            )

    def _desk(self) -> Decided:
        """The office's standing issue, made once: digests and what concerns no single item go there."""
        project = self._context.view.organisation.home
        intro = "协同值班台:每日摘要,以及关于部门、资源与组织的提醒都发在这里。本事项长期开放,请勿关闭。"
        document = Document((
            Paragraph((Text(intro),)),
            Heading(2, (Text(SECTION_TITLE),)),
            Paragraph((Text("用途: 协同办公室值班台"),)),
            Quiet((Text("collab-sync"),)),
        ))  # fmt: skip
        mark = marker.dumps(Marker(key=DESK_KEY, generation=1, hash=content_hash(document)))
        write = CreateWrite(project=project, type="值班台", title="协同值班台", document=document, marker=mark,
                            labels=("类型::值班台",), since=self._context.now)  # fmt: skip
        return Decided(PlannedWrite(key=f"create|{DESK_KEY}", project=project, write=write, lines=(),
                                    reason="首次需要协同值班台"))  # fmt: skip

    def _line(self, draft: Draft, target: str, action: str, detail: str, audience: Audience) -> LogLine:
        return LogLine(
            at=self._context.now,
            rule=draft.rule,
            order=draft.order,
            step=draft.step,
            target=target,
            project=draft.project,
            action=action,
            detail=detail,
            mention=tuple(sorted(person.key for person in audience.now)),
            digest=tuple(sorted(person.key for person in audience.digest)),
        )


def _shown_elsewhere(cause: WorkItem) -> str:
    """How another tracker shows an item: whoever may read there need not be allowed to read here."""
    return cause.source.key if cause.confidential else f"{cause.source.key} {cause.title}"


def _causes(occasion: Occasion) -> list[WorkItem]:
    """The items an issue is about: the occasion's own, or those that are in conflict."""
    if occasion.item is not None:
        return [occasion.item.item]
    facts = occasion.facts
    return [member.item for member in facts.members] if isinstance(facts, ConflictFacts) else []
