"""What holds for all tests."""

from __future__ import annotations

import pytest
from tests.contracts.watch import header

pytest.register_assert_rewrite("collab_sync.testing")
"""Shipped sentences show the values of what failed, like those of the tests here."""


def pytest_report_header() -> str:
    return header()
