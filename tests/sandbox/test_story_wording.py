"""What people of the story write: nothing that only a program would say."""

from __future__ import annotations

from collab_sync.sandbox.story.telling import read_story
from collab_sync.sandbox.story.wording import section_lines


def test_没填的项不写进描述() -> None:
    """NPX-19 asks for a database: it has no number."""
    told = read_story().issues
    assert [key for key, issue in told.items() if "None" in "\n".join(section_lines(issue))] == []
    assert not [line for line in section_lines(told["NPX-19"]) if line.startswith("数量")]
