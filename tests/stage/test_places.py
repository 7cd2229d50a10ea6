"""The product's own environment does not have the emulator."""

from __future__ import annotations

import importlib.util


def test_the_emulator_is_not_importable_from_the_project() -> None:
    assert importlib.util.find_spec("ministack") is None
