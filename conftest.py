"""Marks every test by its folder, so that plain `pytest` runs what needs nothing started."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
# By the beginning of the path; what is in none of these is a unit test.
FOLDERS = {"tests/stacks": "stacks", "tests/e2e": "e2e", "embedded": "embedded"}
NOTHING_STARTED = "unit or stacks"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Without a path and without -m, leave out what starts an account."""
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.option.markexpr:
        config.option.markexpr = NOTHING_STARTED


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Don't even import what is left out."""
    left_out = config.option.markexpr == NOTHING_STARTED and marker(collection_path) != "unit"
    return True if left_out and marker(collection_path) in ("embedded", "e2e") else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the marker of its folder on each test."""
    for item in items:
        item.add_marker(marker(item.path))


def marker(path: Path) -> str:
    """unit, stacks, embedded or e2e."""
    place = path.relative_to(ROOT).as_posix()
    return next((mark for folder, mark in FOLDERS.items() if place.startswith(folder)), "unit")
