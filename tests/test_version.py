"""There is one version, whoever is asked."""

from __future__ import annotations

from importlib.metadata import version

import trailkeeper


def test_the_functions_know_the_version_of_the_package() -> None:
    assert trailkeeper.__version__ == version("trailkeeper") == "0.1.0"
