"""Tells the story in this process: a sandbox on loopback, real connectors, the real daemon."""

from __future__ import annotations

import csv
import http.client
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from click.testing import CliRunner

from collab_sync.cli.main import cli
from collab_sync.sandbox.house import open_house


@dataclass(frozen=True)
class Telling:
    """A story that was told: where its sandbox answers, its folder, its log as rows."""

    url: str
    folder: Path

    @property
    def log(self) -> tuple[dict[str, str], ...]:
        """The write-back log, a row per line."""
        text = (self.folder / "log.tsv").read_text(encoding="utf-8")
        return tuple(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))

    def ask(self, path: str) -> Any:
        """A GET to the sandbox's control API."""
        return ask(self.url, path)


@contextmanager
def tell(folder: Path, until: str) -> Iterator[Telling]:
    """The story from its beginning to the end of the day ``until``; the sandbox stays open inside."""
    with open_house() as house:
        tell_on(house.url, folder, until)
        yield Telling(house.url, folder)


def tell_on(url: str, folder: Path, until: str) -> None:
    """Tells the story in a running sandbox, from wherever it was left."""
    log = str(folder / "log.tsv")
    arguments = ["demo", "--exit", "--sandbox", url, "--state", str(folder / "state"), "--until", until, "--log", log]
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output


def ask(url: str, path: str) -> Any:
    """A GET to the control API of the sandbox at ``url``."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port or 80, timeout=30)
    try:
        connection.request("GET", f"/__sandbox/{path}")
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
