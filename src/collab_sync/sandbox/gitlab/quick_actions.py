"""Lines like ``/close`` in notes and descriptions, executed exactly where GitLab was seen to execute them.

A command is a line that starts with ``/name`` at the very first column, in any case, with whatever text behind it. It
is left alone inside a closed ``` fence, inline code, an HTML block (``<div>`` … ``</div>``) and a ``>>>`` quote; a
``~~~`` fence, an unclosed fence and a multi-line HTML comment do not protect. The line is cut out of the stored text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from collab_sync.sandbox.gitlab.edits import IssueEdit
from collab_sync.sandbox.gitlab.parameters import lenient_date
from collab_sync.sandbox.gitlab.state import REPORTER, Label, User

_UNMODELLED = (
    "approve",
    "award",
    "cc",
    "clone",
    "confidential",
    "copy_metadata",
    "create_merge_request",
    "done",
    "draft",
    "duplicate",
    "estimate",
    "invite_email",
    "lock",
    "merge",
    "milestone",
    "move",
    "promote",
    "publish",
    "rebase",
    "relate",
    "remove_estimate",
    "remove_milestone",
    "remove_time_spent",
    "remove_zoom",
    "severity",
    "shrug",
    "spend",
    "spent",
    "submit_review",
    "subscribe",
    "tableflip",
    "target_branch",
    "todo",
    "unlock",
    "unsubscribe",
    "weight",
    "wip",
    "zoom",
)
"""Commands GitLab knows and the sandbox does not carry out: cut from the text like the others, reported as refused."""

_LABEL = re.compile(r'~"([^"]+)"|~([^\s~,"]+)|([^\s~,"]+)')


@dataclass(slots=True)
class Outcome:
    """What the commands of one text did: what GitLab reports as ``commands_changes`` and ``summary``."""

    changes: dict[str, object] = field(default_factory=dict)
    summary: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Command:
    """One command as written: its name in lower case and the text behind it."""

    name: str
    argument: str


def extract(text: str) -> tuple[str, tuple[Command, ...]]:
    """The text without its commands (line ends unified, end trimmed), and the commands in order."""
    commands: list[Command] = []

    def cut(match: re.Match[str]) -> str:
        if match["name"] is None:
            return match[0]
        commands.append(Command(match["name"].lower(), (match["argument"] or "").strip()))
        return ""

    rest = _pattern().sub(cut, text.replace("\r", ""))
    return rest.rstrip(), tuple(commands)


def execute(edit: IssueEdit, commands: tuple[Command, ...], *, creating: bool = False) -> Outcome:
    """Carries out the commands as the edit's user; ``creating``: a new issue cannot be closed by its description."""
    outcome = Outcome()
    for command in commands:
        run = _COMMANDS.get(command.name, _refuse)
        if creating and run in (_close, _reopen):
            continue
        if run is not _refuse and not _allowed(edit):
            run = _refuse
        run(edit, command, outcome)
    return outcome


def _pattern() -> re.Pattern[str]:
    names = "|".join(sorted((*_COMMANDS, *_UNMODELLED), key=len, reverse=True))
    return re.compile(
        rf"""
          ^```.+?\n```$                              # a closed fence
        | `[^`\n]+?`                                 # inline code
        | ^<[^>]+?>\n.+?\n</[^>]+?>$                 # an HTML block
        | ^>>>\ *\n.+?\n>>>\ *$                      # a multi-line quote
        | ^/(?P<name>{names})(?:\ (?P<argument>[^\n]*))?(?:\s*\n|$)
        """,
        re.VERBOSE | re.MULTILINE | re.DOTALL | re.IGNORECASE,
    )


def _allowed(edit: IssueEdit) -> bool:
    own = edit.user.id in edit.issue.people
    return own or edit.project.level_of(edit.user) >= REPORTER


def _refuse(_edit: IssueEdit, command: Command, outcome: Outcome) -> None:
    outcome.summary.append(f"Could not apply {command.name} command.")


def _close(edit: IssueEdit, command: Command, outcome: Outcome) -> None:
    _turn(edit, command, outcome, "Closed this issue.")


def _reopen(edit: IssueEdit, command: Command, outcome: Outcome) -> None:
    _turn(edit, command, outcome, "Reopened this issue.")


def _turn(edit: IssueEdit, command: Command, outcome: Outcome, done: str) -> None:
    if not edit.state(command.name):
        _refuse(edit, command, outcome)
        return
    outcome.changes["state_event"] = command.name
    outcome.summary.append(done)


