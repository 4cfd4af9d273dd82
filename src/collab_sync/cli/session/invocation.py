"""What was given before the command's name, and what every command makes of it."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from collab_sync.cli.terminal.sentences import tokens_in

if TYPE_CHECKING:
    from collab_sync.config import Settings


@dataclass(frozen=True, slots=True)
class Invocation:
    """``explicit``: somebody wrote --settings, so that the file must be there."""

    file: Path
    verbose: bool = False
    explicit: bool = False

    @property
    def environment(self) -> Mapping[str, str]:
        return os.environ

    def settings(self, *, quiet: bool = True) -> Settings:
        """The settings in force; from now on logs go to stderr with our tokens masked. ``quiet``: warnings only.

        Raises ConfigurationError (RuleFileError with every problem of the file)."""
        from collab_sync.config import load_settings
        from collab_sync.log import configure_logging

        settings = load_settings(self.file)
        secrets = secrets_in(settings, self.environment)
        configure_logging(settings.log, secrets=secrets, verbose=self.verbose, quiet=quiet and not self.verbose)
        return settings

    def settings_if_any(self) -> Settings | None:
        """None when there is no settings file and nobody asked for one."""
        return self.settings() if self.explicit or self.file.is_file() else None


def secrets_in(settings: Settings, environment: Mapping[str, str]) -> tuple[str, ...]:
    """What must not get into logs: the secrets of the environment, each also as it goes out with an account, and the
    passwords of proxies."""
    tokens = tokens_in(environment)
    users = [one.user for one in settings.connections if one.user]
    pairs = [b64encode(f"{user}:{token}".encode()).decode() for user in users for token in tokens]
    addresses = [address for one in settings.connections for address in one.proxies.values()]
    return (*pairs, *tokens, *filter(None, (urlsplit(address).password for address in addresses)))
