"""Of the shared resources those that are people."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.resources.cells import Stock
from collab_sync.summaries.sections.resources.inventory import INVENTORY
from collab_sync.summaries.sheet import Section, Sheet


def talents(scope: SectionScope) -> tuple[Block, ...]:
    """Of the shared resources those that are people."""
    pool = Sheet("人才池", INVENTORY.columns, ("S1-42",))
    people = (
        resource for resource in scope.view.office.resources if resource.category == "人力" and resource.shareable
    )
    return pool.blocks(scope, (Stock(resource, scope) for resource in people))


SECTION = Section("人才池", talents, serves=("S1-42",))
