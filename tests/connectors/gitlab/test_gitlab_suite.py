"""The GitLab connector keeps every promise of the port, over the sandbox's GitLab."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import pytest
import requests
from markdown_it import MarkdownIt
from tests.connectors.sandbox_stage import SandboxStage, SandboxWeather, StandingClock, open_world, segment, shown

from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.identity import Account
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import ViewKind
from collab_sync.sandbox.gitlab import GitLabTracker
from collab_sync.testing.connector_suite import Abilities, ConnectorSuite, Draft, Refusal, Seen, SeenView, Stage
from collab_sync_gitlab import connector

PROJECT = "rd/x1-firmware"
ELSEWHERE = "growth/x1-launch-site"
SEED: Any = {
    "users": [
        {"name": "协同助手", "bot": True, "gitlab": {"username": "bot", "token": "bot-token", "access": "developer"}},
        {"name": "李明", "gitlab": {"username": "liming", "token": "li-token", "access": "owner"}},
    ],
    "gitlab": {"projects": [{"path": PROJECT}, {"path": ELSEWHERE}]},
}
BOARDS = f"/projects/{segment(PROJECT)}/boards"
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
"""Not the sandbox's own: an independent reader of Markdown."""
_MENTION = re.compile(r"(?<![\w@/\u200b])@([\w.-]+)")


