"""Confluence as a place for pages: Cloud (REST API v2) and Data Center (v1). It has no items.

Read in this order: ``site`` (requests) → ``edition`` (what the editions have in common), ``editions.cloud``,
``editions.center`` → ``titles``, ``labels``, ``body`` (a page as a document of ours) → ``shelf`` (finding, creating,
marking) → ``gallery`` (pictures, labels) → ``publisher`` (read, compare, write) → ``doctor``.

Importing this package does not import ``requests``; ``connect`` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collab_sync.model.connection import Offers

if TYPE_CHECKING:
    from collab_sync.model.connection import ConnectionSettings
    from collab_sync.model.mapping import ProjectMapping
    from collab_sync.ports.clock import Clock
    from collab_sync_confluence.connection import ConfluenceConnection

__all__ = ["ConfluenceConnector", "connector"]


class ConfluenceConnector:
    """What the entry point ``confluence`` of ``collab_sync.connectors`` offers; see ``ports.Connector``."""

    kind = "confluence"
    offers = Offers(items=False)
    hooks = None

    def default_mapping(self, project: ProjectMapping) -> ProjectMapping:
        """``project`` as it is: a space has no items whose fields could be mapped."""
        return project

    def connect(self, settings: ConnectionSettings, clock: Clock) -> ConfluenceConnection:
        """A connection that has made no request yet. Raises ConfigurationError for settings that cannot work."""
        from collab_sync_confluence.connection import ConfluenceConnection

        return ConfluenceConnection(settings, clock)


connector = ConfluenceConnector()
"""The entry point."""
