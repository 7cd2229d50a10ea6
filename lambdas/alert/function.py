"""The alert function put together from its environment: an invocation in, failed messages out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.channels import Channel
from lambdas.alert.channels.slack import Slack
from lambdas.alert.channels.sns import ChatTopic, LastResortTopic, PeopleTopic
from lambdas.alert.clients import Clients
from lambdas.alert.control_alarms import ControlAlarms
from lambdas.alert.dead_letters import DeadLetters, command_of
from lambdas.alert.deleted_files import DeletedFiles, by_bucket, is_ours
from lambdas.alert.delivery import Delivery, DeliveryError
from lambdas.alert.folding import Folding
from lambdas.alert.holding import Holding
from lambdas.alert.inbox import Message, messages
from lambdas.alert.insights import Insights
from lambdas.alert.instance_events import Callers, InstanceEvents
from lambdas.alert.new_alarms import NewAlarms
from lambdas.alert.once import Once
from lambdas.alert.outages import Outages
from lambdas.alert.receipts import Receipts, Verdict
from lambdas.alert.retries import Retries
from lambdas.alert.second_way import SecondWay
from lambdas.alert.secrets import Secrets
from lambdas.alert.state import UNREACHABLE, State, Strange
from lambdas.alert.telemetry import logger
from lambdas.alert.webhook import Webhook
from trailkeeper.alerts import forged_alerts, state_alerts, webhook_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.incoming import ControlAlarm, Flush, FoldEnd, InsightEvent, NewSilence
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.events.event import ApiCall
from trailkeeper.events.instances import StateChange
from trailkeeper.words.text import Severity

_T = TypeVar("_T")

# When a message that came by no queue comes by ours.
_AGAIN_SECONDS = 10
# So much of a message that was made up is kept in the log.
_SHOWN = 300
_LOUDEST_FIRST = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)


class AlertingError(Exception):
    """When neither people nor the queue took what no queue brought; Lambda retries it."""


class AlertFunction:
    """One process' alert function; it keeps clients and secrets, and nothing about events."""

    def __init__(
        self,
        environ: AlertEnviron,
        clients: Clients,
        clock: Callable[[], float] = time.time,
    ) -> None:
        tell = _teller(environ, clients)
        state = State(
            clients.dynamodb, environ.table, clock, strange=_strange(environ, clock, tell)
        )
        self._once = Once(clients.dynamodb, environ.table)
        webhook = _webhook(environ, clients, state, clock, tell) if environ.slack_webhook else None
        self._delivery = Delivery(
            channels(environ, clients, webhook), self._once, _outages(environ, state, clock)
        )
        self._folding = Folding(state, self._tell, clients.sqs, environ.queue_url, clock)
        self._retries = Retries(clients.sqs, environ.queue_url)
        self._receipts = Receipts(clients.sqs, environ.queue_url)
        self._second_way = _second_way(environ, clients, self._once, clock)
        self._sqs, self._queue_url = clients.sqs, environ.queue_url
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
        self._control_alarms = ControlAlarms(
            logs=lambda: clients.logs,
            deliver=self._delivery.deliver,
            seen=state.seen,
            sqs=clients.sqs,
            queue_url=environ.queue_url,
            heal_role=environ.heal_role,
            clock=clock,
        )
        self._deleted_files = DeletedFiles(
            state=state,
            deliver=self._delivery.deliver,
            sqs=clients.sqs,
            queue_url=environ.queue_url,
            clock=clock,
        )
        self._insights = Insights(
            state=state,
            deliver=self._delivery.deliver,
            sqs=clients.sqs,
            queue_url=environ.queue_url,
        )
        self._dead_letters = DeadLetters(
            clients.sqs,
            environ.queue_url,
            handle=self._handled,
            forged=self._forged,
            clock=clock,
        )
        self._state = state
        self._environ, self._clock = environ, clock
        self._instances = InstanceEvents(
            clients=clients,
            state=state,
            callers=callers,
            holding=self._holding,
            interest=environ.interest,
        )

    def handle(self, event: Any, context: Any = None) -> dict[str, Any]:
        """Handle an invocation; the answer names the SQS messages to bring again.

        A command is answered with what came of it. What is not in our queue is not handled.

        Raises:
            AlertingError: something failed that did not come by SQS, and SQS does not take it.
        """
        self._once.register(context)
        if (command := command_of(event)) is not None:
            return self._dead_letters.run(command, context).to_json()
        arrived = list(messages(event))
        judged = list(zip(arrived, self._receipts.judge(arrived), strict=True))
        believed = [each for each, verdict in judged if verdict is Verdict.BELIEVED]
        forged = [each for each, verdict in judged if verdict is Verdict.FORGED]
        failed = self._handled([*believed, *self._forged(forged)])
        again = {each.id: each for each in failed if each.id}
        self._retries.soon(list(again.values()))
        passed_over = [each.id for each, verdict in judged if verdict is not Verdict.BELIEVED]
        for each in failed:
            if not each.id:
                self._enqueue(each)
        unhandled = dict.fromkeys([*again, *filter(None, passed_over)])
        return {"batchItemFailures": [{"itemIdentifier": each} for each in unhandled]}

    def _forged(self, messages: Sequence[Message]) -> list[Message]:
        """What is told, once an hour, of messages that somebody called the function with."""
        if not messages:
            return []
        beginning = messages[0].body[:_SHOWN]
        logger.warning("What is not of the queue is not told", count=len(messages), first=beginning)
        now = datetime.fromtimestamp(self._clock(), UTC)
        alert = forged_alerts.called(now, **_place(self._environ))
        return [Message("", alert, alert.to_json())]

    def _handled(self, arrived: Sequence[Message]) -> list[Message]:
        """Handle messages of all kinds; those that have to come again come back."""
        loudest_first = sorted(arrived, key=_loudness)
        failed = [
            *self._failed(loudest_first, Alert, self._folding.take),
            *self._failed(arrived, FoldEnd, self._folding.end),
            *self._failed(arrived, Flush, self._flush),
            *self._failed(arrived, NewSilence, self._new_alarms.take),
            *self._failed(arrived, ControlAlarm, self._control_alarms.take),
            *self._failed(arrived, InsightEvent, self._insights.take),
        ]
        instances = [
            (each.id, each.content)
            for each in arrived
            if isinstance(each.content, StateChange | ApiCall)
        ]
        left = self._take(instances) if instances else set()
        failed += [
            each
            for each in arrived
            if each.id in left and isinstance(each.content, StateChange | ApiCall)
        ]
        failed += self._deleted(arrived)
        return failed

    def _failed(
        self, arrived: Iterable[Message], kind: type[_T], action: Callable[[_T], None]
    ) -> Iterator[Message]:
        """Do it with every message of a kind; those that have to come again come back."""
        for each in arrived:
            if isinstance(each.content, kind):
                try:
                    action(each.content)
                except Exception as error:  # it must not fail the others of its batch
                    logger.exception("A message was not handled; a queue brings it again")
                    if isinstance(error, DeliveryError) and self._second_way:
                        self._second_way.take(each, error)
                    yield each

    def _flush(self, flush: Flush) -> None:
        counts = self._deleted_files if is_ours(flush) else self._holding
        counts.flush(flush)

    def _deleted(self, arrived: Iterable[Message]) -> Iterator[Message]:
        """Count the log files that were deleted; the messages that have to come again come back."""
        for group in by_bucket(arrived):
            try:
                self._deleted_files.take([deletion for _, deletion in group])
            except Exception:  # what is wrong with one bucket must not fail the others
                logger.exception("Deleted log files were not counted; a queue brings them again")
                yield from (message for message, _ in group)

    def _enqueue(self, message: Message) -> None:
        """Have our queue bring what no queue brought: it is more patient than Lambda's retries."""
        try:
            self._sqs.send_message(
                QueueUrl=self._queue_url, MessageBody=message.body, DelaySeconds=_AGAIN_SECONDS
            )
        except (BotoCoreError, ClientError) as error:
            said = "an alert was not delivered; Lambda retries, then it is a dead letter"
            raise AlertingError(said) from error

    def _tell(self, alert: Alert) -> None:
        self._delivery.deliver(alert)
        if alert.event_id:
            self._note_told(alert.event_id)

    def _note_told(self, event_id: str) -> None:
        """Keep which call was told, so that an alarm about it has nothing to add."""
        try:
            self._state.mark_seen([event_id])
        except UNREACHABLE as error:
            logger.warning("What was told was not noted", error=str(error))

    def _take(self, instances: list[tuple[str, StateChange | ApiCall]]) -> set[str]:
        try:
            return self._instances.take(instances)
        except Exception:  # one event that breaks something must not take the others with it
            logger.exception("A batch of instance events was not handled")
            if len(instances) == 1:
                return {instances[0][0]}
            return {failed for each in instances for failed in self._take([each])}


