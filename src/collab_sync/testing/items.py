"""The reader and the writer of a project that has items, for tests that would make no sense without."""

from __future__ import annotations

from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports import ActionWriter, Connection, WorkItemReader


def reader_of(connection: Connection, project: ProjectMapping) -> WorkItemReader:
    """Who reads the items. Fails where the tracker has none."""
    reader = connection.reader(project)
    assert reader is not None, f"连接 {connection.name} 没有事项可读"
    return reader


def writer_of(connection: Connection, project: ProjectMapping) -> ActionWriter:
    """Who writes the items. Fails where the tracker has none."""
    writer = connection.writer(project)
    assert writer is not None, f"连接 {connection.name} 没有事项可写"
    return writer
