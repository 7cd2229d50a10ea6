"""What CloudWatch and CloudTrail noticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tools.alert_examples.sample import ACCOUNT, NOW, REGION
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.control_alerts import Behind, Found, control_alert, span_of
from trailkeeper.alerts.insight_alerts import insight_alert
from trailkeeper.alerts.metric_alarm import alarm_alert
from trailkeeper.events.insights import END, START, Insight, Share
from trailkeeper.evidence.controls import CONTROLS


def examples() -> Iterator[tuple[str, Alert]]:
    """Alarms, the controls of the CIS benchmark, unusual activity."""
    for name, state in (
        ("trailkeeper-heal-errors", "ALARM"),
        ("trailkeeper-heal-errors", "OK"),
        ("billing-over-100-usd", "ALARM"),
    ):
        alert = alarm_alert(
            {
                "AlarmName": name,
                "AlarmDescription": "The heal function fails."
                if name.startswith("trailkeeper")
                else "The bill of this month passed 100 USD.",
                "AWSAccountId": ACCOUNT,
                "AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}",
                "NewStateValue": state,
                "OldStateValue": "OK" if state == "ALARM" else "ALARM",
                "NewStateReason": "Threshold Crossed: 1 datapoint was greater than the threshold.",
                "StateChangeTime": NOW.isoformat(),
                "Trigger": {"MetricName": "Errors", "Namespace": "AWS/Lambda"}
                if name.startswith("trailkeeper")
                else {"MetricName": "EstimatedCharges", "Namespace": "AWS/Billing"},
            }
        )
        if alert is not None:
            yield f"The CloudWatch alarm {name}: {state}", alert
    yield from _controls()
    yield from _insights()


def _controls() -> Iterator[tuple[str, Alert]]:
    """One alarm of a control with one call behind it, and one with many."""
    opened = {
        "eventID": "6b6e1c2d-0000-4000-8000-5f6a7b8c9d0e",
        "eventTime": NOW.isoformat(),
        "eventSource": "ec2.amazonaws.com",
        "eventName": "AuthorizeSecurityGroupIngress",
        "awsRegion": REGION,
        "recipientAccountId": ACCOUNT,
        "sourceIPAddress": "203.0.113.7",
        "userAgent": "aws-cli/2.31.0 os/macos",
        "userIdentity": {
            "type": "IAMUser",
            "userName": "deploy-bot",
            "arn": f"arn:aws:iam::{ACCOUNT}:user/deploy-bot",
            "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
        },
        "requestParameters": {"groupId": "sg-0123456789abcdef0"},
    }
    refused = {
        **opened,
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "errorCode": "AccessDenied",
        "requestParameters": None,
    }
    by_root = {**refused, "userIdentity": {"type": "Root", "arn": f"arn:aws:iam::{ACCOUNT}:root"}}
    for id_, records in (
        ("security-group-changes", [opened]),
        ("unauthorized-calls", [*[refused] * 12, by_root]),
    ):
        control = CONTROLS[id_]
        message = {
            "AlarmName": control.alarm,
            "AWSAccountId": ACCOUNT,
            "AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{control.alarm}",
            "NewStateValue": "ALARM",
            "OldStateValue": "OK",
            "StateChangeTime": NOW.isoformat(),
            "Trigger": {"Period": 300, "EvaluationPeriods": 1},
        }
        alarm = alarm_alert(message)
        if alarm is not None:
            behind = Behind(tuple(Found.of(each, control) for each in records))
            told = control_alert(alarm, control, span_of(message), behind)
            yield f"The control {control.id} of the CIS benchmark", told


def _insights() -> Iterator[tuple[str, Alert]]:
    """Unusual activity while it goes on, and when it is over."""
    start = Insight(
        shared_id="6b6e1c2d-0000-4000-8000-5f6a7b8c9d0e",
        event_id="8a2f0f6e-0000-4000-8000-1b2c3d4e5f60",
        state=START,
        time=NOW.isoformat(),
        region=REGION,
        account=ACCOUNT,
        source="ec2.amazonaws.com",
        call="RunInstances",
        kind="ApiCallRateInsight",
        usual=0.02,
        observed=41.0,
        minutes=1,
        identities=(Share(f"arn:aws:iam::{ACCOUNT}:user/deploy-bot", 41.0),),
        user_agents=(Share("aws-cli/2.31.0 os/macos", 41.0),),
    )
    over = replace(
        start, state=END, time=(NOW + timedelta(minutes=12)).isoformat(), minutes=12, observed=38.5
    )
    yield "Unusual activity that goes on", insight_alert(start)
    yield "Unusual activity that is over", insight_alert(over, start)
