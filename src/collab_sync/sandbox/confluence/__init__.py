"""A Confluence site: spaces and their pages, as Cloud's REST API v2 or Data Center's v1 tells them."""

from collab_sync.sandbox.confluence.tracker import ConfluenceTracker

__all__ = ["ConfluenceTracker"]
