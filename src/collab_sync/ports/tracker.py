"""What the core needs from a tracker: the promises a connector makes, and the values that pass between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from collab_sync.model.action import ItemWrite, Receipt
from collab_sync.model.connection import ConnectionSettings, Offers
from collab_sync.model.identity import Account, ItemId, SourceRef
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import Page, View
from collab_sync.model.work_item import OwnComment, WorkItem
from collab_sync.ports.clock import Clock
from collab_sync.ports.hooks import HookKeeper, HookVerifier
from collab_sync.ports.traffic import Traffic


@dataclass(frozen=True, slots=True)
class Payload:
    """One item as the tracker sent it: named parts of raw bytes (``issue``, ``notes`` …) and their SHA-256.

    ``decoded``: what its reader has already made of the parts, so that ``normalize`` need not do it again; never more
    than the parts say."""

    id: ItemId
    parts: tuple[tuple[str, bytes], ...]
    digest: bytes
    decoded: object = field(default=None, compare=False, repr=False)

    def part(self, name: str) -> bytes | None:
        return next((content for key, content in self.parts if key == name), None)


@dataclass(frozen=True, slots=True)
class PulledPage:
    """Items changed since the cursor, and the cursor from which a restart may go on.

    ``cursor`` is opaque to the core and stored in the transaction that stores the page; ``complete`` is True on
    the last page only: until then the shard is not known to be complete.
    """

    payloads: tuple[Payload, ...]
    cursor: str
    complete: bool


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What became of an item that a census did not list. ``evidence``: one sentence for people that says how we know.

    ``here``: it is in its project after all. ``moved``: it lives in another project now, ``key`` is how it is called
    there. ``hidden``: it is there, or may be, but we are not shown it. ``deleted``: the project is to be seen and the
    item is not."""

    state: Literal["here", "deleted", "moved", "hidden"]
    evidence: str
    key: str = ""


class WorkItemReader(Protocol):
    """Reads one project. Raises TransientError, AccessError; a single unreadable item never stops a page.

    Where the connection allows several requests at a time, pages may be read ahead by another thread than the one that
    asks for everything else; never by two at once."""

    def pull(self, cursor: str | None) -> Iterator[PulledPage]:
        """Everything changed at or after ``cursor`` (None: everything), unchanged items possibly again.

        At least one page, the last one ``complete``."""
        ...

    def census(self) -> Iterator[tuple[ItemId, ...]]:
        """Ids of every item that exists in the project and is visible to us, page by page, some perhaps twice.

        Read to the end or not at all: a list that may be cut short raises TransientError, a project that we cannot
        see raises AccessError. What is created, moved or deleted meanwhile may be listed or not; whoever takes an
        absent id for a missing item asks ``whereabouts`` first."""
        ...

    def whereabouts(self, item: WorkItem) -> Whereabouts:
        """What became of an item of this project that a census did not list; strongly consistent."""
        ...

    def read(self, ref: SourceRef) -> Payload:
        """One item, strongly consistent. Raises MissingItemError."""
        ...

    def normalize(self, payload: Payload) -> WorkItem:
        """Pure: the same payload gives the same item. Nothing a person typed makes it raise."""
        ...

    def recall(self, items: Sequence[WorkItem]) -> Mapping[ItemId, tuple[OwnComment, ...]]:
        """Our own comments on these items with their markers read (for a store that lost them)."""
        ...


class ActionWriter(Protocol):
    """Writes to one project. Raises TransientError (nothing happened), UnknownOutcomeError (ask ``find``),
    RejectedActionError (refused for good; also a comment that was to be replaced and that people have deleted),
    MissingItemError (the item itself is gone or not shown to us), AccessError (also where the whole project is gone,
    renamed or not shown to us: no write is to be buried for that). Never sends a write twice by itself."""

    def perform(self, write: ItemWrite) -> Receipt:
        """Carries out the write with one request (targets are resolved: every ``Target`` has a ``ref``). A comment that
        may not be deleted takes a second one: its text is replaced. What is to be taken back and is not there is done.
        """
        ...

    def find(self, write: ItemWrite) -> Receipt | None:
        """The receipt of an earlier attempt whose outcome is unknown; None if it did not happen."""
        ...


