"""What ``deploy/`` holds, as data: units, the Dockerfile, YAML files."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SERVICE, ONCE = DEPLOY / "systemd" / "collab-sync.service", DEPLOY / "systemd" / "collab-sync-once.service"
TIMER, SYSUSERS = DEPLOY / "systemd" / "collab-sync-once.timer", DEPLOY / "systemd" / "collab-sync.sysusers.conf"
BY_HAND = DEPLOY / "systemd" / "collab-sync-office"
DOCKERFILE, COMPOSE = DEPLOY / "container" / "Dockerfile", DEPLOY / "container" / "compose.yaml"
ON_HOST = DEPLOY / "examples" / "settings.systemd.yaml"
IN_CONTAINER = DEPLOY / "examples" / "settings.compose.yaml"


@dataclass(frozen=True)
class Unit:
    """A systemd unit: every assignment in its order, by section."""

    lines: tuple[tuple[str, str, str], ...]

    def all(self, key: str, section: str = "Service") -> list[str]:
        """Every value of a key."""
        return [value for there, name, value in self.lines if (there, name) == (section, key)]

    def one(self, key: str, section: str = "Service") -> str:
        """The only value of a key."""
        (value,) = self.all(key, section)
        return value

    @property
    def environment(self) -> dict[str, str]:
        """Variables that the unit sets."""
        return dict(value.split("=", 1) for value in self.all("Environment"))


def unit(path: Path) -> Unit:
    """A unit file without its comments."""
    section, lines = "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section = heading[1]
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            lines.append((section, key, value))
    return Unit(tuple(lines))


def dockerfile() -> list[tuple[str, str]]:
    """Instructions and their arguments in order, continued lines joined."""
    text = re.sub(r"\\\n\s*", "", DOCKERFILE.read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def last_stage() -> list[tuple[str, str]]:
    """The instructions that make the image that runs."""
    found = dockerfile()
    start = max(number for number, (word, _) in enumerate(found) if word == "FROM")
    return found[start:]


def copied() -> list[str]:
    """Paths in the repository that the Dockerfile takes."""
    arguments = [shlex.split(rest) for word, rest in dockerfile() if word == "COPY" and "--from" not in rest]
    return [path for words in arguments for path in words[:-1]]


def health_command() -> list[str]:
    """What the image's health check runs."""
    (rest,) = [rest for word, rest in dockerfile() if word == "HEALTHCHECK"]
    words: list[str] = json.loads(rest.partition("CMD ")[2])
    return words


def yaml(path: Path) -> Any:
    """A YAML file as plain values."""
    return YAML(typ="safe", pure=True).load(path)
