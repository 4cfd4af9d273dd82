"""What our pages are called in a space, and the stamp by which one is known.

Titles are unique in a whole space, without regard to case, so the title is the whole path, the last part first: what
tells pages apart is what the page tree shows.
"""

from __future__ import annotations

import re
from hashlib import sha256

STAMP = re.compile(r"collab-sync:[0-9a-f]{16}")

_LONGEST = 255
"""Characters of a title that a site takes."""


def title_of(path: str) -> str:
    """The title of the page of this path: ``2025-10-10 · X1 · 周报 · 协同``. At most 255 characters."""
    parts = [" ".join(part.split()) for part in path.strip("/").split("/")]
    title = " · ".join(reversed([part for part in parts if part]))
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 10]}… {sha256(path.encode()).hexdigest()[:8]}"


def same_title(one: str, other: str) -> bool:
    """Whether a space takes two titles for one."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def folder_key(path: str) -> str:
    """The key of the page that holds those below ``path``."""
    return f"目录:{path}"


def stamp(key: str) -> str:
    """What the last line of a body ends with."""
    return f"collab-sync:{sha256(key.encode()).hexdigest()[:16]}"
