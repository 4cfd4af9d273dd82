"""Labels are level-triggered: present while any rule holds them, exclusive within ``前缀::``.

The desk collects what the findings of one tick do to the labels of each item and gives one write per item. Only labels
of declared prefixes and flags are touched; one that somebody removed by hand comes back once per episode, then is
reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from collab_sync.model.episode import Episode, Hold
from collab_sync.model.identity import ItemId, SubjectRef
from collab_sync.model.mapping import Writeback
from collab_sync.model.work_item import WorkItem

EpisodeRef: TypeAlias = tuple[str, SubjectRef, str]


def ref_of(episode: Episode) -> EpisodeRef:
    """What identifies an episode."""
    return (episode.rule, episode.subject, episode.key)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a label comes or goes: for the log and the plan."""

    rule: str
    order: int
    step: str


@dataclass(frozen=True, slots=True)
class LabelChange:
    """What one tick does to the labels of an item, each with its cause. ``only_reported``: would be added if the
    product were switched on there; ``given_up``: removed by hand twice; ``refused``: not declared as ours."""

    item: WorkItem
    add: Mapping[str, Cause]
    remove: Mapping[str, Cause]
    only_reported: Mapping[str, Cause]
    given_up: Mapping[str, Cause]
    refused: Mapping[str, Cause] = field(default_factory=dict)


@dataclass(slots=True)
class _Sheet:
    """The labels of one item while the plan is made."""

    item: WorkItem
    present: set[str]
    holds: dict[EpisodeRef, dict[str, Hold]] = field(default_factory=dict)
    causes: dict[str, Cause] = field(default_factory=dict)
    touched: set[EpisodeRef] = field(default_factory=set)
    siblings: set[str] = field(default_factory=set)
    only_reported: dict[str, Cause] = field(default_factory=dict)
    given_up: dict[str, Cause] = field(default_factory=dict)
    refused: dict[str, Cause] = field(default_factory=dict)

    def held(self) -> set[str]:
        return {label for holds in self.holds.values() for label, hold in holds.items() if hold.written}


class LabelDesk:
    """Collects holds and releases of one tick."""

    def __init__(self, writeback: Writeback) -> None:
        self._writeback = writeback
        self._sheets: dict[ItemId, _Sheet] = {}
        self._before: dict[EpisodeRef, Episode] = {}

    def open(self, item: WorkItem, holds: Iterable[tuple[Episode, Hold]], present: Iterable[str] | None = None) -> None:
        """Starts the sheet of an item with what episodes hold on it. ``present``: its labels once everything that is
        on its way has arrived (None: as the mirror shows them)."""
        if item.id in self._sheets:
            return
        sheet = _Sheet(item=item, present=set(item.labels if present is None else present))
        for episode, hold in holds:
            sheet.holds.setdefault(ref_of(episode), {})[hold.label] = hold
            self._before[ref_of(episode)] = episode
        self._sheets[item.id] = sheet

    def is_open(self, item: ItemId) -> bool:
        return item in self._sheets

    def before(self, ref: EpisodeRef) -> Episode | None:
        """An episode as it was when its sheet was opened."""
        return self._before.get(ref)

    def hold(self, item: ItemId, ref: EpisodeRef, hold: Hold, cause: Cause) -> None:
        """An episode holds a label; ``前缀::值`` takes the place of its siblings, whoever put them there."""
        sheet = self._sheets[item]
        if not self._writeback.ours(hold.label):
            sheet.refused[hold.label] = cause
            return
        known = sheet.holds.get(ref, {}).get(hold.label)
        if known is not None and known.undone:
            return  # its run was taken back: for this episode it counts as said
        if known is not None and known.reasserted and hold.label not in sheet.present:
            return  # removed by hand again: nobody is fought over it, whatever stands in its place
        if known is not None and known.written and not hold.written:
            return  # the product was switched back to reporting: what stands there stays, and is no news
        self._make_room(sheet, hold, cause)
        sheet.holds.setdefault(ref, {})
        if known is None or known.written != hold.written:
            sheet.holds[ref][hold.label] = hold
            (sheet.causes if hold.written else sheet.only_reported).setdefault(hold.label, cause)
            sheet.touched.add(ref)

    def release(self, item: ItemId, ref: EpisodeRef, label: str | None, cause: Cause, *, sent: bool = True) -> None:
        """An episode lets go of a label (None: of all that are not latched). ``sent`` is False where the product is not
        switched on: then the label itself stays as it is, and so does one that was never written."""
        sheet = self._sheets[item]
        for name, hold in list(sheet.holds.get(ref, {}).items()):
            if (label is None and not hold.latch) or name == label:
                del sheet.holds[ref][name]
                if sent and hold.written:
                    sheet.causes[name] = cause
                sheet.touched.add(ref)

    def reassert(self, item: ItemId, causes: Mapping[EpisodeRef, Cause]) -> None:
        """Puts back, once per episode, what somebody removed by hand; writes what a roll-out stage held back."""
        sheet = self._sheets[item]
        for ref, holds in sheet.holds.items():
            for label in sorted(holds):
                hold = holds.get(label)
                if hold is None or hold.undone or label in sheet.present or ref in sheet.touched or ref not in causes:
                    continue
                if hold.written and hold.reasserted:
                    sheet.given_up[label] = causes[ref]
                    continue
                if not hold.written:
                    self._make_room(sheet, msgspec.structs.replace(hold, written=True), causes[ref])
                holds[label] = msgspec.structs.replace(hold, reasserted=hold.written, written=True)
                sheet.causes.setdefault(label, causes[ref])
                sheet.touched.add(ref)

    def changes(self) -> tuple[LabelChange, ...]:
        """What is to be written, per item in the order in which sheets were opened; nothing where nothing changes."""
        found = []
        for sheet in self._sheets.values():
            held = sheet.held()
            add = {label: sheet.causes[label] for label in sorted(held - sheet.present) if label in sheet.causes}
            leaving = (sheet.present & (sheet.causes.keys() | sheet.siblings)) - held
            remove = {label: sheet.causes[label] for label in sorted(leaving)}
            if add or remove or sheet.only_reported or sheet.given_up or sheet.refused:
                found.append(LabelChange(sheet.item, add, remove, sheet.only_reported, sheet.given_up, sheet.refused))
        return tuple(found)

    def holds(self) -> Mapping[EpisodeRef, tuple[Hold, ...]]:
        """The holds of every episode that changed, on all its items, by item and label."""
        touched = {ref for sheet in self._sheets.values() for ref in sheet.touched}
        return {ref: tuple(sorted(self._holds_of(ref), key=lambda hold: (hold.item, hold.label))) for ref in touched}

    def _holds_of(self, ref: EpisodeRef) -> Iterable[Hold]:
        for sheet in self._sheets.values():
            yield from sheet.holds.get(ref, {}).values()
        elsewhere = self._before[ref].holds if ref in self._before else ()
        yield from (hold for hold in elsewhere if hold.item not in self._sheets)

    def _make_room(self, sheet: _Sheet, hold: Hold, cause: Cause) -> None:
        group = self._writeback.group(hold.label)
        if group is not None and hold.written:
            self._clear_group(sheet, group, hold.label, cause)

    def _clear_group(self, sheet: _Sheet, group: str, keep: str, cause: Cause) -> None:
        for ref, holds in sheet.holds.items():
            for label in [label for label in holds if label.startswith(group) and label != keep]:
                del holds[label]
                sheet.touched.add(ref)
        for label in [label for label in sheet.present if label.startswith(group) and label != keep]:
            sheet.siblings.add(label)
            sheet.causes[label] = cause