def _title(edit: IssueEdit, command: Command, outcome: Outcome) -> None:
    if not command.argument:
        _refuse(edit, command, outcome)
        return
    edit.title(command.argument[:255])
    outcome.changes["title"] = command.argument
    outcome.summary.append(f'Changed the title to "{command.argument}".')


def _label(edit: IssueEdit, command: Command, outcome: Outcome) -> None:
    labels = _labels_in(edit, command.argument)
    if labels:
        edit.labels([*edit.issue.label_ids, *(label.id for label in labels)])
        outcome.changes["add_label_ids"] = [label.id for label in labels]
        outcome.summary.append(f"Added {_references(labels)}.")


def _unlabel(edit: IssueEdit, command: Command, outcome: Outcome) -> None:
    if not command.argument:
        edit.labels([])
        outcome.changes["label_ids"] = []
        outcome.summary.append("Removed all labels.")
        return
    labels = _labels_in(edit, command.argument)
    if labels:
        gone = [label.id for label in labels]
        edit.labels([number for number in edit.issue.label_ids if number not in gone])
        outcome.changes["remove_label_ids"] = gone
        outcome.summary.append(f"Removed {_references(labels)}.")


def _relabel(edit: IssueEdit, command: Command, outcome: Outcome) -> None:
    labels = _labels_in(edit, command.argument)
    if labels:
        edit.labels([label.id for label in labels])
        outcome.changes["label_ids"] = [label.id for label in labels]
        outcome.summary.append(f"Replaced all labels with {_references(labels)}.")


def _due(edit: IssueEdit, command: Command, outcome: Outcome) -> None:
    day = lenient_date(command.argument)
    if day is None:
        outcome.summary.append("Failed to set due date because the date format is invalid.")
        return
    edit.due(day)
    outcome.changes["due_date"] = day.isoformat()
    outcome.summary.append(f"Set the due date to {day:%b} {day.day}, {day.year}.")


def _remove_due(edit: IssueEdit, command: Command, outcome: Outcome) -> None:
    if edit.issue.due_date is None:
        _refuse(edit, command, outcome)
        return
    edit.due(None)
    outcome.changes["due_date"] = None
    outcome.summary.append("Removed the due date.")


def _assign(edit: IssueEdit, command: Command, outcome: Outcome) -> None:
    users = _users_in(edit, command.argument)
    if not users:
        outcome.summary.append("Failed to assign a user because no user was found.")
        return
    chosen = users if edit.instance.settings.premium else users[:1]
    ids = [*edit.issue.assignee_ids, *(user.id for user in chosen)] if edit.instance.settings.premium else [users[0].id]
    edit.assign(ids)
    outcome.changes["assignee_ids"] = ids
    outcome.summary.append(f"Assigned {' and '.join(f'@{user.username}' for user in chosen)}.")


def _unassign(edit: IssueEdit, command: Command, outcome: Outcome) -> None:
    if not edit.issue.assignee_ids:
        _refuse(edit, command, outcome)
        return
    names = " ".join(f"@{edit.instance.user(number).username}" for number in edit.issue.assignee_ids)
    edit.assign([])
    outcome.changes["assignee_ids"] = []
    outcome.summary.append(f"Removed assignee {names}.")


def _labels_in(edit: IssueEdit, argument: str) -> list[Label]:
    names = ("".join(parts) for parts in _LABEL.findall(argument))
    found = (edit.project.label_named(name) for name in names)
    return list({label.id: label for label in found if label is not None}.values())


def _references(labels: list[Label]) -> str:
    plain = re.compile(r"[A-Za-z0-9_?.&-]+")
    names = [f"~{label.name}" if plain.fullmatch(label.name) else f'~"{label.name}"' for label in labels]
    return f"{' '.join(names)} {'label' if len(names) == 1 else 'labels'}"


def _users_in(edit: IssueEdit, argument: str) -> list[User]:
    names = [edit.user.username if word == "me" else word.lstrip("@") for word in argument.split()]
    found = (edit.instance.user_named(name) for name in names)
    return [user for user in found if user is not None and edit.project.level_of(user) > 0]


_COMMANDS: Mapping[str, Callable[[IssueEdit, Command, Outcome], None]] = {
    "close": _close,
    "reopen": _reopen,
    "title": _title,
    "label": _label,
    "labels": _label,
    "unlabel": _unlabel,
    "remove_label": _unlabel,
    "relabel": _relabel,
    "due": _due,
    "remove_due_date": _remove_due,
    "assign": _assign,
    "reassign": _assign,
    "unassign": _unassign,
}
