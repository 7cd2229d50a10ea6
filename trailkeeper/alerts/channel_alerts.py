"""What people are told when one way to them is broken, by the others, and when it works again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from trailkeeper.alerts.alert import Alert, Command, Fact, Link, Step, known
from trailkeeper.alerts.commands import shown
from trailkeeper.alerts.console import Console
from trailkeeper.words.text import LONGEST_FIELD, Duration, Moment, Severity, Text, Value

CATEGORY = "alerting"
BROKEN, WORKS = "channel-broken", "channel-works-again"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a channel did not take an alert.

    `lasting`: it will not pass by itself, as a busy moment may. `error` is what the function saw,
    which is untrusted. `kept_at` is where the URL of a webhook is kept (`ssm:/name`), where that or
    the webhook is what is wrong; `topic_arn` is a topic that refused.
    """

    why: Text
    error: str
    lasting: bool
    kept_at: str = ""
    topic_arn: str = ""


def broken(channel: str, trouble: Trouble, since: datetime, account: str, region: str) -> Alert:
    """The alert that a channel takes no alerts; the same outage has the same key."""
    name = {"channel": Text(f"channel.{channel}")}
    return Alert(
        detection=BROKEN,
        category=CATEGORY,
        severity=Severity.WARNING,
        what=Text("subject.channel.broken", {**name, "why": trouble.why}),
        story=(
            Text("story.channel.broken", {**name, "since": Moment(since.isoformat())}),
            Text("story.channel.others", name),
        ),
        dedup_key=f"{BROKEN}/{channel}/{since.isoformat()}",
        account=account,
        region=region,
        steps=tuple(_steps(trouble, region)),
        facts=(
            Fact("label.error", trouble.error[:LONGEST_FIELD]),
            Fact("label.kept_at", trouble.kept_at),
            Fact("label.topic", trouble.topic_arn),
        ),
        links=known(Link("link.topic", _page(trouble, region))),
        occurred_at=since.isoformat(),
    )


class Outage(Protocol):
    """A channel that took no alerts since a time, and how many it did not take."""

    @property
    def channel(self) -> str: ...
    @property
    def since(self) -> datetime: ...
    @property
    def failures(self) -> int: ...


def works_again(outage: Outage, now: datetime, account: str, region: str) -> Alert:
    """The alert that a channel takes alerts again."""
    name: dict[str, Value] = {"channel": Text(f"channel.{outage.channel}")}
    span: dict[str, Value] = {
        "duration": Duration((now - outage.since).total_seconds()),
        "count": outage.failures,
    }
    return Alert(
        detection=WORKS,
        category=CATEGORY,
        severity=Severity.INFO,
        what=Text("subject.channel.works", name),
        story=(
            Text("story.channel.works", {**name, **span, "at": Moment(now.isoformat())}),
            Text("story.channel.given_up"),
        ),
        dedup_key=f"{WORKS}/{outage.channel}/{outage.since.isoformat()}",
        account=account,
        region=region,
        repair=Command("redrive"),
        occurred_at=now.isoformat(),
    )


def _steps(trouble: Trouble, region: str) -> Iterator[Step]:
    store, _, name = trouble.kept_at.partition(":")
    if store:
        put = {"ssm": ("put-parameter", "parameter")}.get(store, ("put-secret", "secret"))
        command = shown(Command(put[0], {put[1]: name, "region": region}))
        yield Step(Text("next.channel.webhook"), command)
    elif trouble.topic_arn:
        yield Step(Text("next.channel.topic"), Command("revert-drift"))
    elif not trouble.lasting:
        yield Step(Text("next.channel.wait"))
    yield Step(Text("next.channel.redrive"), Command("redrive"))


def _page(trouble: Trouble, region: str) -> str:
    return Console(region).topic(trouble.topic_arn) if trouble.topic_arn else ""
