"""Joins the start and the end of an insight, so that people read one alert of both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lambdas.alert.state import UNREACHABLE, State
from lambdas.alert.telemetry import count, logger
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.incoming import InsightEvent
from trailkeeper.alerts.insight_alerts import insight_alert
from trailkeeper.events.insights import END, START, Insight
from trailkeeper.evidence.metrics import ALERT_TROUBLED

# SQS's longest delay. Most activity is over by then, and its end tells all of it; what lasts longer
# is told as going on, and once more when it is over.
WAIT_SECONDS = 900


class Insights:
    """A start waits for its end; an end tells of both; they may come in any order."""

    def __init__(
        self, *, state: State, deliver: Callable[[Alert], None], sqs: Any, queue_url: str
    ) -> None:
        self._state = state
        self._deliver = deliver
        self._sqs = sqs
        self._queue_url = queue_url

    def take(self, event: InsightEvent) -> None:
        """Keep, put off or tell it.

        Raises:
            DeliveryError, ClientError, BotoCoreError: it has to come again.
        """
        insight = event.insight
        if insight.state == END:
            self._keep(insight)
            self._deliver(insight_alert(insight, self._known(insight.shared_id, START)))
        elif not event.waited:
            self._keep(insight)
            self._sqs.send_message(
                QueueUrl=self._queue_url, MessageBody=event.later(), DelaySeconds=WAIT_SECONDS
            )
        elif self._known(insight.shared_id, END) is None:
            self._deliver(insight_alert(insight))

    def _keep(self, insight: Insight) -> None:
        try:
            self._state.keep_insight(insight)
        except UNREACHABLE as error:
            count(ALERT_TROUBLED)
            logger.warning("An insight cannot be kept for its other half", error=str(error))

    def _known(self, shared_id: str, state: str) -> Insight | None:
        try:
            return self._state.insight(shared_id, state)
        except UNREACHABLE as error:
            count(ALERT_TROUBLED)
            logger.warning("The other half of an insight is not known", error=str(error))
            return None