def _loudness(message: Message) -> int:
    if isinstance(message.content, Alert):
        return _LOUDEST_FIRST.index(message.content.severity)
    return len(_LOUDEST_FIRST)


def channels(
    environ: AlertEnviron, clients: Clients, webhook: Webhook | None = None
) -> list[Channel]:
    """The channels that the settings ask for."""
    found: list[Channel] = [PeopleTopic(clients.sns, environ.topic_arn, environ.reader)]
    if webhook is not None:
        found.append(Slack(webhook.url, environ.reader, forget=webhook.forget))
    if environ.chat_topic_arn:
        found.append(ChatTopic(clients.sns, environ.chat_topic_arn, environ.reader))
    return found


def _second_way(
    environ: AlertEnviron, clients: Clients, once: Once, clock: Callable[[], float]
) -> SecondWay | None:
    topics = environ.last_resort_topics
    if not topics:
        return None
    return SecondWay(LastResortTopic(clients.sns_in, topics, environ.reader), once, clock)


Tell = Callable[[Alert], None]


def _teller(environ: AlertEnviron, clients: Clients) -> Tell:
    """Alerts of the function's own go through its queue, like all others."""

    def tell(alert: Alert) -> None:
        clients.sqs.send_message(QueueUrl=environ.queue_url, MessageBody=alert.to_json())

    return tell


