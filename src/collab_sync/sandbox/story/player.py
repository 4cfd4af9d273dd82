"""Plays the story into a sandbox, event by event, from wherever it was left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collab_sync.sandbox.story.cast import Actor, seed
from collab_sync.sandbox.story.gitlab_acts import GitLabActs
from collab_sync.sandbox.story.jira_acts import JiraActs
from collab_sync.sandbox.story.office_acts import OfficeActs
from collab_sync.sandbox.story.stage import Stage
from collab_sync.sandbox.story.telling import OPENING, PROGRAMS, Event, Told
from collab_sync.sandbox.story.wording import comment_lines

PROGRESS = "story"
"""The sandbox remembers under this name how far the story has been told."""

ROLE_LINES: Mapping[str, str] = {"A": "审批人", "C": "协助人", "I": "知会人", "F": "第一责任人"}


@dataclass(frozen=True, slots=True)
class Skipped:
    """An event that could not be played, and why, for the account."""

    event: Event
    why: str


@dataclass(slots=True)
class Player:
    """Tells the story. ``office``: who edits the office's files; ``admin``: the account that looks for our issues."""

    stage: Stage
    told: Told
    cast: Mapping[str, Actor]
    office: OfficeActs
    skipped: list[Skipped] = field(default_factory=list)
    _next: int = 0
    _made: dict[str, str] = field(default_factory=dict)

    def open(self) -> None:
        """Sets the scene, once: people, projects, programmes; goes on where an earlier telling stopped."""
        self.stage.mark("opening")
        self.stage.control("POST", "seed", seed(self.cast.values()))
        memory = self.stage.remembered(PROGRESS)
        if memory is None:
            self.stage.set_clock(OPENING)
            for program in PROGRAMS:
                self._jira().create_program(program)
            self.stage.control("PUT", f"memo/{PROGRESS}", {"next": 0, "skipped": []})
            self.stage.mark("")
            return
        self.stage.mark("")
        self._next = memory["next"]
        self.skipped = [Skipped(self.told.events[number], why) for number, why in memory["skipped"]]

    def next_time(self) -> datetime | None:
        """When the next event happens; None at the end of the story."""
        return self.told.events[self._next].at if self._next < len(self.told.events) else None

    def play_until(self, now: datetime) -> int:
        """Everything that happens up to ``now``; how many events that were."""
        first = self._next
        while self._next < len(self.told.events) and self.told.events[self._next].at <= now:
            event = self.told.events[self._next]
            self.stage.mark(f"event-{event.number}")
            self._play(event)
            self._next += 1
            self.stage.mark("")
            skipped = [[one.event.number, one.why] for one in self.skipped]
            self.stage.control("PUT", f"memo/{PROGRESS}", {"next": self._next, "skipped": skipped})
        return self._next - first

    def _play(self, event: Event) -> None:
        if event.op in self.office.OPS:
            self.office.act(event)
            return
        if event.op == "create":
            self._create(self.told.issues[event.key])
            return
        key = self._key(event)
        if key is None:
            self.skipped.append(Skipped(event, "各系统里都没有以此为键的事项"))
            return
        self._act(event, key)

    def _create(self, issue: Mapping[str, Any]) -> None:
        if "#" in issue["key"]:
            self._gitlab().create(issue)
        else:
            self._jira().create(issue)

    def _key(self, event: Event) -> str | None:
        """The issue an event is about: its key, the programme's, or the one made by the product under this name."""
        if event.key in self.told.issues:
            return event.key
        from_the_start = next((program["key"] for program in PROGRAMS if program["代号"] == event.key), None)
        if from_the_start is not None:
            return from_the_start
        if event.key not in self._made:
            reader = self.cast["林珊"]
            found = self._jira().key_of(event.key, reader) or self._gitlab().key_of(event.key, reader)
            if found is None:
                return None
            self._made[event.key] = found
        return self._made[event.key]

    def _act(self, event: Event, key: str) -> None:
        acts: JiraActs | GitLabActs = self._gitlab() if "#" in key else self._jira()
        by = self._actor(event)
        args = event.args
        doing: Mapping[str, Callable[[], None]] = {
            "status": lambda: acts.status(key, args["to"], by),
            "entry": lambda: acts.comment(key, comment_lines(args), by),
            "due": lambda: acts.due(key, args["to"], by),
            "title": lambda: acts.title(key, args["to"], by),
            "label": lambda: acts.label(key, args.get("add"), args.get("remove"), by),
            "field": lambda: acts.field(key, args["name"], args["value"], by),
            "phase": lambda: acts.field(key, "阶段", args["to"], by),
            "dept": lambda: acts.field(key, "主责部门", args["to"], by),
            "role": lambda: self._role(acts, key, args, by),
        }
        doing[event.op]()

    def _role(self, acts: JiraActs | GitLabActs, key: str, args: Mapping[str, Any], by: Actor) -> None:
        people: Sequence[str] = args["people"]
        if args["role"] == "R":
            acts.assign(key, self.cast[people[0]] if people else None, by)
        else:
            acts.field(key, ROLE_LINES[args["role"]], "、".join(people), by)

    def _actor(self, event: Event) -> Actor:
        name = event.args.get("by")
        return self.cast[name or "林珊"]

    def _jira(self) -> JiraActs:
        return JiraActs(self.stage, self.cast)

    def _gitlab(self) -> GitLabActs:
        return GitLabActs(self.stage, self.cast)
