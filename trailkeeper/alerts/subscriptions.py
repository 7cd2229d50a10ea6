"""Finds e-mail subscriptions that no longer bring alerts to people, and says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from trailkeeper.alerts.alert import Alert, Command, Fact, Link, Step, known
from trailkeeper.alerts.console import Console
from trailkeeper.words.text import Severity, Text

DETECTION = "subscription-silent"
CATEGORY = "alerting"

Trouble = Literal["pending", "missing", "filtered"]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription of the alerts topic, as SNS lists it; `filter_policy` "" means none.

    SNS puts `PendingConfirmation` or `Deleted` where the ARN of a confirmed one is.
    """

    protocol: str
    endpoint: str
    arn: str
    filter_policy: str = ""

    @property
    def confirmed(self) -> bool:
        return self.arn.startswith("arn:")

    @property
    def pending(self) -> bool:
        return self.arn == "PendingConfirmation"


def silent(
    expected: Iterable[str], subscriptions: Sequence[Subscription]
) -> Iterator[tuple[Trouble, str, str]]:
    """Which of the expected e-mail addresses get no alerts or not all: trouble, address, filter."""
    by_address: dict[str, list[Subscription]] = {}
    for each in subscriptions:
        if each.protocol in {"email", "email-json"}:
            by_address.setdefault(each.endpoint.casefold(), []).append(each)
    for address in dict.fromkeys(expected):
        found = by_address.get(address.casefold(), [])
        confirmed = [each for each in found if each.confirmed]
        if any(not each.filter_policy for each in confirmed):
            continue
        if confirmed:
            yield "filtered", address, confirmed[0].filter_policy
        elif any(each.pending for each in found):
            yield "pending", address, ""
        else:
            yield "missing", address, ""


def alerts(
    expected: Iterable[str],
    subscriptions: Sequence[Subscription],
    *,
    topic_arn: str,
    account: str,
    region: str,
) -> tuple[Alert, ...]:
    """One alert per address that gets no alerts; the same trouble has the same key every time.

    An alert is told once a day per key, so people are reminded daily until it is put right.
    """
    link = Console(region).topic(topic_arn)
    return tuple(
        Alert(
            detection=DETECTION,
            category=CATEGORY,
            severity=Severity.WARNING,
            what=Text(f"subject.subscription.{trouble}", {"endpoint": address}),
            story=(Text(f"subscription.{trouble}", {"endpoint": address}),),
            dedup_key=f"{DETECTION}/{trouble}/{address}",
            account=account,
            region=region,
            facts=tuple(
                fact
                for fact in (
                    Fact("label.topic", topic_arn),
                    Fact("label.filter", filter_policy),
                )
                if fact.value
            ),
            steps=(Step(Text(f"subscription.next_{trouble}")),),
            links=known(Link("link.topic", link)),
            repair=_repair(trouble, address, topic_arn, region),
        )
        for trouble, address, filter_policy in silent(expected, subscriptions)
    )


def _repair(trouble: Trouble, address: str, topic_arn: str, region: str) -> Command | None:
    """Subscribe by hand: a deploy does not see what was changed outside of it."""
    if trouble == "filtered":
        return None
    return Command("subscribe", {"topic": topic_arn, "address": address, "region": region})
