"""Lists in alerts: five are named, what comes after them is counted, and never as none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.alerts.told.others import CHANGE, WEB, summary
from tests.deployed_evidence import BASELINE
from trailkeeper.alerts.forged_alerts import Forged, forged
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader

NOW = datetime(2026, 11, 20, 9, 17, tzinfo=UTC)
READER = Reader.of("en", "UTC")


def text(alert: Any) -> str:
    return " ".join(email.render(alert, READER).body.split())


@pytest.mark.parametrize(("count", "more"), [(5, False), (6, True)])
def test_calls_that_nobody_made(count: int, *, more: bool) -> None:
    made_up = [Forged(NOW, f"e{n}", "StopLogging", f"user kim-{n}") for n in range(count)]

    said = text(forged(made_up, BASELINE, NOW))

    assert "user kim-4" in said
    assert ("user kim-5" in said) is False
    assert ("1 more" in said) is more
    assert "0 more" not in said


@pytest.mark.parametrize(("count", "more"), [(5, False), (6, True)])
def test_types_of_instances(count: int, *, more: bool) -> None:
    happened = [
        replace(
            CHANGE,
            event_id=f"e{n}",
            instance=f"i-{n:017x}",
            details=replace(WEB, type=f"t{n}.nano"),
        )
        for n in range(count)
    ]

    (alert,) = summary(*happened)

    said = text(alert)
    assert "t4.nano" in said
    assert ("1 more" in said) is more
    assert "0 more" not in said
