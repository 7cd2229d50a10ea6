"""Renders, and when the renderer itself is broken falls back to the raw alert."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lambdas.alert.telemetry import count, logger
from trailkeeper.alerts.alert import Alert
from trailkeeper.evidence.metrics import ALERT_TROUBLED

T = TypeVar("T")


def rendered_or_raw(alert: Alert, render: Callable[[], T], raw: Callable[[str], T]) -> T:
    """The rendered alert, or the raw one: an ugly alert is better than none."""
    try:
        return render()
    except Exception:  # whatever a renderer does wrong must not keep people from hearing of it
        logger.exception("An alert could not be rendered; sending it raw")
        count(ALERT_TROUBLED)
        return raw(alert.to_json())
