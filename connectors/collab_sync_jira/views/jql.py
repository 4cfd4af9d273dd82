"""A question in Jira's language. Every value stands in quotes: no label and no project can change what is asked."""

from __future__ import annotations

from collab_sync.model.page import Question
from collab_sync_jira.site import quoted

ORDER = "ORDER BY duedate ASC, priority DESC, key ASC"
"""What is due first comes first; what is due never comes last."""


def jql_of(question: Question) -> str:
    """The whole query, ordered."""
    clauses = [_among("project", names) for names in (question.projects,) if names]
    clauses += [_among("labels", names) for names in (question.any_of,) if names]
    clauses += [f"labels = {quoted(label)}" for label in question.all_of]
    clauses += ["statusCategory != Done"] if question.open_only else []
    return " ".join((" AND ".join(clauses), ORDER)).strip()


def _among(field: str, names: tuple[str, ...]) -> str:
    return f"{field} in ({', '.join(quoted(name) for name in names)})"
