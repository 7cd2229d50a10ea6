"""Nobody would hear what comes by the second way to people."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.alerts.subscriptions import Subscription
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    heal = deployment.heal
    if not heal.watcher or not heal.last_resort_emails:
        return
    for topic in heal.last_resort_topics:
        found = deployment.subscriptions_of(topic) or ()
        heard = any(
            Subscription(each["Protocol"], each["Endpoint"], each["SubscriptionArn"]).confirmed
            for each in found
        )
        if not heard:
            yield {
                "address": heal.last_resort_emails[0],
                "topic": topic,
                "region": topic.split(":")[3],
            }


FINDING = Finding(
    id="second-way-unheard",
    about="Alerts",
    checks="the second way to people",
    look=_look,
    words="NOBODY hears what comes by the second way: no subscription of {topic} is confirmed",
    fix="aws sns subscribe --region {region} --topic-arn {topic} --protocol email "
    "--notification-endpoint={address}",
    needs=("lambda:GetFunctionConfiguration", "sns:ListSubscriptionsByTopic"),
)
