"""What ``status`` has looked at, before it is shown to people or programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from collab_sync.daemon.promise import Breach
from collab_sync.pipeline.decide import start_of_day, view_of
from collab_sync.pipeline.runtime import Ruling
from collab_sync.pipeline.status import Status, Waiting
from collab_sync.ports.store import Transaction
from collab_sync.rules.evaluate import Past, Terms, evaluate_subject
from collab_sync.rules.filed import FiledRules

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""Where times are told while the rules, which know the office's zone, cannot be read."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """Immediate mentions today: how often each person was mentioned, and how often anybody may be."""

    counts: Mapping[str, int]
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """``running``: the number of the process that writes, None if none does. ``breaches``: why the promise does not
    hold. ``connections``: those of the settings. ``on_disk``: version of the rules on disk; ``broken``: what is wrong
    with them. ``behind``: titles of the rules that want to look at what is due first."""

    found: Status
    running: str | None
    breaches: tuple[Breach, ...]
    connections: tuple[str, ...]
    on_disk: str
    broken: str
    mentions: Mentions | None
    behind: tuple[str, ...]
    zone: ZoneInfo

    @property
    def attention(self) -> bool:
        """Whether a person should look."""
        return bool(self.breaches or self.broken) or self.found.attention


def mentions_today(tx: Transaction, ruling: Ruling, now: datetime) -> Mentions:
    """Since midnight where the organisation is."""
    limit = ruling.rules.organisation.budget.mentions_per_person_per_day
    return Mentions(tx.mentions_since(start_of_day(ruling, now)), limit)


def rules_behind(tx: Transaction, ruling: Ruling, waiting: Waiting) -> tuple[str, ...]:
    """Titles of the rules because of which a subject is looked at just then: judged a moment before, they want to look
    again at that very instant. None where another reason brought it (a reading that was not whole)."""
    if waiting.ref is None:
        return ()
    before = waiting.at - timedelta(microseconds=1)
    facts = view_of(tx, ruling, before).facts(waiting.ref)
    if facts is None:
        return ()
    ref = waiting.ref
    past = Past(tx.episodes([ref]).get(ref, ()), lambda rule, key: tx.ended_episode(rule, ref, key))
    terms = Terms(now=before, calendar=ruling.office.calendar, rules_version=ruling.rules.version)
    if evaluate_subject(FiledRules(()), facts, past, terms).due == waiting.at:
        return ()
    mine = (rule for rule in ruling.rules.rules if rule.subject == facts.subject.kind)
    alone = ((rule, FiledRules((rule,))) for rule in mine)
    return tuple(rule.title for rule, filed in alone if evaluate_subject(filed, facts, past, terms).due == waiting.at)
