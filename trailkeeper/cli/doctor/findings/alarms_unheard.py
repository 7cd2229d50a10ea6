"""The queue of alerts does not get what the topic of alarms carries: nobody puts it in words."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    topic = deployment.names.alarms_topic_arn
    listed = deployment.subscriptions_of(topic)
    queue = deployment.names.alerts_queue_arn
    if listed is not None and queue not in {each["Endpoint"] for each in listed}:
        yield {"topic": topic}


FINDING = Finding(
    id="alarms-unheard",
    about="Alerts",
    checks="whether the alert function hears of alarms",
    look=_look,
    words="the alert function does NOT hear of alarms: its queue is not subscribed to {topic}",
    fix="npx cdk deploy TrailkeeperResponse --revert-drift",
    needs=("sns:ListSubscriptionsByTopic",),
)
