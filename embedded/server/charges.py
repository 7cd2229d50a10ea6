"""What the account costs: the metric that AWS makes of it, and the budgets that compare with it.

Nothing costs anything here, so charges are what a test or demo says. Before the first, the account
is one whose "Receive CloudWatch billing alerts" is off: there is no metric at all.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from embedded.adapter import budgets, cloudwatch, gateway, sns_publishing
from embedded.adapter.budgets import Budget, Notification

# CloudWatch user guide, "Create a billing alarm to monitor your estimated AWS charges".
REGION = "us-east-1"
SERVICE = "budgets.amazonaws.com"

_log = logging.getLogger("embedded.charges")


def charge(usd: float, forecast: float | None = None) -> None:
    """Let so much have been spent in this month, and be forecast for its end.

    Raises ValueError for less than nothing.
    """
    if usd < 0 or (forecast is not None and forecast < 0):
        raise ValueError("charges and their forecast are 0 USD or more")
    with gateway.scope(gateway.account(), REGION):
        cloudwatch.put_metric(
            "AWS/Billing", "EstimatedCharges", {"Currency": "USD"}, usd, unit="None"
        )
        for budget in budgets.monthly(usd, forecast):
            for each in budget.notifications:
                spent = usd if each.kind == "ACTUAL" else forecast
                if spent is not None:
                    _compare(budget, each, spent)


def _compare(budget: Budget, notification: Notification, spent: float) -> None:
    limit = notification.limit_of(budget.amount)
    was, now = notification.in_alarm, spent > limit
    notification.note(in_alarm=now)
    if now and not was:
        for each in notification.subscribers:
            _tell(each["Address"], budget, notification.kind, spent, limit)


def _tell(topic: str, budget: Budget, kind: str, spent: float, limit: float) -> None:
    problem = sns_publishing.publish_as_service(
        topic,
        f"AWS Budgets: {budget.name} has exceeded your alert threshold"[:99],
        message(gateway.account(), budget, kind, spent, limit),
        service=SERVICE,
        source_arn=budget.arn,
    )
    if problem:
        _log.warning("budget %s: %s", budget.name, problem)


def message(account: str, budget: Budget, kind: str, spent: float, limit: float) -> str:
    """What AWS Budgets publishes: prose, in the form that published examples of 2019-2026 have."""
    return (
        f"AWS Budget Notification {datetime.now(UTC):%B %d, %Y}\n"
        f"AWS Account {account}\n\n"
        "Dear AWS Customer,\n\n"
        f"You requested that we alert you when the {kind} Cost associated with your {budget.name} "
        f"budget is greater than {_dollars(limit)} for the current month. The {kind} Cost "
        f"associated with this budget is {_dollars(spent)}. You can find additional details below "
        "and by accessing the AWS Budgets dashboard [1].\n\n"
        f"Budget Name: {budget.name}\n"
        "Budget Type: Cost\n"
        f"Budgeted Amount: {_dollars(budget.amount)}\n"
        f"Alert Type: {kind}\n"
        f"Alert Threshold: > {_dollars(limit)}\n"
        f"{kind} Amount: {_dollars(spent)}\n\n"
        "[1] https://console.aws.amazon.com/billing/home#/budgets\n"
    )


def _dollars(amount: float) -> str:
    return f"${amount:,.2f}"
