"""The alert function put together from its environment: an invocation in, failed messages out."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from lambdas.alert.channels import Channel
from lambdas.alert.channels.slack import Slack
from lambdas.alert.channels.sns import ChatTopic, PeopleTopic
from lambdas.alert.clients import Clients
from lambdas.alert.delivery import Delivery
from lambdas.alert.holding import Holding
from lambdas.alert.inbox import Message, messages
from lambdas.alert.instance_events import Callers, InstanceEvents
from lambdas.alert.new_alarms import NewAlarms
from lambdas.alert.once import Once
from lambdas.alert.retries import Retries
from lambdas.alert.secrets import Secrets
from lambdas.alert.state import State
from lambdas.alert.telemetry import logger
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.incoming import Flush, NewSilence
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.events.event import ApiCall
from trailkeeper.events.instances import StateChange
from trailkeeper.words.text import Severity

_LOUDEST_FIRST = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)


class AlertingError(Exception):
    """When an invocation that no queue brings again could not be handled; Lambda retries it."""


class AlertFunction:
    """One process' alert function; it keeps clients and secrets, and nothing about events."""

    def __init__(
        self,
        environ: AlertEnviron,
        clients: Clients,
        clock: Callable[[], float] = time.time,
    ) -> None:
        state = State(clients.dynamodb, environ.table, clock)
        self._once = Once(clients.dynamodb, environ.table)
        self._delivery = Delivery(channels(environ, clients), self._once, state.note_told)
        self._retries = Retries(clients.sqs, environ.queue_url)
        callers = Callers(state)
        self._holding = Holding(
            state=state,
            delivery=self._delivery,
            sqs=clients.sqs,
            queue_url=environ.queue_url,
            seconds=environ.grouping_seconds,
            interest=environ.interest,
            complete=callers.complete,
            clock=clock,
        )
        self._new_alarms = NewAlarms(
            cloudwatch=lambda: clients.cloudwatch,
            deliver=self._delivery.deliver,
            sqs=clients.sqs,
            queue_url=environ.queue_url,
        )
        self._instances = InstanceEvents(
            clients=clients,
            state=state,
            callers=callers,
            holding=self._holding,
            interest=environ.interest,
        )

    def handle(self, event: Any, context: Any = None) -> dict[str, Any]:
        """Handle an invocation; the answer names the SQS messages to bring again.

        Raises:
            AlertingError: something failed that did not come by SQS.
        """
        self._once.register(context)
        arrived = list(messages(event))
        failed = self._deliver_alerts(arrived)
        failed += self._flush(arrived)
        failed += self._take_new_alarms(arrived)
        instances = [
            (each.id, each.content)
            for each in arrived
            if isinstance(each.content, StateChange | ApiCall)
        ]
        failed += self._take(instances) if instances else ()
        if "" in failed:
            message = "an alert was not delivered; Lambda retries, then it is a dead letter"
            raise AlertingError(message)
        again = dict.fromkeys(failed)
        self._retries.soon([each for each in arrived if each.id in again])
        return {"batchItemFailures": [{"itemIdentifier": each} for each in again]}

    def _take(self, instances: list[tuple[str, StateChange | ApiCall]]) -> set[str]:
        try:
            return self._instances.take(instances)
        except Exception:  # one event that breaks something must not take the others with it
            logger.exception("A batch of instance events was not handled")
            if len(instances) == 1:
                return {instances[0][0]}
            return {failed for each in instances for failed in self._take([each])}

    def _deliver_alerts(self, arrived: list[Message]) -> list[str]:
        alerts = [(each.id, each.content) for each in arrived if isinstance(each.content, Alert)]
        alerts.sort(key=lambda pair: _LOUDEST_FIRST.index(pair[1].severity))
        return [
            message_id
            for message_id, alert in alerts
            if not self._done(partial(self._delivery.deliver, alert))
        ]

    def _flush(self, arrived: list[Message]) -> list[str]:
        flushes = [(each.id, each.content) for each in arrived if isinstance(each.content, Flush)]
        return [
            message_id
            for message_id, flush in flushes
            if not self._done(partial(self._holding.flush, flush))
        ]

    def _take_new_alarms(self, arrived: list[Message]) -> list[str]:
        new = [(each.id, each.content) for each in arrived if isinstance(each.content, NewSilence)]
        return [
            message_id
            for message_id, silence in new
            if not self._done(partial(self._new_alarms.take, silence))
        ]

    def _done(self, action: Callable[[], None]) -> bool:
        try:
            action()
        except Exception:  # one message's failure must not fail the others of its batch
            logger.exception("A message was not handled; its queue brings it again")
            return False
        return True


def channels(environ: AlertEnviron, clients: Clients) -> list[Channel]:
    """The channels that the settings ask for."""
    found: list[Channel] = [PeopleTopic(clients.sns, environ.topic_arn, environ.reader)]
    if environ.slack_webhook:
        secrets, reference = Secrets(clients), environ.slack_webhook
        found.append(Slack(lambda: secrets.read(reference), environ.reader))
    if environ.chat_topic_arn:
        found.append(ChatTopic(clients.sns, environ.chat_topic_arn, environ.reader))
    return found