@dataclass(kw_only=True)
class GitlabStage(SandboxStage):
    """李明 in his browser."""

    def put(self, draft: Draft) -> str:
        body: dict[str, Any] = {"title": draft.title, "labels": ",".join(draft.labels)}
        body |= {"description": draft.text} if draft.text else {}
        body |= {"due_date": draft.due.isoformat()} if draft.due else {}
        body |= {"assignee_ids": [self.li("GET", "/user")["id"]]} if draft.assignee else {}
        return f"{PROJECT}#{self.li('POST', self.path(), body)['iid']}"

    def edit(self, key: str, *, title: str = "", text: str = "") -> None:
        body = {"title": title} if title else {}
        self.li("PUT", self.path(key), body | ({"description": text} if text else {}))

    def label(self, key: str, label: str) -> None:
        self.li("PUT", self.path(key), {"add_labels": label})

    def comment(self, key: str, text: str) -> None:
        self.li("POST", f"{self.path(key)}/notes", {"body": text})

    def delete(self, key: str) -> None:
        self.li("DELETE", self.path(key))

    def move(self, key: str) -> str:
        """The copy in the other project has a new identity; the original is closed and names it."""
        return str(self.act(act="move", key=key, to=ELSEWHERE, **{"as": "李明"})["key"])

    def hide(self, key: str) -> None:
        """It becomes confidential, and our account a guest."""
        self.act(act="hide", key=key)
        self.act(act="access", project=PROJECT, user="bot", level="guest")

    def shut(self) -> None:
        self.act(act="access", project=PROJECT, user="bot", level="none")

    def amend(self, key: str, place: int, text: str) -> None:
        """As a maintainer may."""
        rows = self.li("GET", f"{self.path(key)}/notes?sort=asc&order_by=created_at&per_page=100")
        note = [row["id"] for row in rows if not row["system"]][place]
        self.li("PUT", f"{self.path(key)}/notes/{note}", {"body": text})

    def act(self, **wanted: object) -> Any:
        return self.control("POST", "gitlab/acts", wanted)

    def spoil(self, key: str) -> None:
        """Deleted just after it was listed."""
        path = rf"/issues/{key.rpartition('#')[2]}/notes"
        body = {"match": {"path": path}, "effect": {"status": 404, "body": '{"message":"404 Not found"}'}}
        self.control("POST", "faults", body)

    def seen(self, key: str) -> Seen:
        """Texts as an independent reader of Markdown shows them."""
        text = self.li("GET", self.path(key))["description"] or ""
        comments = tuple(shown(PARSER.render(body)) for body in self.notes(key))
        return replace(super().seen(key), text=shown(PARSER.render(text)), comments=comments)

    def mentioned(self, key: str, place: int) -> Collection[str]:
        return _MENTION.findall(shown(PARSER.render(self.notes(key)[place])))

    def notes(self, key: str) -> list[str]:
        rows = self.li("GET", f"{self.path(key)}/notes?sort=asc&order_by=created_at&per_page=100")
        return [row["body"] for row in rows if not row["system"]]

    def page(self, path: str) -> str | None:
        """The text people read, as it was written."""
        url = f"{self.server.url}/gitlab/api/v4/projects/{segment(PROJECT)}/wikis/{segment(path)}"
        answer = requests.get(url, headers={"PRIVATE-TOKEN": "li-token"}, timeout=10)
        return shown(PARSER.render(answer.json()["content"])) if answer.ok else None

    def put_page(self, path: str, text: str) -> None:
        self.li("POST", f"/projects/{segment(PROJECT)}/wikis", {"title": path, "content": text})

    def views(self, kind: ViewKind) -> list[SeenView]:
        boards = self.li("GET", BOARDS) if kind == "board" else []
        return [SeenView(name=board["name"], parts=_columns(board)) for board in boards]

    def put_view(self, kind: ViewKind, name: str) -> None:
        self.li("POST", BOARDS, {"name": name})

    def rearrange(self, kind: ViewKind, name: str) -> None:
        """The last list goes away, the others change places."""
        board = next(one for one in self.li("GET", BOARDS) if one["name"] == name)
        *kept, last = board["lists"]
        self.li("DELETE", f"{BOARDS}/{board['id']}/lists/{last['id']}")
        self.li("PUT", f"{BOARDS}/{board['id']}/lists/{kept[-1]['id']}", {"position": 0})

    def path(self, key: str = "") -> str:
        return f"/projects/{segment(PROJECT)}/issues" + (f"/{key.rpartition('#')[2]}" if key else "")

    def li(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.server.url}/gitlab/api/v4{path}"
        answer = requests.request(method, url, json=body, headers={"PRIVATE-TOKEN": "li-token"}, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def only_reads(self, path: str) -> bool:
        return False


def gitlab_stage(version: str, edition: Literal["free", "premium"]) -> GitlabStage:
    """An empty project on a running GitLab; whoever asks for it stops its ``server``."""
    seed = {**SEED, "gitlab": {**SEED["gitlab"], "settings": {"version": version, "edition": edition}}}
    server, clock, tracker = open_world(GitLabTracker, seed)
    settings = ConnectionSettings(
        name="gl",
        kind="gitlab",
        url=f"{server.url}/gitlab",
        token=Secret("bot-token"),
        edition=edition,
        page_size=3,
    )
    stage = GitlabStage(
        connector=connector,
        settings=settings,
        clock=StandingClock(clock),
        project=ProjectMapping(name="固件", connection="gl", project=PROJECT),
        person=Account("gl", "liming", "李明"),
        server=server,
        sandbox_clock=clock,
        tracker=tracker,
        ours="bot",
    )
    stage.can = Abilities(
        move=stage.move,
        hide=stage.hide,
        shut=stage.shut,
        amend=stage.amend,
        spoil=stage.spoil,
        weather=SandboxWeather(server.url, "gitlab"),
        requests=stage.requests,
        writing_requests=stage.writing_requests,
        mentioned=stage.mentioned,
        wrong_token="glpat-unknown-31415926",
        nowhere="rd/nowhere",
        label=Refusal(value="研发,一部", word="逗号"),
        page=stage.page,
        put_page=stage.put_page,
        views=stage.views,
        put_view=stage.put_view,
        rearrange=stage.rearrange,
    )
    return stage


def _columns(board: Any) -> tuple[str, ...]:
    return tuple(column["label"]["name"] for column in board["lists"])


class TestGitlab(ConnectorSuite):
    @pytest.fixture(params=["14.2.3-free", "18.3.0-free", "18.3.0-premium"])
    def stage(self, request: pytest.FixtureRequest) -> Iterator[Stage]:
        """By offset and by keyset; with scoped labels, links that block and several assignees."""
        version, _, edition = request.param.partition("-")
        stage = gitlab_stage(version, edition)
        yield stage
        stage.server.stop()
