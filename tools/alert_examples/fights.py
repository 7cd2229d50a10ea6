"""Somebody who does it again and again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from tools.alert_examples.sample import BASELINE, NOW, call_of
from trailkeeper.alerts import fight_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.detections import trail_stopped


def examples() -> Iterator[tuple[str, Alert]]:
    """One whom nothing stops, and one who was contained."""
    stopped = trail_stopped.DETECTION
    since = NOW - timedelta(minutes=4)
    yield (
        "Somebody who keeps stopping the trail",
        fight_alerts.fighting(
            call_of(stopped), BASELINE, 3, since, now=NOW, contained=None, reason="setting_off"
        ),
    )
    yield (
        "Somebody who was contained",
        fight_alerts.fighting(
            call_of(stopped),
            BASELINE,
            3,
            since,
            others=(("arn:aws:iam::111122223333:user/ops-bob", 1),),
            now=NOW,
            contained=_Contained(),
            reason="",
        ),
    )


@dataclass(frozen=True)
class _Contained:
    kind: Literal["user", "role"] = "user"
    name: str = "deploy-bot"
    policy: str = "arn:aws:iam::aws:policy/AWSDenyAll"
