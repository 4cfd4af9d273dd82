"""The suite asks for no more than the port: a connector for the most awkward of trackers passes all of it."""

from __future__ import annotations

import pytest
from tests.connectors.awkward import KEYS, AwkwardConnector, AwkwardSite
from tests.connectors.fake_stage import LIN, MONDAY, NPX, SETTINGS, FakeStage

from collab_sync.model.identity import item_id
from collab_sync.testing import HandClock
from collab_sync.testing.connector_suite import Abilities, ConnectorSuite, Refusal, Stage


def awkward_stage() -> FakeStage:
    """An empty project on a new awkward tracker; able to everything but mentions, which a text cannot tell."""
    clock = HandClock(MONDAY)
    site = AwkwardSite(clock, SETTINGS.token.reveal())
    stage = FakeStage(
        connector=AwkwardConnector(site), settings=SETTINGS, clock=clock, project=NPX, person=LIN,
        tracker=site.tracker, names=KEYS,
    )  # fmt: skip
    stage.can = Abilities(
        move=stage.move,
        hide=lambda key: site.hidden.add(item_id("fake", key)),
        shut=site.shut,
        amend=stage.amend,
        spoil=lambda key: site.spoilt.add(item_id("fake", key)),
        weather=site,
        requests=lambda: site.asked,
        writing_requests=lambda: site.written,
        wrong_token="wrong-token-31415926",
        nowhere="GONE",
        label=Refusal(value="研发 一部", word="blanks"),
        status=Refusal(value="已结项", word="进行中"),
        page=stage.page,
        put_page=stage.put_page,
        views=stage.views,
        put_view=stage.put_view,
        rearrange=stage.rearrange,
    )
    return stage


class TestAwkwardTracker(ConnectorSuite):
    @pytest.fixture
    def stage(self) -> Stage:
        return awkward_stage()
