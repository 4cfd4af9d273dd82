"""Files of a ``multipart/form-data`` body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP

from collab_sync.sandbox.wire import Request

PART = "file"
"""The form field whose files Jira takes; it passes over all others."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as the client sent it."""

    name: str
    mime: str
    data: bytes


def files(request: Request) -> tuple[SentFile, ...]:
    """The files of a form in order; none where the body is no such form."""
    kind = request.headers.get("Content-Type", "")
    head = f"Content-Type: {kind}\r\nMIME-Version: 1.0\r\n\r\n".encode("utf-8", "replace")
    form = BytesParser(policy=HTTP).parsebytes(head + request.body)
    return tuple(_sent(form)) if kind.startswith("multipart/form-data") else ()


def _sent(form: EmailMessage) -> Iterator[SentFile]:
    for part in form.iter_parts():
        name = part.get_filename()
        if name and part.get_param("name", header="content-disposition") == PART:
            data = part.get_payload(decode=True)
            yield SentFile(name, part.get_content_type(), data if isinstance(data, bytes) else b"")
