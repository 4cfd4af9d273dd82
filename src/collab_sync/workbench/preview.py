"""Any page as its readers would see it, whether or not a rule has asked for it yet.

What the rule that writes such a page would say (sections, slot, period) is said here too, and the request is completed
and composed by the planner's own functions: a preview shows what would be written.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from collab_sync.analysis.subject_facts import ProgramFacts
from collab_sync.analysis.view import MirrorView
from collab_sync.calendar.slots import Schedule, Slot
from collab_sync.errors import ConfigurationError
from collab_sync.model.page import Locale, Page
from collab_sync.pipeline.decide import context_of, view_of
from collab_sync.pipeline.runtime import Ruling
from collab_sync.planner.editions import completed, composed
from collab_sync.planner.members import LONGEST_CYCLE, since_last_slot
from collab_sync.ports.store import Transaction
from collab_sync.rules.compile import CompiledRule, CompiledSchedule, PageAction
from collab_sync.summaries.kinds import KINDS, PageKind, kind_of
from collab_sync.summaries.scope import PageRequest

DOCUMENT = "文档"
YEARS = range(2000, 2101)
"""A date outside is a slip of the keyboard."""
LIST = "collab-sync page list 列出全部可看的页面"


@dataclass(frozen=True, slots=True)
class Shown:
    """A kind of page that can be looked at: ``keys`` to ask for it with, ``rule``: the title of the rule that writes
    it, empty where none does."""

    kind: PageKind
    keys: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class _Writer:
    """Which rule writes pages of a kind, and how."""

    rule: CompiledRule
    action: PageAction

    @property
    def schedule(self) -> Schedule | None:
        return self.rule.trigger.schedule if isinstance(self.rule.trigger, CompiledSchedule) else None

    @property
    def dated(self) -> bool:
        """Whether each edition is a page of its own."""
        return "slot" in self.action.key.reads


def pages(tx: Transaction, ruling: Ruling, now: datetime) -> tuple[Shown, ...]:
    """What can be looked at, in the order of the kinds; confidential programmes and documents are not named."""
    view = view_of(tx, ruling, now)
    writers = _writers(ruling)
    found = []
    for kind in KINDS:
        names = [f":{name}" for name in _names(kind, view)] if kind.about != "org" else [""]
        writer = writers.get(kind.name)
        found.append(Shown(kind, tuple(f"{kind.name}{name}" for name in names), writer.rule.title if writer else ""))
    return tuple(found)


def preview(tx: Transaction, ruling: Ruling, now: datetime, wanted: str, locale: Locale | None = None) -> Page:
    """The page ``‹kind›[:‹name›][:‹slot›]`` at ``now``. A programme is named by name or code, or left out where there
    is only one; a document by title or key; the slot is the newest that came due. ``locale``: None for that of its
    readers. Raises ConfigurationError for what is not known."""
    view = view_of(tx, ruling, now)
    asked = PageRequest(_with_colons(wanted))
    kind = kind_of(asked.key)
    if kind is None:
        raise _unknown_kind(asked.parts[0])
    writer = _writers(ruling).get(kind.name)
    day = _day(asked.parts[2])
    slot = _slot(writer, view, day)
    name, program, item = _about(kind, asked.name, view)
    dated = bool(day) or (writer is not None and writer.dated)
    request = PageRequest(
        key=":".join(part for part in (kind.name, name, slot if dated else "") if part),
        program=program,
        item=item,
        slot=slot,
        blocks=writer.action.blocks if writer else (),
        window=_window(writer, view, slot),
    )
    context = context_of(tx, ruling, view)
    return composed(completed(request, context, rule=writer.rule.id if writer else "", locale=locale), context)


def _writers(ruling: Ruling) -> Mapping[str, _Writer]:
    """The first rule that writes each kind of page."""
    found: dict[str, _Writer] = {}
    for rule in ruling.rules.rules:
        for action in (action for step in rule.steps for action in step.actions if isinstance(action, PageAction)):
            found.setdefault(action.key.source.partition(":")[0], _Writer(rule, action))
    return found


# --- when ------------------------------------------------------------------------------------------------------
def _slot(writer: _Writer | None, view: MirrorView, day: date | None) -> str:
    """The day that was asked for; else the newest that came due, today for what comes by no schedule."""
    if day is not None:
        return day.isoformat()
    if writer is None:
        return ""
    calendar = view.office.calendar
    if writer.schedule:
        due = writer.schedule.slots(calendar, view.now - LONGEST_CYCLE, view.now)
        return (due[-1].nominal if due else calendar.local_date(view.now)).isoformat()
    return calendar.local_date(view.now).isoformat() if writer.dated else ""


def _window(writer: _Writer | None, view: MirrorView, slot: str) -> tuple[datetime, datetime] | None:
    """What counts as the period of the slot, as the rule would have it."""
    if writer is None or writer.schedule is None or not slot:
        return None
    calendar = view.office.calendar
    end = _end(view, date.fromisoformat(slot))
    near = writer.schedule.slots(calendar, end - LONGEST_CYCLE, end + LONGEST_CYCLE)
    own = next((one for one in near if one.nominal.isoformat() == slot), Slot(date.fromisoformat(slot), end))
    return since_last_slot(writer.schedule, calendar, own.at)


def _end(view: MirrorView, day: date) -> datetime:
    """The end of a day that no schedule names, or now if that comes first."""
    midnight = view.office.calendar.instant(day, time()) + timedelta(days=1)
    return min(midnight, view.now) if day <= view.office.calendar.local_date(view.now) else midnight


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = date.min
    if day is not None and day.year not in YEARS:
        raise ConfigurationError(f"没有“{text}”这一天", hint="日期写成 2025-10-10")
    return day


# --- about what ------------------------------------------------------------------------------------------------
def _about(kind: PageKind, name: str, view: MirrorView) -> tuple[str, str, str]:
    """The name in the key, the code of the programme and the key of the item it is about."""
    match kind.about:
        case "program":
            program = _program(kind, name, view)
            return program.name, program.code, ""
        case "item":
            return _document(kind, name, view)
        case "org":
            if name:
                raise ConfigurationError(f"“{kind.name}”不分项目,不写“{name}”", hint=f"写 {kind.name},或加日期")
            return "", "", ""


def _program(kind: PageKind, name: str, view: MirrorView) -> ProgramFacts:
    known = view.programs.values()
    if not name:
        if len(known) == 1:
            return next(iter(known))
        raise _which(kind, "项目", _names(kind, view))
    found = next((one for one in known if name in (one.code, one.name)), None)
    if found is None:
        raise _unknown_name(kind, name, "项目", [*_names(kind, view), *_codes(view)])
    return found


def _document(kind: PageKind, name: str, view: MirrorView) -> tuple[str, str, str]:
    known = view.items_where(type_name=DOCUMENT)
    found = [one for one in known if not name or name in (one.item.title, one.item.source.key)]
    if len(found) == 1 or (found and name):
        return found[0].item.title, "", found[0].item.source.key
    raise (
        _unknown_name(kind, name, DOCUMENT, _names(kind, view)) if name else _which(kind, DOCUMENT, _names(kind, view))
    )


def _names(kind: PageKind, view: MirrorView) -> tuple[str, ...]:
    """What pages of a kind may be about, by name."""
    if kind.about == "program":
        return tuple(one.name for one in view.programs.values() if not one.facts.item.confidential)
    documents = view.items_where(type_name=DOCUMENT) if kind.about == "item" else ()
    return tuple(dict.fromkeys(one.item.title for one in documents if not one.item.confidential))


def _codes(view: MirrorView) -> tuple[str, ...]:
    return tuple(code for code, one in view.programs.items() if not one.facts.item.confidential)


# --- what was not understood -----------------------------------------------------------------------------------
def _with_colons(wanted: str) -> str:
    """A key typed with full-width colons means the same, where no kind is called so."""
    return wanted if kind_of(wanted) else wanted.replace("\N{FULLWIDTH COLON}", ":")


def _unknown_kind(name: str) -> ConfigurationError:
    names = [kind.name for kind in KINDS]
    return ConfigurationError(f"没有“{name}”这种页面{_near(name, names)}", hint=f"可用的有:{'、'.join(names)}")


def _unknown_name(kind: PageKind, name: str, what: str, known: Iterable[str]) -> ConfigurationError:
    names = tuple(known)
    message = f"“{kind.name}”写的{what}“{name}”没有找到{_near(name, names)}"
    hint = f"可用的有:{'、'.join(names)};{LIST}" if names else _none_yet(what)
    return ConfigurationError(message, hint=hint)


def _which(kind: PageKind, what: str, known: tuple[str, ...]) -> ConfigurationError:
    hint = f"例如 {kind.name}:{known[0]};可用的有:{'、'.join(known)}" if known else _none_yet(what)
    return ConfigurationError(f"“{kind.name}”要写明是哪个{what}", hint=hint)


def _none_yet(what: str) -> str:
    return f"读到的事项里还没有类型是“{what}”的;核对 mapping.yaml 里的 projects 和 types"


def _near(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.4)
    return f";是否想写“{close[0]}”?" if close else ""
