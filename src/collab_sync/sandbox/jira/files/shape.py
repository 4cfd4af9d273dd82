"""An attachment in JSON. Cloud serves the file below the API, Data Center below ``/secure``."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from collab_sync.sandbox.jira.state import Attachment, SiteState


def shape(
    site: SiteState, base: str, attachment: Attachment, author: Mapping[str, object], created: str
) -> dict[str, object]:
    """Metadata of a file; ``base``: the site's address."""
    api = base + site.api
    place = f"{base}/secure/attachment/{attachment.id}/{quote(attachment.name)}"
    return {
        "self": f"{api}/attachment/{attachment.id}",
        "id": str(attachment.id),
        "filename": attachment.name,
        "author": dict(author),
        "created": created,
        "size": len(attachment.data),
        "mimeType": attachment.mime,
        "content": f"{api}/attachment/content/{attachment.id}" if site.cloud else place,
    }
