"""What a connector's author provides: one empty project of their tracker, and people who work in it.

Everything here is done *not* by the connector but as people do it in the tracker: through its own API with a person's
token, in its database, in its folder. What people see is told as plain text, mark-up rendered away.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from collab_sync.model.connection import ConnectionSettings
from collab_sync.model.identity import Account
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import ViewKind
from collab_sync.ports.clock import Clock
from collab_sync.ports.tracker import Connector


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An issue that a person is about to write. ``text`` is lines as they type them, without mark-up."""

    title: str
    text: str = ""
    labels: tuple[str, ...] = ()
    assignee: Account | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An issue as people see it. ``comments``: the text of each, oldest first, whoever wrote it. ``links``: keys of
    linked issues, and addresses of links that leave the tracker. ``status``: in the tracker's own words."""

    title: str
    text: str = ""
    labels: frozenset[str] = frozenset()
    comments: tuple[str, ...] = ()
    links: frozenset[str] = frozenset()
    status: str = ""


class Weather(Protocol):
    """What the network and the server do to the connector's requests, until ``clear``."""

    def drop_next_write(self, when: Literal["before", "after"], spared: int = 0) -> None:
        """The connection is lost during the next writing request: before it takes effect, or after it did. The first
        ``spared`` writing requests from now on pass unharmed."""
        ...

    def answer(self, status: int, headers: Mapping[str, str]) -> None:
        """Every request, reading or writing, is answered with this status and has no effect."""
        ...

    def clear(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Something the tracker refuses for good: which value, and a word that its refusal must bring to people."""

    value: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenView:
    """A view as people see it. ``parts``: what it is made of, in the order in which people see it, as text: the lists
    or columns of a board, the panels of a dashboard, the question of a filter."""

    name: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What not every tracker, or not every test set-up, can do. None: it cannot, and the sentences that need it are
    skipped and say so. Keys are those that people say (``NPX-12``).

    ``move``: a person moves an issue to another project; its key there.
    ``hide``: an issue that was visible to our account is so no longer.
    ``shut``: our account no longer sees the project at all.
    ``amend``: somebody who may changes the text of a comment, by issue key and place of the comment.
    ``spoil``: an issue is still listed and cannot be read: gone between two requests, or not readable at all.
    ``weather``: see ``Weather``.
    ``writing_requests``: how many writing requests of ours the tracker has received so far.
    ``requests``: how many requests of ours it has received at all.
    ``mentioned``: ids of the accounts that a comment's text notifies, by issue key and place of the comment.
    ``wrong_token``: a token that the tracker does not know.
    ``nowhere``: the path of a project that is not there.
    ``label``: a label it refuses. ``status``: a model status that its workflow does not allow for a new issue.
    ``page``: the text of a page as people read it, by path; None if there is none. ``put_page``: a person writes one.
    ``views``: all views of a kind that people see where ours are made, whoever made them and however unfinished.
    ``put_view``: a person makes an empty one of that name. ``rearrange``: a person takes the last part out of the view
    of that name and changes the rest as much as the tracker allows.
    """

    move: Callable[[str], str] | None = None
    hide: Callable[[str], None] | None = None
    shut: Callable[[], None] | None = None
    amend: Callable[[str, int, str], None] | None = None
    spoil: Callable[[str], None] | None = None
    weather: Weather | None = None
    writing_requests: Callable[[], int] | None = None
    requests: Callable[[], int] | None = None
    mentioned: Callable[[str, int], Collection[str]] | None = None
    wrong_token: str | None = None
    nowhere: str | None = None
    label: Refusal | None = None
    status: Refusal | None = None
    page: Callable[[str], str | None] | None = None
    put_page: Callable[[str, str], None] | None = None
    views: Callable[[ViewKind], Sequence[SeenView]] | None = None
    put_view: Callable[[ViewKind, str], None] | None = None
    rearrange: Callable[[ViewKind, str], None] | None = None


@dataclass(kw_only=True)
class Stage(ABC):
    """One tracker, new for every test. ``settings`` hold a token of our own account, which is nobody's; ``project`` is
    empty and says of the mapping only what the connector's defaults do not. ``person`` has an account and may be
    assigned; the texts of this suite are theirs. ``clock`` is the one the connector is given: its ``sleep`` is over at
    once. ``statuses``: a way through the workflow for a new issue, in model statuses."""

    connector: Connector
    settings: ConnectionSettings
    clock: Clock
    project: ProjectMapping
    person: Account
    statuses: tuple[str, ...] = ("进行中", "已完成")
    can: Abilities = field(default_factory=Abilities)

    @abstractmethod
    def put(self, draft: Draft) -> str:
        """A person writes an issue; its key. Whatever the draft does not name is left as the tracker has it."""

    @abstractmethod
    def edit(self, key: str, *, title: str = "", text: str = "") -> None:
        """A person changes title or text; an empty one stays as it is."""

    @abstractmethod
    def label(self, key: str, label: str) -> None:
        """A person adds a label."""

    @abstractmethod
    def comment(self, key: str, text: str) -> None:
        """A person comments."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Somebody who may deletes the issue for good."""

    @abstractmethod
    def keys(self) -> Collection[str]:
        """Keys of all issues that people see in the project."""

    @abstractmethod
    def seen(self, key: str) -> Seen:
        """The issue as people see it now."""

    @abstractmethod
    def later(self, minutes: float) -> None:
        """Time passes, for the tracker and for the connector's clock alike."""
