"""Issue boards with one list for each label: made once, then people's.

A board takes a request for itself and one for each list, and GitLab has no place for a mark of ours on it. So a board
is made under a name that says that it is being made, and gets its own name with the last request. Whatever bears that
name is finished, ours or not, and left alone, even where people emptied it; whatever bears the other one is a half-made
one of ours, and the next call goes on with it.

Where the facts are from:

- observed on a real GitLab CE 14.2.3: listing boards creates none; a board of any name is made beside others; a list
  is made for a label by its number and comes behind the others; the answers' shapes
- documented, and so in GitLab's published source: a project has any number of boards in every edition (a group only in
  paid ones); renaming a board, making lists and labels take the role Planner or Reporter; less is 403; a board's scope
  (milestone, labels, assignee, weight) is paid for, so none is asked for; a label of a group above serves as well
- not verified: how long a board's name may be; how many lists a board takes
"""

from __future__ import annotations

import msgspec

from collab_sync.errors import RejectedActionError
from collab_sync.model.action import Receipt
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import View
from collab_sync_gitlab.client import Client, project_path
from collab_sync_gitlab.views.labels import LabelPart, ensured

_PER_PAGE = 100


class ListPart(msgspec.Struct, frozen=True):
    """A column; without a label where it stands for something else (a person, a milestone)."""

    id: int
    label: LabelPart | None = None


class BoardPart(msgspec.Struct, frozen=True):
    id: int
    name: str = ""
    lists: tuple[ListPart, ...] = ()


class GitlabBoards:
    """Implements ``collab_sync.ports.ViewEnsurer`` for the boards of one project; GitLab has no other kind of view."""

    def __init__(self, client: Client, project: ProjectMapping) -> None:
        self._client = client
        self._project = project.project
        self._path = f"{project_path(project.project)}/boards"

    def ensure(self, view: View) -> Receipt:
        if view.kind != "board":
            return Receipt(at=self._client.clock.now())
        boards = self._boards()
        return self._receipt(boards.get(view.name) or self._made(view, boards.get(unfinished(view.name))))

    def find(self, view: View) -> Receipt | None:
        there = self._boards().get(view.name) if view.kind == "board" else None
        return self._receipt(there) if there else None

    def _made(self, view: View, begun: BoardPart | None) -> BoardPart:
        """Labels first: they are of use without a board."""
        labels = ensured(self._client, self._project, view.question.any_of)
        board = begun or self._put("post", self._path, {"name": unfinished(view.name)})
        listed = {column.label.id for column in board.lists if column.label}
        path = f"{self._path}/{board.id}"
        for label in labels:
            if label.id not in listed:
                self._client.post(f"{path}/lists", {"label_id": label.id})
        finished = self._put("put", path, {"name": view.name})
        if finished.name != view.name:
            raise RejectedActionError(
                f"看板“{view.name}”:GitLab 回答成功,但看板仍叫“{finished.name}”。请查看该项目的看板列表。",
                connection=self._client.connection,
            )
        return finished

    def _put(self, verb: str, path: str, body: dict[str, str]) -> BoardPart:
        send = self._client.post if verb == "post" else self._client.put
        return self._client.decode(send(path, body), BoardPart)

    def _boards(self) -> dict[str, BoardPart]:
        """By name; of several with one name the oldest."""
        rows = self._client.rows(self._path, {"per_page": _PER_PAGE})
        boards = [msgspec.json.decode(row, type=BoardPart) for row in rows]
        return {board.name: board for board in sorted(boards, key=lambda board: -board.id)}

    def _receipt(self, board: BoardPart) -> Receipt:
        site = (self._client.settings.web_url or self._client.settings.url).rstrip("/")
        url = "" if self._project.isdigit() else f"{site}/{self._project}/-/boards/{board.id}"
        return Receipt(at=self._client.clock.now(), remote_id=str(board.id), url=url)


def unfinished(name: str) -> str:
    """What a board is called until all its lists are there."""
    return f"{name}(正在建立)"
