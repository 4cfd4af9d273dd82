"""The applications behind a programme."""

from __future__ import annotations

from collab_sync.summaries.scope import Line, SectionScope


def applications(scope: SectionScope) -> tuple[Line, ...]:
    """The applications behind this programme: those that name its code."""
    if scope.program is None:
        return (scope.item,) if scope.item else ()
    code = scope.program.code
    found = (facts for facts in scope.view.items_where(type_name="立项申请") if not facts.item.confidential)
    return tuple(Line(one, scope) for one in found if code in (one.item.fields.get("项目代号"), one.program_code))
