"""What somebody made up or slipped in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tools.alert_examples.sample import ACCOUNT, BASELINE, NOW, REGION, call_of
from trailkeeper.alerts import (
    baseline_alerts,
    caller_alerts,
    forged_alerts,
    state_alerts,
    webhook_alerts,
)
from trailkeeper.alerts.alert import Alert
from trailkeeper.detections import trail_stopped
from trailkeeper.evidence.trails import Differs


def examples() -> Iterator[tuple[str, Alert]]:
    """Settings, calls, items and messages that are not ours."""
    forged = forged_alerts.Forged(
        NOW - timedelta(minutes=30),
        "6b6e1c2d-0000-4000-8000-5f6a7b8c9d0e",
        "StopLogging",
        "user deploy-bot",
    )
    shorter = (
        Differs("log_retention_days", "365", "1"),
        Differs("expire_after_days", "2557", "1"),
    )
    yield (
        "Weaker settings of the evidence",
        baseline_alerts.weaker(shorter, BASELINE, NOW, since=NOW - timedelta(hours=1)),
    )
    yield "A call that nobody made", forged_alerts.forged([forged], BASELINE, NOW)
    yield (
        "Who stopped the trail, where events named others",
        caller_alerts.of_stops(
            [
                caller_alerts.StopCaller(
                    NOW - timedelta(minutes=12),
                    (call_of(trail_stopped.DETECTION),),
                    (f"arn:aws:iam::{ACCOUNT}:user/ops-bob",),
                )
            ],
            BASELINE,
            NOW,
        ),
    )
    yield (
        "Another URL of the Slack webhook",
        webhook_alerts.changed(
            "ssm:/trailkeeper/slack", "5f6a", NOW.isoformat(), account=ACCOUNT, region=REGION
        ),
    )
    yield (
        "An item in the state table that is not ours",
        state_alerts.strange(
            "pause",
            "now",
            "a pause from 2026-11-20T00:00:00+00:00 until 2036-01-01T00:00:00+00:00",
            NOW,
            account=ACCOUNT,
            region=REGION,
        ),
    )
    yield (
        "Messages that somebody made up",
        forged_alerts.called(NOW, account=ACCOUNT, region=REGION),
    )
