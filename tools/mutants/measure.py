"""A pytest plugin under coverage: which tests run which lines, and what each takes.

What a fixture for several tests runs counts for each of them. What was remembered for one test is
forgotten before the next one, which would run none of it otherwise.
"""

from __future__ import annotations

import functools
import gc
import json
import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import coverage
import pytest

from tools.mutants import trial

FIXTURE = "fixture "

_seconds: dict[str, float] = {}
_fixtures: dict[str, list[str]] = {}
_remembering: list[Any] = []


def pytest_sessionstart() -> None:
    """Import all that can be faulty, so that what runs at import is no test's."""
    trial.import_all(json.loads(os.environ["MUTANTS_ROOMS"]))


def pytest_collection_finish() -> None:
    """Find the functions of ours that remember results."""
    for each in gc.get_objects():
        if isinstance(each, functools._lru_cache_wrapper) and trial.is_ours(each.__module__):
            _remembering.append(each)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Note what a test takes of the processor, and whose lines these are."""
    for each in _remembering:
        each.cache_clear()
    test, began = item.nodeid, time.process_time()
    _switch(test)
    try:
        return (yield)
    finally:
        _switch("")
        _seconds[test] = time.process_time() - began
        _fixtures[test] = list(getattr(item, "fixturenames", ()))


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
    """The lines of a fixture for several tests are its own."""
    if fixturedef.scope == "function":
        return (yield)
    before = _switch(f"{FIXTURE}{fixturedef.argname}")
    try:
        return (yield)
    finally:
        _switch(before)


def pytest_sessionfinish() -> None:
    """Write it down, where `coverage_map` looks for it."""
    noted = {"seconds": _seconds, "fixtures": _fixtures}
    Path(os.environ["MUTANTS_NOTED"]).write_text(json.dumps(noted), encoding="utf-8")


def _switch(context: str) -> str:
    measuring = coverage.Coverage.current()
    assert measuring is not None
    return measuring.switch_context(context) or ""
