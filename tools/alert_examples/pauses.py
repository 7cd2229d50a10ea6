"""Repairs that somebody paused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tools.alert_examples.sample import ACCOUNT, BASELINE, NOW, RETENTION
from trailkeeper.alerts import pause_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.evidence.outcome import Report


def examples() -> Iterator[tuple[str, Alert]]:
    """A pause from its beginning to its end, and one that cannot be."""
    pause = _Pause()
    yield "Repairs paused", pause_alerts.begun("alice", "migration", pause.until, BASELINE, NOW)
    yield (
        "A pause that cannot be",
        pause_alerts.no_pause(
            f"arn:aws:iam::{ACCOUNT}:user/deploy-bot",
            3,
            "a pause from 2026-11-20T03:04:05+00:00 until 2026-11-20T19:43:05+00:00",
            BASELINE,
            NOW,
            parameter="/trailkeeper/pause",
        ),
    )
    changed = Report((RETENTION,))
    meanwhile = pause_alerts.Meanwhile("PutRetentionPolicy", "user deploy-bot", NOW)
    yield (
        "Repairs resumed",
        pause_alerts.ended(
            pause, changed, BASELINE, pause.until, resumed_by="alice", meanwhile=(meanwhile,)
        ),
    )


@dataclass(frozen=True)
class _Pause:
    author: str = "alice"
    reason: str = "migration"
    started: datetime = NOW
    until: datetime = NOW + timedelta(minutes=30)
    end: datetime = until
