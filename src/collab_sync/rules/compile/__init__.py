"""Rules ready to be evaluated: paths resolved, texts compiled, offsets parsed, every place known."""

from collab_sync.rules.compile.actions import (
    ChecklistAction,
    CommentAction,
    CompiledAction,
    CreateAction,
    DigestAction,
    Each,
    LabelAction,
    LocalText,
    PageAction,
    ProgramAction,
    TransitionAction,
    ViewAction,
)
from collab_sync.rules.compile.build import Pack, compile_rules
from collab_sync.rules.compile.occurrences import Occurrence
from collab_sync.rules.compile.rule import CompiledRule, CompiledStep
from collab_sync.rules.compile.triggers import (
    CompiledClock,
    CompiledEvent,
    CompiledSchedule,
    CompiledState,
    CompiledTrigger,
)

__all__ = [
    "ChecklistAction",
    "CommentAction",
    "CompiledAction",
    "CompiledClock",
    "CompiledEvent",
    "CompiledRule",
    "CompiledSchedule",
    "CompiledState",
    "CompiledStep",
    "CompiledTrigger",
    "CreateAction",
    "DigestAction",
    "Each",
    "LabelAction",
    "LocalText",
    "Occurrence",
    "Pack",
    "PageAction",
    "ProgramAction",
    "TransitionAction",
    "ViewAction",
    "compile_rules",
]
