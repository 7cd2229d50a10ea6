"""What a sweep looks at beside the evidence: each look stands on its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lambdas.heal import checks, reconciling
from lambdas.heal.invocation import Invocation
from tests.lambdas.heal.bed import Bed, call
from trailkeeper.environments.schedule import SWEEP
from trailkeeper.guards import alert_channels


def broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError("a fault of ours")


def test_a_check_that_breaks_keeps_no_other_from_looking(bed: Bed) -> None:
    looked: list[str] = []

    def look(invocation: Invocation) -> None:
        looked.append(invocation.baseline.trail_name)

    with pytest.raises(RuntimeError, match="a fault of ours"):
        checks.run(bed.invocation(), (broken, look))

    assert looked == ["trailkeeper"]


@pytest.mark.parametrize(
    ("place", "name"), [(reconciling, "reconcile_evidence"), (alert_channels, "troubles")]
)
def test_a_sweep_that_breaks_still_asks_event_history_for_who_was_told_of(
    bed: Bed, monkeypatch: pytest.MonkeyPatch, place: Any, name: str
) -> None:
    bed.stop()
    bed.handle(call(eventTime=f"{bed.now:%Y-%m-%dT%H:%M:%SZ}"))
    bed.now += timedelta(minutes=31)
    bed.alerts.clear()
    monkeypatch.setattr(place, name, broken)

    with pytest.raises(RuntimeError, match="a fault of ours"):
        bed.handle(SWEEP)

    assert "subject.forged" in {alert.what.key for alert in bed.alerts}
