"""Which Jira and which GitLab a run plays on: every pair of editions has its turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Edition:
    """``name``: in the figures; ``seed``: what the sandbox is told of itself; ``settings``: what we are told of it;
    ``blocks``: whether a link that blocks is kept as one."""

    name: str
    seed: Mapping[str, object]
    settings: Mapping[str, Any]
    blocks: bool = True


class Sites(NamedTuple):
    """The two trackers of a run, and how many requests each allows at a time."""

    jira: Edition
    gitlab: Edition
    at_once: int = 1

    def of(self, tracker: str) -> Edition:
        """By ``jira`` or ``gitlab``."""
        return self.jira if tracker == "jira" else self.gitlab


_CLOUD = {"edition": "cloud", "user": "bot@example.cn"}

JIRAS = (
    Edition("jira cloud", {"edition": "cloud"}, _CLOUD),
    Edition("jira chain", {"edition": "cloud", "idSeek": False}, _CLOUD),
    Edition("jira dc", {"edition": "datacenter"}, {"edition": "datacenter"}),
)
"""Cloud that can be read by seeking; Cloud that cannot; Data Center: REST v2, a token alone, people by name."""

GITLABS = (
    Edition("gitlab 14.2", {"settings": {"version": "14.2.3", "edition": "free"}}, {"edition": "free"}, blocks=False),
    Edition("gitlab 18.3", {"settings": {"version": "18.3.0", "edition": "free"}}, {"edition": "free"}, blocks=False),
    Edition("gitlab premium", {"settings": {"version": "18.3.0", "edition": "premium"}}, {"edition": "premium"}),
)
"""Premium has links that block, and of the labels with one prefix it keeps the last."""


SEVERAL = 4


def sites_of(seed: int) -> Sites:
    """The pairs in turn, so that few seeds have them all; each pair with one request after the other, then with several
    at a time. Only the former can be played again request by request."""
    round_, place = divmod(seed, len(JIRAS) * len(GITLABS))
    return Sites(JIRAS[place % len(JIRAS)], GITLABS[place // len(JIRAS)], (1, SEVERAL)[round_ % 2])
