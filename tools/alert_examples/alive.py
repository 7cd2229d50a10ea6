"""What is told so that silence is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tools.alert_examples.sample import BASELINE, NOW
from trailkeeper.alerts import alive_alerts
from trailkeeper.alerts.alert import Alert


def examples() -> Iterator[tuple[str, Alert]]:
    """A sign of life by each way."""
    since = NOW - timedelta(days=7)
    counts = alive_alerts.Counts(since, 2016, 336, 1, {"sns": 12, "slack": 11})
    yield "A sign of life", alive_alerts.alive(counts, 7, BASELINE, NOW)
    calls = {"trailkeeper-heal": 2436, "trailkeeper-alert": 31, "trailkeeper-watcher": 757}
    second = alive_alerts.watcher_alive(calls, 7, BASELINE, NOW)
    yield "A sign of life by the second way", second
