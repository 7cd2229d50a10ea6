"""Drills, from the announcement to the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tools.alert_examples.sample import ATTACKER, BASELINE, NOW, call_of
from trailkeeper.alerts import drill_alerts, heal_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.cli.examples import typical_report
from trailkeeper.detections import trail_stopped


def examples() -> Iterator[tuple[str, Alert]]:
    """Announced, told, found, and a test of the alerts alone."""
    drill, author = "5f1c", "arn:aws:iam::111122223333:user/alice"
    announced = NOW - timedelta(seconds=3)
    until = announced + timedelta(minutes=15)
    yield (
        "A drill is announced",
        drill_alerts.announced(drill, author, until, BASELINE, announced),
    )
    detection = trail_stopped.DETECTION
    alice = replace(ATTACKER, arn=author, principal_arn=author, name="alice")
    (stopped,) = heal_alerts.of_report(
        typical_report(detection, NOW), BASELINE, NOW, call_of(detection, actor=alice), detection
    )
    yield "A drill", drill_alerts.stopped(stopped, drill, author, announced)
    (found,) = heal_alerts.of_report(typical_report(detection, NOW), BASELINE, NOW)
    yield "A stop that may be a drill", drill_alerts.found(found, drill, author, announced)
    yield "A test of the alerts", drill_alerts.test(drill, author, BASELINE, NOW)
