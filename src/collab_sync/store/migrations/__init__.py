"""Revisions of the tables, run by ``collab_sync.store.migrate``."""
