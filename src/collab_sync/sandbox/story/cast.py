"""Who takes part: accounts and tokens on both trackers, from the organisation file. All of it is invented."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from collab_sync.model.organisation import Organisation

JIRA = "jira"
GITLAB = "gitlab"
BOT = "collab-sync"
"""Our account's name on GitLab."""
BOT_EMAIL = "bot@collab.example"
BOT_TOKEN = "sandbox-bot"  # noqa: S105  # the sandbox's own, on loopback
GITLAB_VERSION = "19.0.0"
"""The first whose wiki draws everything that we have to show."""
PROJECTS = ("rd/x1-firmware", "growth/x1-launch-site", "pmo/collab")


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or our bot) with an account on each tracker."""

    name: str
    account_id: str
    username: str
    bot: bool = False

    @property
    def email(self) -> str:
        return BOT_EMAIL if self.bot else f"{self.username}@yunfan.example"

    @property
    def token(self) -> str:
        return BOT_TOKEN if self.bot else f"sandbox-{self.username}"


def read_cast(organisation: Organisation) -> dict[str, Actor]:
    """Everybody who has an account on both trackers, by name."""
    actors = {}
    for person in organisation.people:
        account, username = person.account(JIRA), person.account(GITLAB)
        if account and username:
            actors[person.key] = Actor(person.key, account, username, person.bot)
    return actors


def seed(cast: Iterable[Actor]) -> dict[str, object]:
    """What the control API is asked to set up before the story begins."""
    return {
        "users": [
            {
                "name": actor.name,
                "bot": actor.bot,
                "jira": {
                    "accountId": actor.account_id,
                    "email": actor.email,
                    "token": actor.token,
                    "timeZone": "Asia/Shanghai",
                },
                "gitlab": {"username": actor.username, "token": actor.token, "access": "developer"},
            }
            for actor in cast
        ],
        "jira": {
            "projects": [{"key": "NPX", "name": "新品与流程", "types": ["任务", "风险"]}],
            "time_zone": "Asia/Shanghai",
            "title": "云帆 Jira",
        },
        "gitlab": {"projects": [{"path": path} for path in PROJECTS], "settings": {"version": GITLAB_VERSION}},
    }
