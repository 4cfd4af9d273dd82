"""What holds for all tests."""

from __future__ import annotations

from tests.contracts.watch import header


def pytest_report_header() -> str:
    return header()
