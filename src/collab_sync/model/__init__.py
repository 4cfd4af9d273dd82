"""Frozen values that all stages share: no I/O, no clock, no decisions.

Import from the modules by name (``from collab_sync.model.work_item import WorkItem``); this package re-exports nothing,
so that an import says which part of the model is meant.
"""
