"""Jira Cloud (REST API v3) on loopback: stateful, with accounts, a workflow, JQL, history and real refusals."""

from collab_sync.sandbox.jira.tracker import JiraTracker

__all__ = ["JiraTracker"]
