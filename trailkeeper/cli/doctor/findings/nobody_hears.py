"""The settings name nobody who would hear of anything."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    alert = deployment.alert
    if deployment.heal.alert_emails or alert.slack_webhook or alert.chat_topic_arn:
        return
    if not any(each.confirmed for each in deployment.subscriptions):
        yield {}


FINDING = Finding(
    id="nobody-hears",
    about="Alerts",
    checks="whether anybody is to be told",
    look=_look,
    words="NOBODY gets alerts: the settings have no address and no channel",
    fix='Put "alert_emails" into "trailkeeper" in cdk.json, then: npx cdk deploy --all',
    needs=("lambda:GetFunctionConfiguration", "sns:ListSubscriptionsByTopic"),
)
