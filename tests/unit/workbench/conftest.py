"""The shipped rules folder, loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.engine_office import OFFERED

from collab_sync.rules.load import RuleSet, load_rules_folder
from collab_sync.workbench.play import Stage
from collab_sync.workbench.world import example_ruling

pytest.register_assert_rewrite("collab_sync.testing.store_suite")

SHIPPED = Path(__file__).parents[3] / "rules"


@pytest.fixture(scope="session")
def rules_folder() -> Path:
    return SHIPPED


@pytest.fixture(scope="session")
def shipped_rules() -> RuleSet:
    return load_rules_folder(SHIPPED)


@pytest.fixture(scope="session")
def shipped_stage(shipped_rules: RuleSet) -> Stage:
    return Stage(example_ruling(shipped_rules), OFFERED)
