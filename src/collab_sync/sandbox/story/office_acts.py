"""What the coordination office does in this story: it edits its own files, and the daemon reads them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from ruamel.yaml import YAML

from collab_sync.sandbox.story.telling import Event

Entry = dict[str, Any]


class OfficeActs:
    """Edits the organisation files under ``rules``, keeping comments and order; repeating an edit changes nothing."""

    OPS: ClassVar[frozenset[str]] = frozenset({"org", "resource", "absence"})

    def __init__(self, rules: Path) -> None:
        self._folder = rules / "organisation"

    def act(self, event: Event) -> None:
        """Does what the event says. Raises KeyError for somebody or something that no file names."""
        match event.op:
            case "org":
                self._edit("departments", event.key, lambda entry: _department(entry, event))
            case "resource":
                self._edit("resources", event.key, lambda entry: _update(entry, event.args))
            case "absence":
                self._edit("people", event.key, lambda entry: _absence(entry, event.args))

    def _edit(self, listed: str, name: str, change: Callable[[Entry], None]) -> None:
        for path in sorted(self._folder.glob("*.yaml")):
            yaml = YAML()
            yaml.preserve_quotes = True
            yaml.width = 200
            content = yaml.load(path.read_text(encoding="utf-8"))
            entries = content.get(listed, []) if isinstance(content, dict) else []
            entry = next((entry for entry in entries if name in _names(entry)), None)
            if entry is None:
                continue
            change(entry)
            draft = path.with_suffix(".tmp")
            with draft.open("w", encoding="utf-8") as file:
                yaml.dump(content, file)
            draft.replace(path)
            return
        raise KeyError(name)


def _names(entry: Mapping[str, Any]) -> set[str]:
    former = {alias["name"] for alias in entry.get("aliases", [])}
    return {str(entry.get("name")), str(entry.get("key")), *former}


def _department(entry: Entry, event: Event) -> None:
    args = event.args
    if "liaison" in args:
        entry["liaison"] = args["liaison"]
    new = args.get("rename") or args.get("name")
    if new and entry["name"] != new:
        entry.setdefault("aliases", []).append({"name": entry["name"], "until": event.at.date()})
        entry["name"] = new


def _update(entry: Entry, args: Mapping[str, Any]) -> None:
    for key, value in args.items():
        if value is None:
            entry.pop(key, None)
        else:
            entry[key] = value


def _absence(entry: Entry, args: Mapping[str, Any]) -> None:
    wanted = {"from": args["frm"], "to": args["to"], "delegate": args["delegate"]}
    if wanted not in [dict(known) for known in entry.setdefault("absences", [])]:
        entry["absences"].append(wanted)