class PagePublisher(Protocol):
    """Keeps our pages in one project. Raises as ``ActionWriter`` does; RejectedActionError also where a page of that
    path is not ours: what people wrote is never overwritten."""

    def publish(self, page: Page) -> Receipt:
        """The page stands there as given. Reads it first; one that says the same but for its notice is left alone.

        Where the editions of a series share one place, one that is older than what stands there changes nothing and
        has a receipt. What is new and cannot be found yet by whoever comes next raises UnknownOutcomeError."""
        ...

    def find(self, page: Page) -> Receipt | None:
        """The receipt if the page already stands there as given (but for its notice), or a newer edition of it."""
        ...


class ViewEnsurer(Protocol):
    """Makes our views ready in one project's tracker. Raises as ``ActionWriter`` does."""

    def ensure(self, view: View) -> Receipt:
        """A view of that name is there. One that is there already is left as it is, whoever arranged it; a half-made
        one of ours (its maker died in between) is finished. Where this edition has no such view nothing happens and
        the receipt's ``remote_id`` is empty."""
        ...

    def find(self, view: View) -> Receipt | None:
        """The receipt if a view of that name is there, whole."""
        ...


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One line of ``doctor``. ``subject``: what was checked; ``remedy`` is empty when all is well."""

    subject: str
    state: Literal["ok", "warning", "error"]
    message: str
    remedy: str = ""


class Connection(Protocol):
    """One configured tracker site. One that may be asked by several threads says so (``at_once``)."""

    name: str

    @property
    def hooks(self) -> HookKeeper | None:
        """Who keeps web hooks there; None where we use none."""
        ...

    @property
    def traffic(self) -> Traffic | None:
        """What has been sent so far and what may still be; None where nobody counts. May be asked by any thread."""
        ...

    def whoami(self) -> Account:
        """Our own account there: its comments and changes never count as anybody's activity."""
        ...

    def reader(self, project: ProjectMapping) -> WorkItemReader | None:
        """Who reads the items of this project; None where the tracker has no items, only pages."""
        ...

    def writer(self, project: ProjectMapping) -> ActionWriter | None:
        """Who writes its items; None where the tracker has no items."""
        ...

    def pages(self, project: ProjectMapping) -> PagePublisher | None:
        """Where pages of this project go; None where the tracker has none."""
        ...

    def views(self, project: ProjectMapping) -> ViewEnsurer | None:
        """Who makes views ready for this project; None where the tracker has none."""
        ...

    def diagnose(self, projects: Sequence[ProjectMapping]) -> tuple[Diagnosis, ...]:
        """Reachable, who we are, permissions missing for what we would write, clock skew, what the edition lacks.
        Never raises for what it diagnoses."""
        ...

    def close(self) -> None: ...


def at_once(connection: Connection) -> int:
    """How many requests of ours a connection allows at a time: its attribute ``at_once``. Where it has none, one: then
    it is only ever asked by one thread, one request after the other."""
    allowed: int = getattr(connection, "at_once", 1)
    return max(1, allowed)


class Connector(Protocol):
    """What a distribution offers under the entry-point group ``collab_sync.connectors``."""

    kind: str

    @property
    def offers(self) -> Offers:
        """What every site of this kind has; an edition may lack some of it, then the port says so."""
        ...

    @property
    def hooks(self) -> HookVerifier | None:
        """Who knows this tracker's web hooks from forged ones; None where it is polled only."""
        ...

    def default_mapping(self, project: ProjectMapping) -> ProjectMapping:
        """``project`` with the sources, statuses and types of this tracker filled in where it says nothing."""
        ...

    def connect(self, settings: ConnectionSettings, clock: Clock) -> Connection:
        """Makes no request yet."""
        ...
