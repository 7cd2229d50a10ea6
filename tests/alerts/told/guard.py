"""What people are told of attacks on the guard itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.alerts.told.evidence import BASELINE, NOW, call, outcome
from trailkeeper.alerts import guard_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.outcome import Report, Result

CHANGED = (Change("State", "DISABLED", "ENABLED"),)
REPAIRED = outcome("guard-rules.rules", changes=CHANGED)
PUT_RIGHT = Report((REPAIRED,))
NEVER = (Change("trailkeeper-alerts.email alice@example.com", "has never confirmed", "gets all"),)
LEFT = outcome("guard-people.subscribers", Result.TOLD, reason="machine_must_not")


def called(
    name: str = "DisableRule",
    report: Report = PUT_RIGHT,
    *,
    source: str = "events",
    parameters: Any = None,
    deploying: bool = False,
    secret: bool = False,
    **detail: Any,
) -> tuple[Alert]:
    made = call(
        "trail-stopped",
        "StopLogging",
        eventSource=f"{source}.amazonaws.com",
        eventName=name,
        requestParameters=parameters or {"name": "trailkeeper-guard-calls-runs"},
        **detail,
    )
    return (guard_alerts.of_call(report, made, BASELINE, NOW, deploying=deploying, secret=secret),)


def found(*outcomes: Any) -> tuple[Alert, ...]:
    alert = guard_alerts.found(Report(outcomes), BASELINE, NOW, 240)
    return (alert,) if alert else ()


@dataclass
class Kept:
    """A call that was told with others."""

    resource: str
    who: str = "user mallory"
    call: str = "DisableRule"
    at: datetime = NOW
    documents: tuple[str, ...] = ("guard-rules.rules",)


def more(*kept: Kept) -> tuple[Alert]:
    return (guard_alerts.more(kept, BASELINE, NOW),)


def _many() -> tuple[Alert]:
    """More callers than are listed, one with more resources than are named, some without effect."""
    rules = [Kept(f"trailkeeper-rule-{number}") for number in range(7)]
    rules[3].documents = ("guard-rules.rules", "guard-roles.trust", "guard-stack.protection")
    noise = [Kept("", f"user nobody-{number}", documents=()) for number in range(12)]
    return more(*rules, *noise)


UNREADABLE = outcome("guard-rules.sent-home@eu-west-1", Result.UNREADABLE, error="AccessDenied: no")
FAILED = outcome("guard-rules.rules", Result.FAILED, error="AccessDenied: no")
GUARD: dict[str, Callable[[], tuple[Alert, ...]]] = {
    "put-right": called,
    "left-to-people": lambda: called(
        "Subscribe",
        Report((LEFT,)),
        source="sns",
        parameters={"topicArn": "arn:aws:sns:us-east-1:111122223333:trailkeeper-alerts"},
    ),
    "failed": lambda: called(report=Report((FAILED, LEFT))),
    "failed-alone": lambda: called(report=Report((FAILED,))),
    "failed-in-part": lambda: called(report=Report((REPAIRED, FAILED, LEFT))),
    "unreadable": lambda: called(
        report=Report((outcome("guard-rules.rules", Result.UNREADABLE, error="later"),))
    ),
    "beyond-home": lambda: called(
        report=Report((outcome("guard-rules.sent-home@eu-west-1", changes=CHANGED),)),
        awsRegion="eu-west-1",
    ),
    "during-a-deploy": lambda: called(report=Report(), deploying=True),
    "before-a-deploy-began": lambda: called(report=PUT_RIGHT, deploying=True),
    "without-effect": lambda: called(
        "UpdateFunctionCode20150331v2",
        Report(),
        source="lambda",
        parameters={"functionName": "trailkeeper-heal"},
    ),
    "not-compared": lambda: called(
        "PurgeQueue", Report(), source="sqs", eventTime="", awsRegion=""
    ),
    "of-a-secret": lambda: called(
        "PutParameter",
        Report(),
        source="ssm",
        parameters={"name": "/trailkeeper/slack", "overwrite": True},
        secret=True,
    ),
    "of-a-mapping": lambda: called(
        "DeleteEventSourceMapping20150331",
        source="lambda",
        parameters={"uUID": "8913e841-5f73-40f8-b4bb-2e8426c1a89f"},
    ),
    "of-something-unnamed": lambda: called(parameters={"x": 1}),
    "more-put-back": lambda: more(
        Kept("trailkeeper-trail", at=NOW - timedelta(minutes=4)), Kept("trailkeeper-log-group")
    ),
    "more-of-many": _many,
    "more-without-effect": lambda: more(Kept("trailkeeper-trail", documents=())),
    "found-one": lambda: found(REPAIRED),
    "found-several": lambda: found(LEFT, REPAIRED, FAILED),
    "found-unconfirmed": lambda: found(
        outcome("guard-people.subscribers", Result.TOLD, changes=NEVER, reason="machine_must_not")
    ),
    "found-nothing": found,
    "found-unreadable": lambda: found(UNREADABLE),
    "found-one-and-unreadable": lambda: found(UNREADABLE, REPAIRED),
    "found-beyond-home": lambda: found(
        outcome("guard-rules.sent-home@ap-northeast-2", changes=CHANGED),
        outcome("guard-rules.sent-home@eu-west-1", Result.FAILED, error="AccessDenied: no"),
    ),
    "at-seven": lambda: tuple(
        each
        for hour in (3, 4, 5)
        for each in found(
            *guard_alerts.worth_telling(
                Report((LEFT, REPAIRED)), NOW + timedelta(hours=hour), 60
            ).outcomes
        )
    ),
}
