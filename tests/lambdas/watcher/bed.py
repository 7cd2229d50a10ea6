"""The watcher over a deployed heal side, in moto, with what it told."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from lambdas.watcher.folding import Folding
from lambdas.watcher.state import State
from lambdas.watcher.watch import Watch
from tests.deployed_evidence import BASELINE, NOW
from tests.guarded import ALERT_ENVIRON, HEAL_ENVIRON, NAMES, OWN, POLICIES, Guarded
from trailkeeper.alerts.alert import Alert
from trailkeeper.evidence.expected import ExpectedActor
from trailkeeper.evidence.names import WATCHER_TABLE
from trailkeeper.guards.sides import Side, heal_side
from trailkeeper.guards.watched import Watched
from trailkeeper.reconcile.patience import Patience
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader
from trailkeeper.state.store import Store

HEAL = "trailkeeper-heal"
LOG = Logger(service="test")
MALLORY = {
    "type": "IAMUser",
    "arn": f"arn:aws:iam::{NAMES.account}:user/mallory",
    "userName": "mallory",
}


class Trail:
    """CloudTrail with our trail, as far as its status goes."""

    logs = True
    started = NOW - timedelta(days=9)
    asked = 0

    def __init__(self) -> None:
        self.history: list[dict[str, Any]] = []

    def get_trail_status(self, *, Name: str) -> dict[str, Any]:
        return {"IsLogging": self.logs, "StartLoggingTime": self.started}

    def start_logging(self, *, Name: str) -> None:
        self.logs = True

    def lookup_events(self, **asked: Any) -> dict[str, Any]:
        """What the history has under an id, or on a resource, newest first."""
        self.asked += 1
        [wanted] = asked["LookupAttributes"]
        key, value = wanted["AttributeKey"], wanted["AttributeValue"]
        found = [
            each
            for each in reversed(self.history)
            if (each["eventID"] if key == "EventId" else _named(each)) == value
        ]
        return {"Events": [{"CloudTrailEvent": json.dumps(each)} for each in found]}


def _named(record: dict[str, Any]) -> str:
    return str(record["requestParameters"].get("stackName", ""))


@dataclass
class Bed:
    """The watcher over a deployed heal side, and what it told."""

    account: Guarded
    now: datetime = NOW
    told: list[Alert] = field(default_factory=list)
    refusals: int = 0
    slack: str | None = None
    deployers: tuple[ExpectedActor, ...] = ()

    def handle(self, event: Any) -> dict[str, Any]:
        watch = Watch(
            clients=self.account,
            baseline=BASELINE,
            watched=Watched.of(self.side, OWN, POLICIES),
            alive_days=7,
            deployers=self.deployers,
            every=120,
            tell=self.tell,
            folding=Folding(
                State(self.account, lambda: self.now),
                BASELINE,
                self.tell,
                lambda: self.now,
                LOG,
            ),
            store=Store(self.account, lambda: self.now, WATCHER_TABLE),
            patience=Patience(time.monotonic() + 1),
            now=lambda: self.now,
            log=LOG,
        )
        return watch.handle(event)

    def happen(self, event: dict[str, Any]) -> dict[str, Any]:
        """Somebody really makes a call, which event history has at once."""
        self.account.cloudtrail.history.append(event["detail"])
        return self.handle(event)

    @property
    def side(self) -> Side:
        """The heal side, with the webhook where it is kept."""
        return heal_side(HEAL_ENVIRON, replace(ALERT_ENVIRON, slack_webhook=self.slack))

    def tell(self, alert: Alert) -> None:
        """The topic takes an alert, or refuses it so many times."""
        if self.refusals:
            self.refusals -= 1
            raise ClientError({"Error": {"Code": "Throttling"}}, "Publish")
        self.told.append(alert)

    def starve(self) -> None:
        self.account.functions.put_function_concurrency(
            FunctionName=HEAL, ReservedConcurrentExecutions=0
        )

    def is_starved(self) -> bool:
        limit = self.account.functions.get_function_concurrency(FunctionName=HEAL)
        return limit.get("ReservedConcurrentExecutions") == 0


def call(**detail: Any) -> dict[str, Any]:
    return {
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.lambda",
        "account": NAMES.account,
        "region": NAMES.region,
        "detail": {
            "eventID": "1",
            "eventTime": "2026-11-20T03:04:00Z",
            "eventSource": "lambda.amazonaws.com",
            "eventName": "PutFunctionConcurrency20171031",
            "awsRegion": NAMES.region,
            "recipientAccountId": NAMES.account,
            "userIdentity": MALLORY,
            "requestParameters": {"functionName": HEAL, "reservedConcurrentExecutions": 0},
            **detail,
        },
    }


def mail(alert: Alert, language: str = "en") -> str:
    rendered = email.render(alert, Reader.of(language, "UTC"))
    return f"{rendered.subject}\n{' '.join(rendered.body.split())}"
