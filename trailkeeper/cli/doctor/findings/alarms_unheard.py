"""The alert function does not hear the topic of alarms, so nobody puts them in words."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    topic = deployment.names.alarms_topic_arn
    listed = deployment.subscriptions_of(topic)
    function = deployment.names.alert_function_arn
    if listed is not None and function not in {each["Endpoint"] for each in listed}:
        yield {"topic": topic}


FINDING = Finding(
    id="alarms-unheard",
    about="Alerts",
    checks="whether the alert function hears of alarms",
    look=_look,
    words="the alert function does NOT hear of alarms: it is not subscribed to {topic}",
    fix="npx cdk deploy TrailkeeperResponse --revert-drift",
    needs=("sns:ListSubscriptionsByTopic",),
)
