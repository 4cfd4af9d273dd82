"""What people do in GitLab, as the requests their browsers would send."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from collab_sync.model import marker
from collab_sync.sandbox.story.cast import BOT, PROJECTS, Actor
from collab_sync.sandbox.story.stage import Stage
from collab_sync.sandbox.story.wording import SECTION, section_lines, with_line

DONE = frozenset({"已完成", "已结项", "已取消"})
PAGE = 100
MARK = re.compile(r"<!-- collab-sync (\{.*\}) -->\s*\Z")
"""The hidden last line of what the product writes: JSON, in which the key stands."""


class GitLabActs:
    """Acts on issues of GitLab projects; keys are ``group/project#iid``."""

    def __init__(self, stage: Stage, cast: Mapping[str, Actor]) -> None:
        self._stage = stage
        self._cast = cast

    def create(self, issue: Mapping[str, Any]) -> None:
        """The issue appears, with its given number, opened by its reporter."""
        labels = [*issue["labels"]]
        labels += [f"类型::{issue['type']}"] if issue["type"] != "任务" else []
        labels += [f"项目::{issue['program']}"] if issue["program"] else []
        body: dict[str, Any] = {
            "key": issue["key"],
            "as": issue["reporter"],
            "title": issue["title"],
            "description": description(section_lines(issue)),
            "labels": ",".join(labels),
        }
        if issue["due"]:
            body["due_date"] = issue["due"]
        if issue["roles"]["R"]:
            body["assignee"] = issue["roles"]["R"][0]
        self._stage.control("POST", "gitlab/issues", body)

    def status(self, key: str, to: str, by: Actor) -> None:
        """The state, refined by a label 进度::X."""
        now = self._read(key, by)
        change: dict[str, Any] = {"add_labels": f"进度::{to}"}
        stale = [label for label in now["labels"] if label.startswith("进度::") and label != f"进度::{to}"]
        if stale:
            change["remove_labels"] = ",".join(stale)
        if to in DONE and now["state"] == "opened":
            change["state_event"] = "close"
        if to not in DONE and now["state"] == "closed":
            change["state_event"] = "reopen"
        self._edit(key, by, change)

    def comment(self, key: str, lines: Sequence[str], by: Actor) -> None:
        self._stage.gitlab(by, "POST", f"{_path(key)}/notes", {"body": "\n".join(lines)})

    def due(self, key: str, to: str, by: Actor) -> None:
        self._edit(key, by, {"due_date": to})

    def title(self, key: str, to: str, by: Actor) -> None:
        self._edit(key, by, {"title": to})

    def label(self, key: str, add: str | None, remove: str | None, by: Actor) -> None:
        change = {"add_labels": add} if add else {}
        change.update({"remove_labels": remove} if remove else {})
        self._edit(key, by, change)

    def assign(self, key: str, to: Actor | None, by: Actor) -> None:
        found = self._stage.gitlab(by, "GET", f"users?username={to.username}") if to else []
        self._edit(key, by, {"assignee_ids": [user["id"] for user in found] or [0]})

    def field(self, key: str, name: str, value: object, by: Actor) -> None:
        """Somebody edits one line of the section."""
        lines = tuple(line for line in self._read(key, by)["description"].split("\n") if line and line[0] != "#")
        self._edit(key, by, {"description": description(with_line(lines, name, value))})

    def key_of(self, creation_key: str, as_: Actor) -> str | None:
        """The issue that the product made under this creation key, in whichever of the story's projects."""
        for project in PROJECTS:
            path = f"projects/{quote(project, safe='')}/issues?author_username={BOT}&order_by=created_at&sort=asc"
            number = 1
            while issues := self._stage.gitlab(as_, "GET", f"{path}&per_page={PAGE}&page={number}"):
                for issue in issues:
                    if creation_key_in(issue["description"]) == creation_key:
                        return f"{project}#{issue['iid']}"
                if len(issues) < PAGE:
                    break
                number += 1
        return None

    def _read(self, key: str, by: Actor) -> Any:
        return self._stage.gitlab(by, "GET", _path(key))

    def _edit(self, key: str, by: Actor, change: Mapping[str, Any]) -> None:
        self._stage.gitlab(by, "PUT", _path(key), change)


def description(lines: Sequence[str]) -> str:
    """A description with the section, as Markdown; a blank line between lines keeps them apart."""
    return "\n".join((f"## {SECTION}", *lines))


def creation_key_in(text: str | None) -> str | None:
    """The creation key in the hidden mark at the end of a description, None without one."""
    found = MARK.search(text or "")
    made = marker.loads(found[1]) if found else None
    return made.key if made else None


def _path(key: str) -> str:
    project, _, iid = key.partition("#")
    return f"projects/{quote(project, safe='')}/issues/{iid}"
