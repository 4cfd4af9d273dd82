"""Who carries out a write: the project's writer, its pages or its views, each with the same two promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from collab_sync.errors import AccessError, RejectedActionError
from collab_sync.model.action import Receipt, Write
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import Page, View
from collab_sync.pipeline.runtime import Runtime
from collab_sync.ports import ActionWriter, Connection, PagePublisher, ViewEnsurer
from collab_sync.ports.store import OutboxRow


class Writer(Protocol):
    """See ``ports.ActionWriter``; for every kind of write."""

    def perform(self, write: Write) -> Receipt: ...

    def find(self, write: Write) -> Receipt | None: ...


def writer_of(runtime: Runtime, row: OutboxRow) -> Writer:
    """Raises AccessError where the mapping no longer knows the project, RejectedActionError where its tracker has
    nothing of the kind. Makes no request."""
    project = runtime.ruling.mapping.project(row.planned.project)
    connection = runtime.connection_of(row.planned.project)
    if project is None or connection is None:
        raise AccessError("映射中已没有这个项目,写入暂停", connection=row.planned.project)
    return _writer_for(row.planned.write, connection, project)


def _writer_for(write: Write, connection: Connection, project: ProjectMapping) -> Writer:
    """Raises RejectedActionError where this tracker has nothing of the kind."""
    match write:
        case Page():
            publisher = connection.pages(project)
            if publisher is None:
                raise RejectedActionError("这个系统没有可写的页面", connection=project.connection)
            return _PageWriter(publisher)
        case View():
            ensurer = connection.views(project)
            if ensurer is None:
                raise RejectedActionError("这个系统没有看板、筛选器和仪表板", connection=project.connection)
            return _ViewWriter(ensurer)
        case _:
            writer = connection.writer(project)
            if writer is None:
                raise RejectedActionError(
                    f"项目 {project.name} 那里只有页面,没有事项,这次写回无处可写。请在规则和 home 里改用有事项的项目。",
                    connection=project.connection,
                )
            return _ItemWriter(writer)


@dataclass(frozen=True, slots=True)
class _ItemWriter:
    """Items go to the project's writer."""

    writer: ActionWriter

    def perform(self, write: Write) -> Receipt:
        assert not isinstance(write, Page | View), "pages and views have writers of their own"
        return self.writer.perform(write)

    def find(self, write: Write) -> Receipt | None:
        assert not isinstance(write, Page | View), "pages and views have writers of their own"
        return self.writer.find(write)


@dataclass(frozen=True, slots=True)
class _PageWriter:
    """Pages go to the project's publisher."""

    publisher: PagePublisher

    def perform(self, write: Write) -> Receipt:
        assert isinstance(write, Page), "items have a writer"
        return self.publisher.publish(write)

    def find(self, write: Write) -> Receipt | None:
        assert isinstance(write, Page), "items have a writer"
        return self.publisher.find(write)


@dataclass(frozen=True, slots=True)
class _ViewWriter:
    """Views go to the project's ensurer."""

    ensurer: ViewEnsurer

    def perform(self, write: Write) -> Receipt:
        assert isinstance(write, View), "nothing else is ensured"
        return self.ensurer.ensure(write)

    def find(self, write: Write) -> Receipt | None:
        assert isinstance(write, View), "nothing else is ensured"
        return self.ensurer.find(write)
