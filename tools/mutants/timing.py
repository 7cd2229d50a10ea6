"""A pytest plugin that notes how long each test function takes, all its parameters together."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path

import pytest

_spent: dict[str, float] = defaultdict(float)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up what a test and its fixtures took."""
    _spent[report.nodeid.partition("[")[0]] += report.duration


def pytest_sessionfinish() -> None:
    """Write it down, where `coverage_map` looks for it."""
    Path(os.environ["MUTANTS_DURATIONS"]).write_text(json.dumps(_spent), encoding="utf-8")
