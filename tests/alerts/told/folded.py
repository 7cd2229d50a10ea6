"""What people are told of calls that are too many to tell of each."""

from __future__ import annotations

from collections.abc import Callable

from tests.alerts.told.evidence import BASELINE, NOW, told
from trailkeeper.alerts import fight_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.folded_alerts import More, more
from trailkeeper.evidence.outcome import Report

MANY = tuple(f"user/made-up-{number:03}" for number in range(100))


def stopped() -> Alert:
    (alert,) = told("trail-stopped", "StopLogging", Report())
    return alert


def disputed() -> Alert:
    claims = (("user/mallory", 3), ("user/innocent", 3))
    return fight_alerts.disputed(claims, 3, NOW, BASELINE, NOW)


def folded(
    family: str, count: int, *principals: str, kinds: int = 1, of: Alert | None = None
) -> tuple[Alert]:
    found = More(family, count, principals, kinds)
    return (more(of or stopped(), found, f"{family}/all/498657/{count}"),)


FOLDED: dict[str, Callable[[], tuple[Alert, ...]]] = {
    "calls-of-one": lambda: folded("calls", 58, "user/mallory"),
    "calls-of-many": lambda: folded("calls", 1_995, *MANY, kinds=3),
    "calls-of-nobody": lambda: folded("calls", 7, "-"),
    "claims-of-one": lambda: folded("claims", 4, "user/mallory", kinds=2),
    "claims-of-six": lambda: folded("claims", 6, *MANY[:6]),
    "claims-of-several": lambda: folded("claims", 9, *MANY[:7]),
    "stops-of-one": lambda: folded("stops", 2, "user/mallory"),
    "stops-of-several": lambda: folded("stops", 31, *MANY[:31], kinds=4),
    "fights-of-one": lambda: folded("fights", 1, "-", of=disputed()),
    "fights-of-several": lambda: folded("fights", 37, *MANY[:37]),
    "guard-of-one": lambda: folded("guard", 10, "user/mallory"),
    "guard-of-several": lambda: folded("guard", 12, *MANY[:3], kinds=2),
    "put-back-of-one": lambda: folded("put-back", 10, "user/mallory"),
    "put-back-of-several": lambda: folded("put-back", 10, *MANY[:2], kinds=2),
    "losses-of-one": lambda: folded("losses", 55, "user/mallory"),
    "losses-of-several": lambda: folded("losses", 25, *MANY[:9]),
}
