"""What the account costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tools.alert_examples.sample import ACCOUNT, NOW
from trailkeeper.alerts import billing
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.metric_alarm import alarm_alert
from trailkeeper.evidence.names import BILLING_ALARM


def examples() -> Iterator[tuple[str, Alert]]:
    """As CloudWatch and AWS Budgets publish them."""
    over = alarm_alert(
        {
            "AlarmName": BILLING_ALARM,
            "AWSAccountId": ACCOUNT,
            "AlarmArn": f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:{BILLING_ALARM}",
            "NewStateValue": "ALARM",
            "OldStateValue": "OK",
            "NewStateReason": "Threshold Crossed: 1 out of the last 1 datapoints [213.45 "
            "(19/11/26 21:04:00)] was greater than the threshold (200.0) (minimum 1 datapoint for "
            "OK -> ALARM transition).",
            "StateChangeTime": NOW.isoformat(),
            "Trigger": {"Threshold": 200.0},
        }
    )
    forecast = billing.budget_alert(
        f"AWS Budget Notification November 20, 2026\nAWS Account {ACCOUNT}\n\n"
        "Budget Name: month\nAlert Type: FORECASTED\nAlert Threshold: > $500.00\n"
        "FORECASTED Amount: $612.30\n"
    )
    silent = billing.silent_alert(
        NOW - timedelta(days=2), 200.0, account=ACCOUNT, region="us-east-1"
    )
    named = {
        "The month's charges are over billing_alarm_usd": over,
        "The month's charges are forecast to be over monthly_budget_usd": forecast,
        "The billing alarm has had no data for two days": silent,
    }
    yield from ((name, alert) for name, alert in named.items() if alert is not None)
