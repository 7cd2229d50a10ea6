"""A deployed heal side for each test of the watcher."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.guarded import deployed
from tests.lambdas.watcher.bed import Bed, Trail


@pytest.fixture
def bed(moto: Callable[[], None]) -> Bed:
    account = deployed()
    account.cloudtrail = Trail()
    return Bed(account)
