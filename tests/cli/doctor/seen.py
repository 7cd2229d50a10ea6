"""A deployment whose clients answer what a test says."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from tests.recorded import REGION, Recorded
from trailkeeper.cli.account import Account
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.examine import Examined, examine
from trailkeeper.cli.doctor.finding import Finding
from trailkeeper.cli.doctor.findings import FINDINGS
from trailkeeper.cli.doctor.report import Whom, fix, words
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import HEAL_FUNCTION, RESPONSE_STACK, Names
from trailkeeper.evidence.outcome import Report
from trailkeeper.reconcile.answer import Answer, Did, Status, Trigger

ACCOUNT = "111122223333"
NOW = datetime(2026, 11, 20, 11, 34, tzinfo=UTC)
NAMES = Names("aws", REGION, ACCOUNT, "trailkeeper")
ALARM_ARN = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:trailkeeper-heal-errors"
BASELINE = Baseline("aws", REGION, ACCOUNT, "trailkeeper", None, 365, None, None)
HEAL = HealEnviron(BASELINE, alerts_queue_url="", alert_emails=("kim@example.com",))
ALERT = AlertEnviron(NAMES.alerts_topic_arn, "", "trailkeeper-state")
STATUS = Status(
    trail=NAMES.trail_arn,
    guarded=(),
    version="0.1.0",
    addresses=(),
    told=(),
    last_look=NOW,
    look_minutes=5,
    last_sweep=NOW,
    sweep_minutes=30,
    last_reconcile=None,
    pause=None,
    heals=(),
    other_trails=(),
)


class Clients:
    """Stands for `Account`: every client is one that answers from the test."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.recorded = Recorded(answers)

    def client(self, service: str) -> Any:
        return getattr(self.recorded, service)

    def patient_client(self, service: str, region: str | None = None) -> Any:
        return getattr(self.recorded, service)


def deployed(kind: str, *ids: str) -> dict[str, Any]:
    """Answers for a response stack that deployed these."""
    summaries = [
        {
            "LogicalResourceId": each,
            "PhysicalResourceId": each,
            "ResourceType": kind,
            "LastUpdatedTimestamp": NOW,
            "ResourceStatus": "CREATE_COMPLETE",
        }
        for each in ids
    ]
    stack = {"StackName": RESPONSE_STACK, "CreationTime": NOW, "StackStatus": "CREATE_COMPLETE"}
    return {
        "DescribeStacks": {"Stacks": [stack]},
        "ListStackResources": {"StackResourceSummaries": summaries},
    }


def functions(heal: HealEnviron = HEAL, alert: AlertEnviron = ALERT) -> dict[str, Any]:
    """Answers for functions with these environments."""

    def environment(arguments: Mapping[str, Any]) -> Any:
        environ = heal if arguments["FunctionName"] == HEAL_FUNCTION else alert
        return {"Environment": {"Variables": environ.to_environ()}}

    return {"GetFunctionConfiguration": environment}


def answering(status: Status = STATUS, report: Report | None = None) -> dict[str, Any]:
    """An answer of the heal function to `status`."""
    answer = Answer(Did.SHOWED_STATUS, Trigger.COMMAND, status=status, report=report or Report())
    body = json.dumps(answer.to_json()).encode()
    return {"Invoke": lambda _: {"Payload": io.BytesIO(body), "StatusCode": 200}}


def finding(id_: str) -> Finding:
    return next(each for each in FINDINGS if each.id == id_)


def looked(id_: str, answers: Mapping[str, Any]) -> Examined:
    """What comes of looking for one finding."""
    account = cast(Account, Clients(answers))
    return examine(Deployment(account, NAMES, NOW), [finding(id_)])


def said(id_: str, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Words and fix of each time that one finding is found; all must have been seen."""
    examined = looked(id_, answers)
    assert examined.unseen == ()
    return [(words(each), fix(each, Whom())) for each in examined.found]
