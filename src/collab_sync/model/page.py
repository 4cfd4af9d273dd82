"""A page that we keep on a tracker: a value that connectors render and rewrite only when it says something else."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from collab_sync.model.document import Document, Quiet


class Page(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="write", tag="page"):
    """``key``: who it is, for ever (``周报:新品X1上市:2025-10-10``). ``path``: where it stands, directories by ``/``
    (``协同/周报/新品X1上市/2025-10-10``), every part fit for any wiki. ``notice``: who made it, from what and as of
    when: shown first, and no reason to rewrite a page that says the same. ``withheld``: confidential items of its scope
    that it counts and does not name, because everybody may read it.
    """

    key: str
    path: str
    title: str
    notice: Quiet
    document: Document
    withheld: int = 0

    @property
    def whole(self) -> Document:
        """All that is to be seen, the notice first."""
        return Document((self.notice, *self.document.blocks))

    @property
    def hash(self) -> str:
        """Of what it says, without the notice: an equal hash writes nothing."""
        said = msgspec.json.encode((self.path, self.title, self.document))
        return sha256(said).hexdigest()
