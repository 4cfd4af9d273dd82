"""Safety stops: how much one tick may say before a person must look.

Counted are comments and created issues that tell people something, never labels and silent edits: beyond a limit the
labels go and the rest waits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from collab_sync.errors import UnsafePlanError
from collab_sync.model.action import CommentWrite, CreateWrite, PlannedWrite
from collab_sync.model.organisation import Budget
from collab_sync.planner.desks.comments import ANEW, POINTER
from collab_sync.planner.plan import NOTHING_SAID, Said

REMEDY = (
    "标签已照常写入,其余写入已暂停。请用 collab-sync outbox list --state dead 核对,"
    "确认无误后用 collab-sync outbox retry 放行,或在 budget 中调整上限。"
)


@dataclass(frozen=True, slots=True)
class Sifted:
    """What may go, what waits for a person, and why. ``said``: with all that counted before."""

    writes: tuple[PlannedWrite, ...]
    withheld: tuple[PlannedWrite, ...]
    refusals: tuple[UnsafePlanError, ...]
    said: Said


def sift(
    writes: Sequence[PlannedWrite], budget: Budget, open_items: Callable[[str], int], before: Said = NOTHING_SAID
) -> Sifted:
    """Holds back what exceeds a limit. ``open_items`` gives the number of open items of a project; ``before``: what
    was said already in the same heap of work."""
    speaking = [write for write in writes if isinstance(write.write, CommentWrite | CreateWrite) and write.lines]
    projects, people = Counter(write.project for write in speaking), Counter(_people(speaking))
    said = Said(before.all + len(speaking), _sum(before.projects, projects), _sum(before.people, people))
    refusals: list[UnsafePlanError] = []
    held: set[str] = set()
    if speaking and said.all > budget.writes_per_tick:
        refusals.append(_refusal("本轮评论与新建事项", said.all, budget.writes_per_tick))
        held.update(write.key for write in speaking)
    for project in sorted(projects):
        limit = max(budget.share_floor, int(open_items(project) * budget.share_of_project))
        if said.projects[project] > limit:
            refusals.append(_refusal(f"项目 {project} 本轮评论与新建事项", said.projects[project], limit))
            held.update(write.key for write in speaking if write.project == project)
    for person in sorted(people):
        if said.people[person] > budget.writes_per_person:
            refusals.append(_refusal(f"本轮提醒 {person}", said.people[person], budget.writes_per_person))
            held.update(write.key for write in speaking if person in _people([write]))
    held |= {write.key for write in writes if _needs(write, held)}
    return Sifted(
        writes=tuple(write for write in writes if write.key not in held),
        withheld=tuple(write for write in writes if write.key in held),
        refusals=tuple(refusals),
        said=said,
    )


def _sum(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    return {name: before.get(name, 0) + now.get(name, 0) for name in sorted({*before, *now})}


def _people(writes: Iterable[PlannedWrite]) -> list[str]:
    return [person for write in writes for line in write.lines for person in line.mention]


def _needs(write: PlannedWrite, held: set[str]) -> bool:
    """Whether a write needs an issue that is not going to be made now, or points to a comment that is held back."""
    points_to = f"{write.key.removesuffix(POINTER)}{ANEW}" if write.key.endswith(POINTER) else ""
    return points_to in held or any(f"create|{key}" in held for key in write.waits_for)


def _refusal(what: str, count: int, limit: int) -> UnsafePlanError:
    return UnsafePlanError(what, count=count, limit=limit, remedy=REMEDY)
