"""The sandbox as people start it: one Jira, one GitLab, one Confluence site, the browser view, one address."""

from __future__ import annotations

from pathlib import Path

from collab_sync.clock import SystemClock
from collab_sync.sandbox.browse.view import BrowserView
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.confluence import ConfluenceTracker
from collab_sync.sandbox.gitlab.tracker import GitLabTracker
from collab_sync.sandbox.jira.tracker import JiraTracker
from collab_sync.sandbox.server import SandboxServer, SandboxWorld


def open_house(port: int = 0, *, snapshot_path: Path | None = None) -> SandboxServer:
    """A server (not started yet) with all three trackers over a clock that stands still until it is set."""
    clock = SandboxClock(SystemClock().now)
    world = SandboxWorld(clock, (JiraTracker(clock), GitLabTracker(clock), ConfluenceTracker(clock)), BrowserView())
    return SandboxServer(world, port, snapshot_path=snapshot_path)
