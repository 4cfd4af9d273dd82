"""Views of a project: issue boards. ``boards`` makes them, ``labels`` the labels that their lists stand for."""

from collab_sync_gitlab.views.boards import GitlabBoards

__all__ = ["GitlabBoards"]
