"""GitLab on loopback, REST API v4, behaving as Community Edition 14.2.3 was observed to behave."""

from collab_sync.sandbox.gitlab.state import Settings
from collab_sync.sandbox.gitlab.tracker import GitLabTracker

__all__ = ["GitLabTracker", "Settings"]
