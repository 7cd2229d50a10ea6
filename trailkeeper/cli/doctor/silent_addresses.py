"""The addresses that get no alerts, for the findings that tell of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trailkeeper.alerts import subscriptions
from trailkeeper.alerts.subscriptions import Trouble
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case

NEEDS = ("sns:ListSubscriptionsByTopic", "sns:GetSubscriptionAttributes")


def with_trouble(wanted: Trouble) -> Callable[[Deployment], Iterator[Case]]:
    """A look for the addresses of the settings that have this trouble."""

    def look(deployment: Deployment) -> Iterator[Case]:
        found = deployment.subscriptions
        emails = deployment.heal.alert_emails
        for trouble, address, filter_policy in subscriptions.silent(emails, found):
            if trouble == wanted:
                yield {
                    "address": address,
                    "filter": filter_policy,
                    "subscription": _arn(address, found),
                    "topic": deployment.names.alerts_topic_arn,
                    "region": deployment.region,
                }

    return look


def _arn(address: str, found: tuple[subscriptions.Subscription, ...]) -> str:
    named = (each.arn for each in found if each.endpoint.casefold() == address.casefold())
    return next((each for each in named if each.startswith("arn:")), "")
