"""A Confluence Cloud site: spaces and their pages as REST API v2 tells them, who is signed in as version 1 does."""

from collab_sync.sandbox.confluence.tracker import ConfluenceTracker

__all__ = ["ConfluenceTracker"]
