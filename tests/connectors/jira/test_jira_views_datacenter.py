"""Views on Data Center: filters in two requests, found among favourites; no dashboards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from tests.connectors.jira.test_jira_suite import JiraStage, jira_stage
from tests.connectors.jira.test_jira_views import ESCALATED, OFFICE

from collab_sync.errors import RejectedActionError, UnknownOutcomeError
from collab_sync.ports.tracker import ViewEnsurer
from collab_sync.testing.connector_suite import Weather


@pytest.fixture
def stage() -> Iterator[JiraStage]:
    stage = jira_stage("datacenter")
    yield stage
    stage.server.stop()


@pytest.fixture
def views(stage: JiraStage) -> Iterator[ViewEnsurer]:
    connection = stage.connector.connect(stage.settings, stage.clock)
    ensurer = connection.views(stage.connector.default_mapping(stage.project))
    assert ensurer is not None
    yield ensurer
    connection.close()


def filters(stage: JiraStage) -> list[Any]:
    state: Any = stage.tracker.snapshot()
    return list(state["filters"].values())


def as_bot(stage: JiraStage, method: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": "Bearer bot-token"}
    answer = requests.request(
        method, f"{stage.server.url}/jira/rest/api/2/{path}", json=body, headers=headers, timeout=10
    )
    assert answer.ok, answer.text
    return answer.json()


def test_建好之后再共享_是我们的收藏(stage: JiraStage, views: ViewEnsurer) -> None:
    """Data Center lists favourites only: by that we find it again."""
    receipt = views.ensure(ESCALATED)
    (saved,) = filters(stage)
    assert [share["kind"] for share in saved["shares"]] == ["loggedin"]
    assert stage.lin("GET", f"filter/{receipt.remote_id}")["jql"] == saved["jql"]
    assert stage.writing_requests() == 2
    assert views.ensure(ESCALATED) == receipt
    assert stage.writing_requests() == 2


def test_建好没来得及共享的_下次补上(stage: JiraStage, views: ViewEnsurer) -> None:
    """A filter that nobody else sees is half-made."""
    weather = stage.can.weather
    assert weather is not None
    interrupt(weather, views)
    (saved,) = filters(stage)
    assert saved["shares"] == []
    assert views.find(ESCALATED) is None
    views.ensure(ESCALATED)
    (saved,) = filters(stage)
    assert [share["kind"] for share in saved["shares"]] == ["loggedin"]


def interrupt(weather: Weather, views: ViewEnsurer) -> None:
    weather.drop_next_write("before", 1)
    with pytest.raises(UnknownOutcomeError):
        views.ensure(ESCALATED)
    weather.clear()


def test_收藏了别人的同名筛选器_仍建自己的(stage: JiraStage, views: ViewEnsurer) -> None:
    """Whoever has given it to us as a favourite: its owner is somebody else."""
    theirs = stage.lin("POST", "filter", {"name": ESCALATED.name, "jql": ""})
    with stage.database() as site:
        site["filters"][theirs["id"]]["favourites"] = ["bot-account", "JIRAUSER10200"]
        site["filters"][theirs["id"]]["shares"] = [{"id": 1, "kind": "loggedin"}]
    assert views.find(ESCALATED) is None
    assert views.ensure(ESCALATED).remote_id != theirs["id"]


def test_自己的同名筛选器不在收藏里_说明怎么办(stage: JiraStage, views: ViewEnsurer) -> None:
    as_bot(stage, "POST", "filter", {"name": ESCALATED.name, "jql": ""})
    with pytest.raises(RejectedActionError, match=r"Filter with same name already exists.*收藏"):
        views.ensure(ESCALATED)
    assert len(filters(stage)) == 1


def test_没有仪表板_什么也不做(stage: JiraStage, views: ViewEnsurer) -> None:
    """Not even its filters, which are views of their own."""
    before = stage.requests()
    assert views.ensure(OFFICE).remote_id == ""
    assert views.find(OFFICE) is None
    assert stage.requests() == before


def test_doctor_说明没有仪表板(stage: JiraStage) -> None:
    connection = stage.connector.connect(stage.settings, stage.clock)
    told = [one.message for one in connection.diagnose(()) if one.subject == "视图"]
    connection.close()
    assert told == ["可以建立并共享筛选器;Data Center 没有建仪表板的接口。"]
