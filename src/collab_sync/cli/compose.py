"""Puts the pieces together: settings, connectors, rules, store and clock become a runtime.

The only place that knows both the core and (through entry points) the connectors.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from collab_sync.cli.terminal.sentences import tokens_in
from collab_sync.config import ConnectionFile, Settings, connection_settings, hook_secrets
from collab_sync.errors import ConfigurationError, RuleFileError
from collab_sync.model.connection import ConnectionSettings, Secret

if TYPE_CHECKING:
    from collab_sync.daemon.hooks.reception import Desk
    from collab_sync.pipeline.runtime import Ruling, Runtime
    from collab_sync.ports import Clock, Connection, Connector, Offers
    from collab_sync.ports.store import Store

BUSY_SECONDS = 30.0
"""How long a write waits for another process to finish its own; a large first decision takes some seconds."""


def load_ruling(folder: Path, settings: Settings | None = None) -> Ruling:
    """The office's files with the connectors' defaults filled in, without what this version cannot carry out.

    Raises RuleFileError with every problem."""
    from collab_sync.cli.places import misplaced
    from collab_sync.discovery import connector_for, find_connectors
    from collab_sync.model.mapping import TrackerMapping
    from collab_sync.pipeline.runtime import Ruling
    from collab_sync.rules.load import load_rules_folder

    rules = load_rules_folder(folder)
    if settings is None:
        return Ruling(rules=rules, mapping=rules.mapping)
    problems = misplaced(folder, rules, settings, offered(settings))
    if problems:
        raise RuleFileError(problems)
    kinds = {connection.name: connection.kind for connection in settings.connections}
    connectors = find_connectors()
    locales = {connection.name: connection.locale for connection in settings.connections}
    projects = tuple(
        connector_for(kinds[project.connection], connectors)
        .default_mapping(project)
        .model_copy(update={"locale": project.locale or locales[project.connection]})
        for project in rules.mapping.projects
    )
    mapping = TrackerMapping(projects=projects, writeback=rules.mapping.writeback)
    return Ruling(rules=rules, mapping=mapping)


def offered(settings: Settings) -> Mapping[str, Offers]:
    """What each connection's kind of tracker has, by the connection's name; of a kind that is not installed nothing is
    known."""
    from collab_sync.discovery import find_connectors

    connectors = find_connectors()
    return {one.name: connectors[one.kind].offers for one in settings.connections if one.kind in connectors}


def connect(settings: Settings, clock: Clock, environment: Mapping[str, str] | None = None) -> dict[str, Connection]:
    """All connections by name; no request is made yet. Raises ConfigurationError for a missing secret."""
    from collab_sync.discovery import connector_for, find_connectors

    connectors = find_connectors()
    given = os.environ if environment is None else environment
    return {
        file.name: _open(connector_for(file.kind, connectors), _discreet(file, given), clock)
        for file in settings.connections
    }


def connect_one(file: ConnectionFile, clock: Clock, environment: Mapping[str, str]) -> Connection:
    """One connection; no request is made yet. Raises ConfigurationError."""
    from collab_sync.discovery import connector_for, find_connectors

    return _open(connector_for(file.kind, find_connectors()), _discreet(file, environment), clock)


def _discreet(file: ConnectionFile, environment: Mapping[str, str]) -> ConnectionSettings:
    """One connection that shows no secret of ours, whichever comes back to it. Raises ConfigurationError."""
    unspoken = tuple(Secret(one) for one in tokens_in(environment))
    return replace(connection_settings(file, environment), unspoken=unspoken)


def _open(connector: Connector, settings: ConnectionSettings, clock: Clock) -> Connection:
    """Where a sandbox plays a story everything happens one after the other: it tells the same story every time."""
    from collab_sync.clock import SandboxClock

    if isinstance(clock, SandboxClock):
        settings = replace(settings, at_once=1)
    return connector.connect(settings, clock)


@contextmanager
def open_database(settings: Settings, *, existing: bool = False) -> Iterator[Store]:
    """The store for the time of a command. Raises StoreError; ConfigurationError where its folder, or with
    ``existing`` the file itself, is not there."""
    from collab_sync.store.sqlite import open_store

    require_folder(settings)
    if existing and not settings.database.is_file():
        raise ConfigurationError(
            f"还没有数据库 {settings.database}", hint="先运行 collab-sync plan(只读)或 collab-sync run --once"
        )
    store = open_store(settings.database, busy_timeout=BUSY_SECONDS)
    try:
        yield store
    finally:
        store.close()


def require_folder(settings: Settings) -> None:
    """Raises ConfigurationError if the database's folder is not there: it is not ours to make."""
    if not settings.database.parent.is_dir():
        raise ConfigurationError(
            f"数据库文件夹 {settings.database.parent} 不存在", hint=f"先建好文件夹,或改 {settings.file} 里的 database"
        )


def desks(settings: Settings, environment: Mapping[str, str] | None = None) -> dict[str, Desk]:
    """How calls of each connection's web hooks are checked; none for trackers that we only poll. Raises
    ConfigurationError for secrets that cannot be used."""
    from collab_sync.daemon.hooks.reception import Desk
    from collab_sync.discovery import find_connectors

    connectors = find_connectors()
    given = os.environ if environment is None else environment
    kinds = {one.name: connectors[one.kind].hooks for one in settings.connections if one.kind in connectors}
    return {name: Desk(hooks, hook_secrets(name, given)) for name, hooks in kinds.items() if hooks is not None}


@contextmanager
def open_time(settings: Settings) -> Iterator[Clock]:
    """The clock for the time of a command. Raises ConfigurationError."""
    from collab_sync.clock import SandboxClock, open_clock

    clock = open_clock(settings.clock)
    try:
        yield clock
    finally:
        if isinstance(clock, SandboxClock):
            clock.close()


@contextmanager
def open_runtime(settings: Settings, environment: Mapping[str, str] | None = None) -> Iterator[Runtime]:
    """A runtime for the time of a command. Raises ConfigurationError, StoreError."""
    from collab_sync.pipeline.runtime import Runtime

    ruling = load_ruling(settings.rules, settings)
    with ExitStack() as stack:
        clock = stack.enter_context(open_time(settings))
        connections = connect(settings, clock, environment)
        for connection in connections.values():
            stack.callback(connection.close)
        yield Runtime(
            store=stack.enter_context(open_database(settings)),
            connections=connections,
            ruling=ruling,
            clock=clock,
            offers=offered(settings),
        )
