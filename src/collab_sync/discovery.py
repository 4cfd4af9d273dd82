"""Finds connectors by entry point, so that the core never imports one."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import cast

from collab_sync.errors import ConfigurationError
from collab_sync.ports import Connector

GROUP = "collab_sync.connectors"


def find_connectors() -> Mapping[str, Connector]:
    """Installed connectors by kind. One that cannot be imported is a ConfigurationError that names it."""
    found: dict[str, Connector] = {}
    for point in entry_points(group=GROUP):
        try:
            found[point.name] = cast(Connector, point.load())
        except ImportError as error:
            raise ConfigurationError(
                f"连接器 {point.name} 无法载入:{error}", hint=f"请重新安装提供它的软件包({point.value})"
            ) from error
    return found


def connector_for(kind: str, connectors: Mapping[str, Connector]) -> Connector:
    """The connector of a kind. Raises ConfigurationError with the kinds there are."""
    if kind not in connectors:
        raise ConfigurationError(f"没有安装 {kind} 连接器", hint=f"可用的有:{'、'.join(sorted(connectors)) or '(无)'}")
    return connectors[kind]
