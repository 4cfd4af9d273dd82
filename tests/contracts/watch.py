"""Watches every sandbox of a test: what goes over the wire keeps to the vendors' documents, or the test fails."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from tests.contracts.api_document import Contracts, folder, load
from tests.contracts.conformance import complaints

from collab_sync.sandbox.server import SandboxWorld
from collab_sync.sandbox.wire import Request, Response

HEADER = "vendors' API documents: "


@cache
def contracts() -> Contracts | None:
    """Read once a session."""
    where = folder()
    return load(where) if where else None


def header() -> str:
    """The line that tells whether anything is being watched."""
    where = folder()
    return HEADER + (
        str(where) if where else "not at hand (../shared/contracts, COLLAB_SYNC_CONTRACTS), exchanges are not checked"
    )


def watched(monkeypatch: pytest.MonkeyPatch, *, strict: bool) -> Iterator[list[str]]:
    """Body of an autouse fixture. Every world is watched where it executes requests, below the faults: what a fault
    answers is not the sandbox's doing, and tests build their worlds in many places."""
    known, found = contracts(), list[str]()
    execute = SandboxWorld._execute

    def observed(world: SandboxWorld, request: Request) -> Response:
        response = execute(world, request)
        if known is not None:
            found.extend(complaints(known, request, response, strict=strict))
        return response

    if known is not None:
        monkeypatch.setattr(SandboxWorld, "_execute", observed)
    yield found
    if found:
        pytest.fail("against the vendors' documents:\n" + "\n".join(sorted(set(found))), pytrace=False)
