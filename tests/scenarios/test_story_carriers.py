"""Approvers, helpers and those to be informed in Jira's custom fields instead of lines of a section: the same log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.scenarios.telling import Telling, company, day, write_log

from collab_sync.sandbox.house import open_house
from collab_sync.sandbox.story.cast import Actor
from collab_sync.sandbox.story.jira_acts import JiraActs, document, lines_of
from collab_sync.sandbox.story.player import Player
from collab_sync.sandbox.story.stage import Stage

FIELDS = ("审批人", "协助人", "知会人")
UNTIL = "09-24"


class FieldActs(JiraActs):
    """People who fill in custom fields."""

    def __init__(self, stage: Stage, cast: Mapping[str, Actor]) -> None:
        super().__init__(stage, cast)
        self._people = cast
        self._way = stage

    def put(self, key: str, reporter: str, fields: Mapping[str, Any]) -> None:
        ids = {one["name"]: one["id"] for one in self._way.jira(self._people[reporter], "GET", "field")}
        kept, moved = [], {}
        for line in lines_of(fields["description"]):
            name, _, value = line.partition(": ")
            if name in FIELDS:
                moved[ids[name]] = [{"accountId": self._people[one].account_id} for one in value.split("、")]
            else:
                kept.append(line)
        super().put(key, reporter, {**fields, **moved, "description": document(tuple(kept))})


def test_换一种载体_写回一行不差(whole: Telling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second site with the fields 审批人, 协助人 and 知会人."""
    monkeypatch.setattr(Player, "_jira", lambda self: FieldActs(self.stage, self.cast))
    with open_house() as house, company(Telling(house.url, tmp_path)) as present:
        fields = [{"name": name, "kind": "users"} for name in FIELDS]
        present.player.stage.control("POST", "seed", {"users": [], "jira": {"fields": fields}})
        present.tell(day(f"{UNTIL} 23:59"))
        write_log(present.runtime, tmp_path)
        swapped = replace(whole, url=house.url, folder=tmp_path)
        issue = swapped.ask("dump")["jira"]["NPX-11"]
        assert set(issue["fields"]) == {"审批人"}
        assert "审批人" not in str(issue["description"])
    assert swapped.log == tuple(row for row in whole.log if row["at"][:5] <= UNTIL)
