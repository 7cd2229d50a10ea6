"""Tells dead alerts again, and shows or removes what other functions gave up.

Nobody but this function may take messages out of the queues, so that nobody else can put them into
words. Whoever asks says only that it is to be done: what is told is what the queue holds, read as
if it had come for the first time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.inbox import Message, message_of, messages
from lambdas.alert.telemetry import logger
from trailkeeper.alerts.dead_letters import (
    QUEUES,
    REDRIVE,
    SHOW,
    SPARED,
    Answer,
    Redriven,
    Shown,
    document_of,
    letter_of,
    sent_at,
)
from trailkeeper.evidence.names import ALERTS_DEAD_QUEUE

# What is hidden longer than an invocation can last comes to no other one.
_HIDDEN_SECONDS = 120
# One empty answer does not mean that a queue is empty: it is spread over many servers.
_EMPTY_ANSWERS = 3
_WAIT_SECONDS = 1
_MOST = 100
_MOST_IN_CALL = 10
# So much must be left for one more alert, which every channel may keep waiting.
_SPARE_MILLISECONDS = 25_000

Letter = Mapping[str, Any]
"""A message as SQS gives it."""


def command_of(event: Any) -> Mapping[str, Any] | None:
    """The command in an invocation, None if it is anything else."""
    command = event.get("trailkeeper") if isinstance(event, Mapping) else None
    return command if isinstance(command, Mapping) and "command" in command else None


class DeadLetters:
    """The dead-letter queues beside the alert function's own.

    `handle` handles messages like those of the queue, and gives back the failed ones. `forged` is
    what is told in place of messages that somebody called the function with. `clock` gives Unix
    seconds.
    """

    def __init__(
        self,
        sqs: Any,
        queue_url: str,
        handle: Callable[[Sequence[Message]], Sequence[Message]],
        forged: Callable[[Sequence[Message]], Sequence[Message]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sqs = sqs
        self._queues_url = queue_url.rpartition("/")[0]
        self._handle = handle
        self._forged = forged
        self._clock = clock

    def run(self, command: Mapping[str, Any], context: Any) -> Answer:
        """Carry out a command; what cannot be done is answered, as a typo must raise no alarm."""

        def has_time() -> bool:
            return context is None or context.get_remaining_time_in_millis() > _SPARE_MILLISECONDS

        name, of = command["command"], str(command.get("of"))
        try:
            if name == REDRIVE:
                return Answer(redriven=self._redrive(has_time))
            if name == SHOW and of in QUEUES:
                drain = command.get("drain") is True
                return Answer(shown=self._show(QUEUES[of], has_time, drain=drain))
        except (BotoCoreError, ClientError) as error:
            return Answer(f"a queue cannot be used: {error}")
        if name == SHOW:
            return Answer(f"unknown function {of[:40]!r}; known are {', '.join(QUEUES)}")
        return Answer(f"unknown command {str(name)[:40]!r}; known are {REDRIVE}, {SHOW}")

    def _redrive(self, has_time: Callable[[], bool]) -> Redriven:
        """Tell the dead alerts in the order in which they came; each is removed once it is told."""
        url = self._url(ALERTS_DEAD_QUEUE)
        letters, more = self._take(url, has_time)
        told, kept, left = 0, [], []
        for letter in letters:
            if not has_time():
                left.append(letter)
            elif self._handle(self._inside(letter)):
                kept.append(letter)
            else:
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"])
                told += 1
        self._let_go(url, [*kept, *left])
        return Redriven(told, len(kept), more or bool(left))

    def _show(self, queue: str, has_time: Callable[[], bool], *, drain: bool) -> Shown:
        url = self._url(queue)
        taken, more = self._take(url, has_time)
        shown = {each["MessageId"]: letter_of(each) for each in taken}
        old = [
            each
            for each in taken
            if self._clock() - sent_at(each).timestamp() >= SPARED.total_seconds()
        ]
        removed = old if drain else []
        for letter in removed:
            self._sqs.delete_message(QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"])
            said = shown[letter["MessageId"]]
            logger.info("A dead letter was removed", queue=queue, what=said.what, why=said.why)
        gone = {each["MessageId"] for each in removed}
        stay = [each for each in taken if each["MessageId"] not in gone]
        self._let_go(url, stay)
        return Shown(tuple(shown.values()), len(removed), len(stay) if drain else 0, more)

    def _inside(self, letter: Letter) -> list[Message]:
        """What the function was to handle, out of what SQS, SNS or Lambda made of it.

        What Lambda gave up is an invocation that somebody made up: it is the queue's mapping alone
        that calls the function, which waits for its answer and keeps what failed.
        """
        document = document_of(letter)
        if "requestPayload" in document and "requestContext" in document:
            found = self._forged(list(messages(document["requestPayload"])))
        else:
            found = [message_of(str(letter["Body"]))]
        identity = str(letter["MessageId"])
        return [replace(each, id=identity, receipt="", first_came=None) for each in found]

    def _url(self, queue: str) -> str:
        return f"{self._queues_url}/{queue}"

    def _take(self, url: str, has_time: Callable[[], bool]) -> tuple[list[Letter], bool]:
        """Messages, the oldest first, and whether there may be more; they are hidden meanwhile."""
        taken: dict[str, Letter] = {}
        empty = 0
        while empty < _EMPTY_ANSWERS:
            if len(taken) >= _MOST or not has_time():
                return _in_order(taken), True
            answer = self._sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=_MOST_IN_CALL,
                VisibilityTimeout=_HIDDEN_SECONDS,
                WaitTimeSeconds=_WAIT_SECONDS,
                MessageSystemAttributeNames=["SentTimestamp"],
                MessageAttributeNames=["All"],
            )
            some = {each["MessageId"]: each for each in answer.get("Messages", [])}
            empty = 0 if some.keys() - taken.keys() else empty + 1
            taken |= some
        return _in_order(taken), False

    def _let_go(self, url: str, letters: Sequence[Letter]) -> None:
        """Show messages to others again; if that fails, they come back later by themselves."""
        for start in range(0, len(letters), _MOST_IN_CALL):
            entries = [
                {
                    "Id": str(number),
                    "ReceiptHandle": each["ReceiptHandle"],
                    "VisibilityTimeout": 0,
                }
                for number, each in enumerate(letters[start : start + _MOST_IN_CALL])
            ]
            try:
                self._sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)
            except (BotoCoreError, ClientError) as error:
                logger.warning("Dead letters stay hidden for a while", error=str(error))


def _in_order(taken: Mapping[str, Letter]) -> list[Letter]:
    return sorted(taken.values(), key=sent_at)
