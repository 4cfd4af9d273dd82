"""Conditions, compiled to closures: three-valued, with the next instant at which time alone may change them."""

from collab_sync.rules.conditions.compile import compile_condition
from collab_sync.rules.conditions.predicate import Predicate, Trace

__all__ = ["Predicate", "Trace", "compile_condition"]
