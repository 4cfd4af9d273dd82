"""Writes in words: what is done, to what, and what would be there to read afterwards."""

from __future__ import annotations

from collections.abc import Mapping

from collab_sync.model.action import (
    CommentWrite,
    CreateWrite,
    DescriptionWrite,
    LabelWrite,
    LinkWrite,
    PlannedWrite,
    RetractWrite,
    TransitionWrite,
    UnlinkWrite,
    Write,
)
from collab_sync.model.document import plain
from collab_sync.model.page import Page, View

KINDS: Mapping[type[Write], str] = {
    LabelWrite: "标签",
    CommentWrite: "评论",
    RetractWrite: "撤评论",
    CreateWrite: "新建",
    LinkWrite: "关联",
    UnlinkWrite: "撤关联",
    TransitionWrite: "流转",
    DescriptionWrite: "改描述",
    Page: "页面",
    View: "视图",
}


def kind_of(write: Write) -> str:
    """One word for what is done."""
    if isinstance(write, CommentWrite) and write.comment_id:
        return "改评论"
    return KINDS[type(write)]


def text_of(write: Write) -> str:  # noqa: C901, PLR0911  # one case per kind of write
    """What would be there to read afterwards."""
    match write:
        case LabelWrite():
            return " ".join([*(f"+{label}" for label in write.add), *(f"-{label}" for label in write.remove)])
        case CommentWrite() | DescriptionWrite():
            return plain(write.document)
        case CreateWrite():
            due = f" 截止 {write.due}" if write.due else ""
            labels = " ".join(write.labels)
            return f"{write.type}《{write.title}》{due} {labels}".rstrip() + f"\n{plain(write.document)}"
        case LinkWrite():
            return f"{write.kind} → {write.title or write.target.name}"
        case UnlinkWrite():
            return f"{write.kind} ✗ {write.target.name or write.url}"
        case RetractWrite():
            return "删除;不许删时改为:" + plain(write.document)
        case TransitionWrite():
            return f"→ {write.to}"
        case Page():
            return f"{write.path}\n{plain(write.whole)}"
        case View():
            return _seen(write)


def _seen(view: View) -> str:
    """A view as people would see it: its name, then its lists or panels."""
    word = {"board": "看板", "filter": "筛选器", "dashboard": "仪表板"}[view.kind]
    parts = [f"- {panel.title}" for panel in view.panels] or [f"- {label}" for label in view.question.any_of]
    return "\n".join([f"{word}《{view.name}》({'、'.join(view.question.projects)})", *parts])


def target_of(write: PlannedWrite) -> str:
    """The item as people call it; for an issue of ours that is not there yet, its title or its name for us."""
    match write.write:
        case CreateWrite():
            return f"{write.project}(新建)"
        case LinkWrite() | UnlinkWrite():
            return write.write.source.name
        case Page():
            return f"page:{write.write.key}"
        case View():
            return f"view:{write.write.key}"
        case _:
            return write.write.target.name
