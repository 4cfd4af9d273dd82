"""Puts the pieces together: settings, connectors, rules, store and clock become a runtime.

The only place that knows both the core and (through entry points) the connectors.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from collab_sync.config import Settings, connection_settings, load_settings
from collab_sync.errors import ConfigurationError, Place, Problem, RuleFileError
from collab_sync.model.connection import ConnectionSettings
from collab_sync.model.mapping import TrackerMapping
from collab_sync.pipeline.runtime import Ruling, Runtime
from collab_sync.ports import Clock, Connection, Connector

REMOTE_LINK_KINDS = frozenset({"jira"})
"""Trackers that can hold a link to an issue of another tracker."""


def load_ruling(folder: Path, settings: Settings | None = None) -> Ruling:
    """The office's files with the connectors' defaults filled in. Raises RuleFileError with every problem."""
    from collab_sync.discovery import connector_for, find_connectors
    from collab_sync.rules.load import load_rules_folder

    rules = load_rules_folder(folder)
    if settings is None:
        return Ruling(rules=rules, mapping=rules.mapping)
    kinds = {connection.name: connection.kind for connection in settings.connections}
    connectors = find_connectors()
    problems = [
        Problem(
            Place(str(folder / "mapping.yaml")),
            f"项目 {project.name} 写的连接“{project.connection}”不在设置里",
            f"设置里的连接有:{'、'.join(kinds)}",
        )
        for project in rules.mapping.projects
        if project.connection not in kinds
    ]
    if problems:
        raise RuleFileError(problems)
    projects = tuple(
        connector_for(kinds[project.connection], connectors).default_mapping(project)
        for project in rules.mapping.projects
    )
    mapping = TrackerMapping(projects=projects, writeback=rules.mapping.writeback)
    return Ruling(rules=rules, mapping=mapping)


def connect(settings: Settings, clock: Clock, environment: Mapping[str, str] | None = None) -> dict[str, Connection]:
    """All connections by name; no request is made yet. Raises ConfigurationError for a missing secret."""
    from collab_sync.discovery import connector_for, find_connectors

    connectors = find_connectors()
    given = os.environ if environment is None else environment
    return {
        file.name: _open(connector_for(file.kind, connectors), connection_settings(file, given), clock)
        for file in settings.connections
    }


def _open(connector: Connector, settings: ConnectionSettings, clock: Clock) -> Connection:
    return connector.connect(settings, clock)


@contextmanager
def open_runtime(settings: Settings, environment: Mapping[str, str] | None = None) -> Iterator[Runtime]:
    """A runtime for the time of a command. Raises ConfigurationError, StoreError."""
    from collab_sync.clock import SandboxClock, open_clock
    from collab_sync.store.sqlite import open_store

    ruling = load_ruling(settings.rules, settings)
    clock = open_clock(settings.clock)
    connections = connect(settings, clock, environment)
    if not settings.database.parent.is_dir():
        raise ConfigurationError(f"数据库文件夹 {settings.database.parent} 不存在", hint="先建好文件夹,或改 database")
    store = open_store(settings.database)
    try:
        yield Runtime(
            store=store,
            connections=connections,
            ruling=ruling,
            clock=clock,
            remote_links=frozenset(file.name for file in settings.connections if file.kind in REMOTE_LINK_KINDS),
        )
    finally:
        store.close()
        for connection in connections.values():
            connection.close()
        if isinstance(clock, SandboxClock):
            clock.close()


def settings_from(path: str) -> Settings:
    """The settings file that a command was given."""
    return load_settings(Path(path))
