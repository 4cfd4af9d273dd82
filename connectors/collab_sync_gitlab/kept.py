"""What GitLab stored, compared with what it was asked to: it accepts much in silence that it does not keep."""

from __future__ import annotations

from collab_sync.model.action import CreateWrite, LabelWrite
from collab_sync_gitlab.payloads import IssuePart


def missing_labels(write: LabelWrite, issue: IssuePart) -> str:
    """What of the labels is not as ordered, as a clause; empty if all is."""
    absent = _absent(write.add, issue)
    left = [label for label in write.remove if label in issue.labels]
    clauses = [f"没有加上标签 {'、'.join(absent)}"] if absent else []
    return ",".join([*clauses, f"没有去掉标签 {'、'.join(left)}"] if left else clauses)


def _absent(ordered: tuple[str, ...], issue: IssuePart) -> list[str]:
    """Labels that are missing without excuse: of several with one prefix (``a::x``, ``a::y``) Premium keeps one."""
    kept = {label.rpartition("::")[0] for label in ordered if label in issue.labels}
    return [label for label in ordered if label not in issue.labels and label.rpartition("::")[0] not in kept - {""}]


def not_as_ordered(write: CreateWrite, issue: IssuePart) -> str:
    """What of a new issue is not as ordered, as a clause; empty if all is."""
    due = write.due.isoformat() if write.due else None
    if issue.due_date != due:
        return f"截止日是 {issue.due_date or '空'} 而不是 {due or '空'}"
    absent = _absent(write.labels, issue)
    if absent:
        return f"缺标签 {'、'.join(absent)}"
    if write.assignee and write.assignee.id not in [user.username for user in issue.assignees]:
        return f"没有指派给 {write.assignee.id}"
    return ""


def same_text(stored: str | None, sent: str) -> bool:
    """Equal up to blanks at the end and the kind of line break, which servers tidy."""
    return (stored or "").replace("\r\n", "\n").rstrip() == sent.rstrip()
