"""Which rules are in force, as the journal has it: by version, by everything beside the rules, and rule by rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from collab_sync.ports.store import Transaction
from collab_sync.rules.compile import CompiledRule
from collab_sync.rules.load import RuleSet

ABOUT_RULES = "rules:"
"""Everything about the rules as a whole begins so: a decision reads it in one go."""
RULES_IN_FORCE = "rules:version"
GROUND_IN_FORCE = "rules:ground"
RULE_SINCE = "in-force:"
"""Under ``in-force:‹rule›`` the journal keeps since when a rule is in force, and what it says by its fingerprint; empty
once the rule is gone."""

Kept: TypeAlias = Mapping[str, tuple[datetime, str]]

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
JUST_READ = timedelta(minutes=10)
"""What happened so shortly before a rule came into force is spoken of: the rule was meant for it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What is other than what is in force. ``everything``: something that all judgements rest on (organisation,
    calendar, mapping, derivations); ``first``: nothing was in force before. ``changed``: rules that are new or say
    something else; ``gone``: ids of those that are no longer there."""

    rules: RuleSet
    everything: bool = False
    first: bool = False
    changed: tuple[CompiledRule, ...] = ()
    gone: tuple[str, ...] = ()


def edit_of(tx: Transaction, kept: Kept, rules: RuleSet) -> Edit | None:
    """How ``rules`` differ from those in force; None if they do not. ``kept``: what the journal has about rules."""
    version, ground = (kept[key][1] if key in kept else None for key in (RULES_IN_FORCE, GROUND_IN_FORCE))
    if version == rules.version and ground is not None:
        return None
    if version == rules.version:
        return Edit(rules)  # written by a version that did not yet keep what each rule says
    if version is None or ground != rules.ground:
        return Edit(rules, everything=True, first=version is None)
    said = {key.removeprefix(RULE_SINCE): text for key, (_, text) in tx.recorded(RULE_SINCE).items() if text}
    changed = tuple(rule for rule in rules.rules if said.get(rule.id) != rule.fingerprint)
    return Edit(rules, changed=changed, gone=tuple(sorted(said.keys() - {rule.id for rule in rules.rules})))


def adopt(tx: Transaction, edit: Edit, now: datetime) -> None:
    """From now on these rules are in force; the version itself is written down by every decision."""
    known = tx.recorded(RULE_SINCE)
    for rule in edit.rules.rules:
        key = f"{RULE_SINCE}{rule.id}"
        since, said = known.get(key, (new_rule_since(known, now), ""))
        if key not in known or said != rule.fingerprint:
            tx.record(key, since, rule.fingerprint)
    for key in known.keys() - {f"{RULE_SINCE}{rule.id}" for rule in edit.rules.rules}:
        tx.record(key, known[key][0])
    tx.record(GROUND_IN_FORCE, now, edit.rules.ground)


def new_rule_since(known: Mapping[str, object], now: datetime) -> datetime:
    """From when on a rule without a record counts as being in force: always, if it is of the first set of rules that
    this store has seen; else from now on, with a little patience for what has only just been read."""
    return now - JUST_READ if known else ALWAYS
