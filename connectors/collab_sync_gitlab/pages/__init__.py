"""Pages in a project's wiki: ``publisher`` reads, compares and writes, ``mermaid`` draws."""

from collab_sync_gitlab.pages.publisher import GitlabPages

__all__ = ["GitlabPages"]
