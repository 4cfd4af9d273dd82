"""What the core needs from the world, as Protocols. An ability that is absent is ``None``, not a flag."""

from collab_sync.model.connection import Offers
from collab_sync.ports.clock import Clock
from collab_sync.ports.hooks import Delivery, HookFinding, HookKeeper, HookVerifier, Subscription
from collab_sync.ports.tracker import (
    ActionWriter,
    Connection,
    Connector,
    Diagnosis,
    PagePublisher,
    Payload,
    PulledPage,
    ViewEnsurer,
    Whereabouts,
    WorkItemReader,
    at_once,
)

__all__ = [
    "ActionWriter",
    "Clock",
    "Connection",
    "Connector",
    "Delivery",
    "Diagnosis",
    "HookFinding",
    "HookKeeper",
    "HookVerifier",
    "Offers",
    "PagePublisher",
    "Payload",
    "PulledPage",
    "Subscription",
    "ViewEnsurer",
    "Whereabouts",
    "WorkItemReader",
    "at_once",
]
