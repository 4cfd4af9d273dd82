"""What conditions read: paths of a subject at an instant, three-valued, and when time alone changes them.

``MISSING`` says that something is known to be absent; ``UNKNOWN`` that it could not be read. An unknown value never
satisfies ``missing`` and never ends an episode.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Literal, Protocol, TypeAlias

from collab_sync.model.identity import SubjectKind, SubjectRef


class Absent(Enum):
    MISSING = "缺失"
    UNKNOWN = "无法判断"


MISSING = Absent.MISSING
UNKNOWN = Absent.UNKNOWN

Scalar: TypeAlias = str | bool | int | Decimal | date | datetime
Value: TypeAlias = Scalar | tuple[Scalar, ...] | frozenset[str] | Absent

ValueKind: TypeAlias = Literal["text", "bool", "number", "date", "instant", "texts"]
"""What a path yields: ``texts`` is a set of texts (labels), everything else one value."""

MemberKind: TypeAlias = SubjectKind | Literal["decision_item", "rating"]


class Facts(Protocol):
    """One subject seen at one instant. Opaque to conditions: only readers look inside."""

    @property
    def subject(self) -> SubjectRef: ...

    @property
    def now(self) -> datetime: ...


class PathReader(Protocol):
    """Reads one path."""

    @property
    def kind(self) -> ValueKind: ...

    @property
    def choices(self) -> tuple[str, ...]:
        """The only texts the path can yield (``status``: the workflow); empty when open."""
        ...

    def value(self, facts: Facts) -> Value: ...

    def flips_at(self, facts: Facts, thresholds: Sequence[int]) -> datetime | None:
        """The earliest instant after ``facts.now`` at which time alone brings the value to, or past, one of
        ``thresholds`` (for texts and truth values: at which it changes at all). None: never."""
        ...


class Relation(Protocol):
    """A path to other subjects, for ``exists``."""

    @property
    def members_are(self) -> MemberKind: ...

    def members(self, facts: Facts) -> tuple[Facts, ...] | Absent: ...


class Vocabulary(Protocol):
    """The paths that conditions and templates may name, by kind of subject. ``e.‹键›`` reads the entry behind an
    event; ``i.‹键›`` the member of ``each``."""

    def reader(self, subject: MemberKind, path: str) -> PathReader | None: ...

    def relation(self, subject: MemberKind, path: str) -> Relation | None: ...

    def names(self, subject: MemberKind) -> tuple[str, ...]:
        """All fixed names, for completion and for "did you mean"."""
        ...
