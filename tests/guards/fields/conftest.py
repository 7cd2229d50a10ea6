"""A deployed guard in a moto account."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.guarded import Guarded, deployed


@pytest.fixture
def account(moto: Callable[[], None]) -> Guarded:
    return deployed()
