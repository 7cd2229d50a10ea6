"""Tells through the other channels that one is broken, at once, and when it works again."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from lambdas.alert.state import State
from lambdas.alert.telemetry import count, logger
from lambdas.alert.troubles import trouble_of
from trailkeeper.alerts import channel_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.evidence.metrics import CHANNEL_FAILED

Tell = Callable[[Alert], bool]
"""Tells by every channel that is not known to fail; whether anybody took it."""

# What may pass by itself is told when it fails so often without a success between.
_TWICE = 2


class Outages:
    """Which channels take no alerts, as the state table remembers it.

    `ways` are where each channel's way leads: the place of a webhook's URL, or a topic.
    """

    def __init__(
        self,
        state: State,
        *,
        webhook: str,
        topics: dict[str, str],
        account: str,
        region: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._state = state
        self._webhook = webhook
        self._topics = topics
        self._account = account
        self._region = region
        self._clock = clock

    def note(self, channel: str, alert: Alert, error: Exception | None = None) -> None:
        """Note when a channel took an alert of a drill, or why it did not."""
        said = "" if error is None else f"{type(error).__name__}: {error}"
        self._state.note_drill(channel, said, alert)

    def failed(self, channel: str, error: Exception, tell: Tell) -> None:
        """A channel did not take an alert: count it, and tell by the others unless it may pass."""
        count(CHANNEL_FAILED)
        outage = self._state.note_refused(channel, f"{type(error).__name__}: {error}")
        if outage is None:
            logger.error("A channel is broken, and nobody can say since when", channel=channel)
            return
        topic_arn = self._topics.get(channel, "")
        trouble = trouble_of(error, webhook=self._webhook, topic_arn=topic_arn)
        if not trouble.lasting and outage.failures < _TWICE:
            return
        alert = channel_alerts.broken(channel, trouble, outage.since, self._account, self._region)
        if tell(alert) and not outage.told:
            self._state.note_outage_told(channel)

    def took(self, channel: str, tell: Tell) -> None:
        """A channel took an alert: if people were told that it is broken, tell that it is over."""
        outage = self._state.note_taken(channel)
        if outage is None or not outage.told:
            return
        now = datetime.fromtimestamp(self._clock(), UTC)
        tell(channel_alerts.works_again(outage, now, self._account, self._region))
