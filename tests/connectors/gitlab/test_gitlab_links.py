"""Links between issues on GitLab: the kinds an edition has, one that is there already, and those it cannot have."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import responses

from collab_sync.errors import RejectedActionError
from collab_sync.model.action import LinkWrite, Target
from collab_sync.model.identity import SourceRef
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.tracker import ActionWriter, Connection
from collab_sync.testing.items import writer_of

API = "https://gitlab.example.com/api/v4"
ISSUE = f"{API}/projects/rd%2Fx1-firmware/issues/4"
FOUR = Target(
    ref=SourceRef(
        connection="gl", project="gl-firmware", path="rd/x1-firmware", native_id="1004", key="rd/x1-firmware#4", iid="4"
    )
)
NINE = SourceRef(
    connection="gl",
    project="gl-site",
    path="growth/site",
    native_id="77",
    key="growth/site#9",
    iid="9",
    url="https://x",
)


@pytest.fixture
def writer(connect: Callable[..., Connection], firmware: ProjectMapping) -> ActionWriter:
    return writer_of(connect(), firmware)


def sent(web: responses.RequestsMock) -> list[tuple[str | None, str, Any]]:
    """Writing requests so far: method, path below the API, JSON."""
    calls = [call.request for call in web.calls if call.request.method != "GET"]
    return [(call.method, str(call.url).removeprefix(API), json.loads(str(call.body, "utf-8"))) for call in calls]  # type: ignore[arg-type]  # bytes


@pytest.mark.parametrize(
    "case",
    [("free", "blocks", "relates_to"), ("premium", "blocks", "blocks"), ("premium", "blocked_by", "is_blocked_by")],
)
def test_议题链接按版本写类型(connect: Any, firmware: ProjectMapping, web: Any, case: tuple[str, str, str]) -> None:
    """The free edition would store a blocking link as a plain one without a word."""
    edition, kind, asked = case
    web.add(responses.GET, f"{API}/projects/growth%2Fsite", json={"id": 31})
    web.add(responses.POST, f"{ISSUE}/links", status=201, json={"id": 5, "link_type": asked})
    writer_of(connect(edition=edition), firmware).perform(LinkWrite(source=FOUR, kind=kind, target=Target(ref=NINE)))
    assert sent(web)[0][2] == {"target_project_id": 31, "target_issue_iid": "9", "link_type": asked}


def test_阻塞链接被存成普通关联要说出来(connect: Any, firmware: ProjectMapping, web: Any, recorded: Any) -> None:
    """The connection says Premium, the server is a free one: it answers 201 and keeps a plain link."""
    web.add(responses.GET, f"{API}/projects/growth%2Fsite", json={"id": 31})
    web.add(responses.POST, f"{ISSUE}/links", **recorded("issue_link_create"))
    with pytest.raises(RejectedActionError, match="edition: free"):
        writer_of(connect(edition="premium"), firmware).perform(
            LinkWrite(source=FOUR, kind="blocks", target=Target(ref=NINE))
        )


def test_已有的链接算写成(writer: ActionWriter, web: Any, recorded: Any) -> None:
    """409 says that what we want is there."""
    web.add(responses.GET, f"{API}/projects/growth%2Fsite", json={"id": 31})
    web.add(responses.POST, f"{ISSUE}/links", **recorded("err_409_issue_link_dup"))
    web.add(responses.GET, f"{ISSUE}/links", json=[{"id": 77, "iid": 9, "issue_link_id": 5}])
    assert writer.perform(LinkWrite(source=FOUR, kind="relates", target=Target(ref=NINE))).remote_id == "5"


def test_指向自己的链接被拒并转述原话(writer: ActionWriter, web: Any, recorded: Any) -> None:
    """The tracker's own words reach people."""
    web.add(responses.GET, f"{API}/projects/growth%2Fsite", json={"id": 31})
    web.add(responses.POST, f"{ISSUE}/links", **recorded("issue_link_self"))
    with pytest.raises(RejectedActionError, match="cannot be related to itself"):
        writer.perform(LinkWrite(source=FOUR, kind="relates", target=Target(ref=NINE)))


def test_跨系统的链接明白说不行(writer: ActionWriter, web: Any) -> None:
    """GitLab has no remote links; nothing is sent."""
    there = SourceRef(connection="jira", project="jira-npx", path="NPX", native_id="1", key="NPX-25")
    with pytest.raises(RejectedActionError, match=r"NPX-25.*登记"):
        writer.perform(LinkWrite(source=FOUR, kind="mirrors", target=Target(ref=there), url="https://j/browse/NPX-25"))
    assert len(web.calls) == 0
