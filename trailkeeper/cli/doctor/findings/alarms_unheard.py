"""The alert function does not hear the topic of alarms, so nobody puts them in words."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    topic = deployment.names.alarms_topic_arn
    listed = deployment.subscriptions_of(topic)
    function = deployment.names.alert_function_arn
    if listed is None or any(_is_of(each["Endpoint"], function) for each in listed):
        return
    yield {"topic": topic}


def _is_of(endpoint: str, function: str) -> bool:
    """Whether it is the function or one of its versions or aliases."""
    return endpoint == function or endpoint.startswith(f"{function}:")


FINDING = Finding(
    id="alarms-unheard",
    about="Alerts",
    checks="whether the alert function hears of alarms",
    look=_look,
    words="the alert function does NOT hear of alarms: it is not subscribed to {topic}",
    fix="npx cdk deploy TrailkeeperResponse --revert-drift",
    needs=("sns:ListSubscriptionsByTopic",),
)
