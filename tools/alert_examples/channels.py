"""The ways to people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tools.alert_examples.sample import ACCOUNT, BASELINE, NOW, REGION
from trailkeeper.alerts import channel_alerts, incoming, subscriptions
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.subscriptions import Subscription
from trailkeeper.state.alert_items import Outage
from trailkeeper.words.text import Text


def examples() -> Iterator[tuple[str, Alert]]:
    """Subscriptions and channels that are broken, and a message nobody can read."""
    topic = BASELINE.names.alerts_topic_arn
    listed = (
        Subscription("email", "pending@example.com", "PendingConfirmation"),
        Subscription("email", "filtered@example.com", f"{topic}:1", '{"severity":["none"]}'),
    )
    told = subscriptions.alerts(
        ("pending@example.com", "gone@example.com", "filtered@example.com"),
        listed,
        topic_arn=topic,
        account=ACCOUNT,
        region=REGION,
    )
    for title, alert in zip(("never confirmed", "removed", "with a filter"), told, strict=True):
        yield f"A subscription {title}", alert
    kept_at = "ssm:/trailkeeper/slack"
    missing = channel_alerts.Trouble(
        Text("trouble.secret", {"place": "/trailkeeper/slack", "code": "ParameterNotFound"}),
        "ParameterNotFound: /trailkeeper/slack",
        lasting=True,
        kept_at=kept_at,
    )
    yield (
        "A channel that is broken",
        channel_alerts.broken("slack", missing, NOW, ACCOUNT, REGION),
    )
    outage = Outage("slack", NOW, 7, told=True)
    later = NOW + timedelta(minutes=42)
    yield (
        "A channel that works again",
        channel_alerts.works_again(outage, later, ACCOUNT, REGION),
    )
    unreadable = incoming.read("<html>not for us</html>")
    if isinstance(unreadable, Alert):
        yield "A message that cannot be read", unreadable
