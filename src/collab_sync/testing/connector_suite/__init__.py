"""Every promise of ``collab_sync.ports.tracker``, as sentences that any connector can be held to.

A connector is checked by a class of its own, over a stage that its author provides (see ``stage.Stage``)::

    class TestMyConnector(ConnectorSuite):
        @pytest.fixture
        def stage(self) -> Iterator[Stage]:
            with my_tracker_for_tests() as tracker:
                yield MyStage(tracker)

The fixture gives a new tracker with an empty project to each test. Sentences that need something the stage cannot do
are skipped and say what was missing: read the list of skipped ones (``pytest -rs``) before you call it done.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from collab_sync.testing.connector_suite.census import CensusPromises
from collab_sync.testing.connector_suite.connecting import ConnectingPromises
from collab_sync.testing.connector_suite.failures import FailurePromises
from collab_sync.testing.connector_suite.finding import FindingPromises
from collab_sync.testing.connector_suite.pages import PagePromises
from collab_sync.testing.connector_suite.reading import ReadingPromises
from collab_sync.testing.connector_suite.samples import Play
from collab_sync.testing.connector_suite.stage import Abilities, Draft, Refusal, Seen, SeenView, Stage, Weather
from collab_sync.testing.connector_suite.text import TextPromises
from collab_sync.testing.connector_suite.views import ViewPromises
from collab_sync.testing.connector_suite.writing import WritingPromises

__all__ = ["Abilities", "ConnectorSuite", "Draft", "Play", "Refusal", "Seen", "SeenView", "Stage", "Weather"]


class ConnectorSuite(
    ConnectingPromises,
    ReadingPromises,
    CensusPromises,
    WritingPromises,
    FindingPromises,
    FailurePromises,
    TextPromises,
    PagePromises,
    ViewPromises,
):
    """All sentences about a connector; override the fixture ``stage``."""

    @pytest.fixture
    def stage(self) -> Iterator[Stage]:
        raise NotImplementedError("override the fixture `stage` with an empty project on a tracker of yours")

    @pytest.fixture
    def play(self, stage: Stage) -> Iterator[Play]:
        connection = stage.connector.connect(stage.settings, stage.clock)
        yield Play(stage, connection, stage.connector.default_mapping(stage.project))
        connection.close()
