"""A deployed account in moto, and the events that reach the heal function there."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger
from moto.backends import get_backend

from lambdas.heal.healer import handle
from lambdas.heal.invocation import Invocation
from lambdas.heal.state import State
from tests.deployed_evidence import (
    ACCOUNT,
    NOW,
    REGION,
    Account,
    patience,
)
from trailkeeper.alerts.alert import Alert
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.guards.watched import Watched
from trailkeeper.reconcile.answer import Answer
from trailkeeper.reconcile.start_logging import Started

BOT = {
    "type": "IAMUser",
    "arn": f"arn:aws:iam::{ACCOUNT}:user/deploy-bot",
    "accountId": ACCOUNT,
    "userName": "deploy-bot",
}


@dataclass
class Bed:
    """A deployed moto account, a clock that tests move, and the alerts that were told."""

    account: Account
    baseline: Baseline
    alerts: list[Alert] = field(default_factory=list)
    now: datetime = NOW
    clients: Any = None
    settings: dict[str, Any] = field(default_factory=dict)
    alert_error: Exception | None = None
    watched: Watched | None = None

    def invocation(self) -> Invocation:
        def alert(alert: Alert) -> None:
            if self.alert_error:
                raise self.alert_error
            self.alerts.append(Alert.from_json(alert.to_json()))

        return Invocation(
            environ=HealEnviron(self.baseline, "queue", **self.settings),
            clients=self.clients or self.account,
            state=State(self.account, lambda: self.now),
            alert=alert,
            patience=patience(),
            now=lambda: self.now,
            log=Logger(service="test"),
            watched=self.watched,
        )

    def handle(self, event: Any, first: Started | None = None) -> Answer:
        return handle(self.invocation(), event, first)

    def command(self, **command: Any) -> Answer:
        return self.handle({"trailkeeper": command})

    def want_pause(self, minutes: object, reason: str = "x", author: str = "alice") -> None:
        """Write now for how long repairs are to wait, as somebody."""
        value = json.dumps({"minutes": minutes, "reason": reason})
        self.account.ssm.write(value, author, self.now)

    def pause(self, minutes: int = 30, reason: str = "x", author: str = "alice") -> Answer:
        """What `trailkeeper pause` does."""
        self.want_pause(minutes, reason, author)
        return self.command(command="pause")

    def resume(self, author: str = "alice") -> Answer:
        """What `trailkeeper resume` does."""
        self.want_pause(0, "", author)
        return self.command(command="resume")

    def stop(self) -> None:
        """Stop the trail now, as the bed's clock says."""
        self.account.cloudtrail.stop_logging(Name=self.baseline.names.trail_arn)
        get_backend("cloudtrail")[ACCOUNT][REGION].trails["trailkeeper"].status.stopped = self.now

    def logging(self) -> bool:
        arn = self.baseline.names.trail_arn
        return bool(self.account.cloudtrail.get_trail_status(Name=arn)["IsLogging"])


def call(name: str = "StopLogging", **detail: Any) -> dict[str, Any]:
    return {
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.cloudtrail",
        "account": ACCOUNT,
        "region": REGION,
        "detail": {
            "eventID": "11111111-2222-3333-4444-555555555555",
            "eventTime": "2026-11-20T03:04:00Z",
            "eventSource": "cloudtrail.amazonaws.com",
            "eventName": name,
            "awsRegion": REGION,
            "recipientAccountId": ACCOUNT,
            "userIdentity": BOT,
            "requestParameters": {"name": "trailkeeper"},
            **detail,
        },
    }


def stop_call(bed: Bed, event_id: str, **detail: Any) -> dict[str, Any]:
    """A stop that happened just now."""
    return call(eventID=event_id, eventTime=f"{bed.now:%Y-%m-%dT%H:%M:%SZ}", **detail)


def fight(bed: Bed, rounds: int, **detail: Any) -> None:
    for number in range(rounds):
        stop_now(bed, f"round-{number}", **detail)
        bed.now += timedelta(seconds=1)


def stop_now(bed: Bed, event_id: str, **detail: Any) -> None:
    """Somebody stops the trail: the history has the call, too."""
    bed.stop()
    bed.handle(made(bed, stop_call(bed, event_id, **detail)))


def made(bed: Bed, event: dict[str, Any]) -> dict[str, Any]:
    """The event of a call that the history has, too."""
    bed.account.cloudtrail.history[event["detail"]["eventID"]] = event["detail"]
    return event
