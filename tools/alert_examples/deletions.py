"""Log files that somebody deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tools.alert_examples.sample import ACCOUNT, BASELINE, NOW, REGION
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.deletion_alerts import Deletions
from trailkeeper.events.deletions import Deletion


def examples() -> Iterator[tuple[str, Alert]]:
    """For good, and behind delete markers."""
    folder = f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/2026/11/19"
    for title, count, lost in (
        ("Log files that somebody deleted for good", 1204, True),
        ("Log files behind delete markers", 12, False),
    ):
        counted = Deletions()
        for number in range(count):
            at = NOW + timedelta(seconds=number * 25 // count)
            counted.add(
                Deletion(
                    event_id=str(number),
                    time=at.isoformat(),
                    account=ACCOUNT,
                    region=REGION,
                    bucket=BASELINE.log_bucket,
                    key=f"{folder}/{ACCOUNT}_CloudTrail_{REGION}_20261119T{number:04}Z.json.gz",
                    lost=lost,
                    requester=ACCOUNT,
                    source_ip="203.0.113.7",
                )
            )
        yield title, counted.alert("deleted-files/1")
