"""Puts our adapter under the ``requests.Session`` of a client library."""

from __future__ import annotations

import requests

from collab_sync.model.connection import ConnectionSettings
from collab_sync.ports.clock import Clock
from collab_sync_http.adapter import RetryPolicy, TrackerAdapter


def mount(
    session: requests.Session, settings: ConnectionSettings, clock: Clock, policy: RetryPolicy | None = None
) -> None:
    """Every request of ``session`` goes through a ``TrackerAdapter`` for the connection from now on.

    Sets proxies and the certificate bundle of ``settings``; credentials stay what the client library made them."""
    adapter = TrackerAdapter(settings, clock, policy)
    session.adapters.clear()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.max_redirects = 0
    session.proxies.update(settings.proxies)
    if settings.ca_bundle:
        session.verify = settings.ca_bundle
