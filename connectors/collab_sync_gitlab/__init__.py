"""GitLab as a tracker (REST API v4, Free and Premium, self-managed 14.2 and later).

Read it from the outside in: ``connection`` (one site), ``client`` (HTTP), ``reader`` (what changed), ``payloads`` and
``normalize`` with ``history`` (bytes → item), ``writer`` (one request per write, and finding it again), ``render`` with
``escape`` (documents → Markdown), ``pages`` (the wiki), ``views`` (boards), ``hooks`` (web
hooks), ``defaults`` (mapping), ``doctor``.

How GitLab behaves, and where that is answered:

- a comment or label within a minute of another change does not move ``updated_at``: ``reader`` looks back and compares
- old servers ignore the wish for a cursor, new ones keep it for issues of a project only: ``reader``, ``client.page``
- a line that begins with ``/`` is a command, in notes, descriptions and comments of HTML alike: ``escape``
- what is finished text still becomes mentions and references: ``escape``
- unknown labels are made, unknown dates and link types swallowed, all with success: ``writer`` reads the answer
- labels ``a::x`` and ``a::y`` exclude each other on paid editions only: ``writer``, and the plan
- a move closes the original and makes a copy with a new id: ``normalize`` tells ``moved_to``
- a project without us is 404, like one that is not there: ``reader``, ``client``
- a wiki page loses its folder unless the whole path is sent as its title: ``pages``
- a board takes several requests and can bear no mark of ours: ``views``
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collab_sync.model.connection import Offers
from collab_sync_gitlab.hooks.delivery import GitlabHooks

if TYPE_CHECKING:  # the libraries behind are loaded when a connection is made, not when connectors are listed
    from collab_sync.model.connection import ConnectionSettings
    from collab_sync.model.mapping import ProjectMapping
    from collab_sync.ports.clock import Clock
    from collab_sync.ports.tracker import Connection

__all__ = ["GitlabConnector", "connector"]


class GitlabConnector:
    """Implements ``collab_sync.ports.Connector``."""

    kind = "gitlab"
    offers = Offers(views=frozenset({"board"}))
    hooks = GitlabHooks()

    def default_mapping(self, project: ProjectMapping) -> ProjectMapping:
        """``project`` with what GitLab has to say filled in where it says nothing."""
        from collab_sync.carriers.assemble import with_defaults
        from collab_sync_gitlab.defaults import defaults

        return with_defaults(project, defaults(project))

    def connect(self, settings: ConnectionSettings, clock: Clock) -> Connection:
        """Makes no request yet."""
        from collab_sync_gitlab.connection import GitlabConnection

        return GitlabConnection(settings, clock)


connector = GitlabConnector()