def _place(environ: AlertEnviron) -> dict[str, str]:
    region, account = environ.topic_arn.split(":")[3:5]
    return {"account": account, "region": region}


def _strange(environ: AlertEnviron, clock: Callable[[], float], tell: Tell) -> Strange:
    def strange(partition: str, sort: str, why: str) -> None:
        now = datetime.fromtimestamp(clock(), UTC)
        tell(state_alerts.strange(partition, sort, why, now, **_place(environ)))

    return strange


def _webhook(
    environ: AlertEnviron,
    clients: Clients,
    state: State,
    clock: Callable[[], float],
    tell: Tell,
) -> Webhook:
    secrets, reference = Secrets(clients), environ.slack_webhook or ""

    def changed(digest: str) -> Alert:
        now = datetime.fromtimestamp(clock(), UTC).isoformat(timespec="seconds")
        return webhook_alerts.changed(reference, digest, now, **_place(environ))

    return Webhook(lambda: secrets.read(reference), state, changed, tell, forget=secrets.forget)


def _outages(environ: AlertEnviron, state: State, clock: Callable[[], float]) -> Outages:
    topics = {PeopleTopic.name: environ.topic_arn}
    if environ.chat_topic_arn:
        topics[ChatTopic.name] = environ.chat_topic_arn
    return Outages(
        state,
        webhook=environ.slack_webhook or "",
        topics=topics,
        clock=clock,
        **_place(environ),
    )
