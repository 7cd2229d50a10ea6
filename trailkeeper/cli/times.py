"""Moments for a terminal: to the minute, in the reader's zone, and how long ago."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def at(moment: datetime, zone: tzinfo) -> str:
    """`2026-11-20 03:04 UTC`, with the zone's own name."""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"


def span(length: timedelta) -> str:
    """`2 min`, in the largest unit that there is at least one of."""
    seconds = max(0, round(length.total_seconds()))
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= unit:
            return f"{seconds // unit} {name}"
    return f"{seconds} s"


def ago(moment: datetime, now: datetime) -> str:
    """`2 min ago`; clocks that differ never show a time to come."""
    return f"{span(now - moment)} ago"
