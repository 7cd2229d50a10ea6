"""What makes a history the same whenever it is played."""

from __future__ import annotations

import pytest

from lambdas.heal import checks
from trailkeeper.reconcile import reading


@pytest.fixture(autouse=True)
def one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash after so many writes must come at the same place again."""
    monkeypatch.setattr(checks, "AT_ONCE", 1)
    monkeypatch.setattr(reading, "READERS", 1)
