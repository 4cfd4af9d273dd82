"""The tracker in memory, on which examples and the engine's tests rest, keeps every promise of the port."""

from __future__ import annotations

import pytest
from tests.connectors.fake_stage import LIN, MONDAY, NPX, SETTINGS, FakeConnector, FakeStage

from collab_sync.testing import FakeTracker, HandClock
from collab_sync.testing.connector_suite import Abilities, ConnectorSuite, Stage


class TestFakeTracker(ConnectorSuite):
    @pytest.fixture
    def stage(self) -> Stage:
        clock = HandClock(MONDAY)
        tracker = FakeTracker("fake", clock)
        stage = FakeStage(
            connector=FakeConnector(tracker), settings=SETTINGS, clock=clock, project=NPX, person=LIN, tracker=tracker
        )
        stage.can = Abilities(
            move=stage.move,
            amend=stage.amend,
            page=stage.page,
            put_page=stage.put_page,
            views=stage.views,
            put_view=stage.put_view,
            rearrange=stage.rearrange,
        )
        return stage
