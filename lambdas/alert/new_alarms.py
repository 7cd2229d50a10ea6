"""Gives a new alarm on silence the time to get its first sign of life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.telemetry import logger
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.incoming import NewSilence

# SQS's longest delay, and several times what a first heartbeat needs.
WAIT_SECONDS = 900


class NewAlarms:
    """A deploy makes the alarm before the first heartbeat has arrived, so it goes off for nothing.

    It is looked at again a quarter of an hour later, and CloudWatch itself says whether it is over;
    when that cannot be read, people are told.
    """

    def __init__(
        self,
        *,
        cloudwatch: Callable[[], Any],
        deliver: Callable[[Alert], None],
        sqs: Any,
        queue_url: str,
    ) -> None:
        self._cloudwatch = cloudwatch
        self._deliver = deliver
        self._sqs = sqs
        self._queue_url = queue_url

    def take(self, silence: NewSilence) -> None:
        """Put it off, or tell it when it has lasted.

        Raises:
            DeliveryError, ClientError, BotoCoreError: it has to come again.
        """
        if not silence.waited:
            self._sqs.send_message(
                QueueUrl=self._queue_url, MessageBody=silence.later(), DelaySeconds=WAIT_SECONDS
            )
        elif self._lasts(silence.alarm):
            self._deliver(silence.alert)

    def _lasts(self, name: str) -> bool:
        try:
            alarms = self._cloudwatch().describe_alarms(AlarmNames=[name])["MetricAlarms"]
        except (ClientError, BotoCoreError) as error:
            logger.warning("An alarm cannot be read; telling of it", error=str(error))
            return True
        return all(each["StateValue"] != "OK" for each in alarms)
