"""Tells what really is in the function's queue from what somebody called the function with.

Who may invoke the function can write records like those of a queue, but no receipts: SQS makes
them, and the queue's policy lets nobody but the function take messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.inbox import Message, Way
from lambdas.alert.telemetry import logger
from trailkeeper.evidence.queues import ALERTS

_MOST_IN_CALL = 10
# SQS developer guide, "Amazon SQS queue and message identifiers".
_LONGEST_RECEIPT = 1024


class Verdict(Enum):
    """Whether a message is handled.

    STALE: nobody is accused, and nothing is lost by passing it over: it was received once, and
    since then has come again or was deleted.
    """

    BELIEVED = "believed"
    STALE = "stale"
    FORGED = "forged"


class Receipts:
    """Proves receipts by setting the visibility timeout that the messages have anyway."""

    def __init__(self, sqs: Any, queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url

    def judge(self, arrived: Sequence[Message]) -> list[Verdict]:
        """A verdict on each message; ten receipts are a request.

        When SQS cannot be asked, messages are believed, as an alert lost is worse than one made up;
        but not beside a forged one, as a batch of the queue holds none.
        """
        found: list[Verdict | None] = [_at_sight(each) for each in arrived]
        asked = [number for number, each in enumerate(found) if each is None]
        for start in range(0, len(asked), _MOST_IN_CALL):
            some = asked[start : start + _MOST_IN_CALL]
            try:
                answers = list(self._ask([arrived[number].receipt for number in some]))
            except (BotoCoreError, ClientError) as error:
                logger.warning("Receipts cannot be proven", error=str(error))
                break
            for number, answer in zip(some, answers, strict=True):
                found[number] = answer
        unknown = Verdict.STALE if Verdict.FORGED in found else Verdict.BELIEVED
        return [each or unknown for each in found]

    def _ask(self, receipts: Sequence[str]) -> Iterator[Verdict | None]:
        """What SQS says of receipts, None where it does not say.

        Raises:
            BotoCoreError, ClientError: SQS says nothing of any of them.
        """
        entries = [
            {
                "Id": str(number),
                "ReceiptHandle": each,
                "VisibilityTimeout": ALERTS.visibility_seconds,
            }
            for number, each in enumerate(receipts)
        ]
        try:
            answer = self._sqs.change_message_visibility_batch(
                QueueUrl=self._queue_url, Entries=entries
            )
        except ClientError as error:
            of_all = _verdict(error.response.get("Error", {}))
            if of_all is None:
                raise
            yield from (of_all for _ in receipts)
            return
        failed = {each["Id"]: each for each in answer.get("Failed", [])}
        for entry in entries:
            refusal = failed.get(entry["Id"])
            yield _verdict(refusal) if refusal else Verdict.BELIEVED


def _at_sight(message: Message) -> Verdict | None:
    """The verdict that needs nobody to ask; what SQS would not even read must not reach it."""
    receipt = message.receipt
    plain = receipt.isascii() and receipt.isprintable() and " " not in receipt
    if message.way is Way.CALL or not plain or not 0 < len(receipt) <= _LONGEST_RECEIPT:
        return Verdict.FORGED
    return None


def _verdict(refusal: Mapping[str, Any]) -> Verdict | None:
    """What a refusal says of a receipt, None if it says nothing.

    AWS calls a receipt that it never gave, or gave for another queue, ReceiptHandleIsInvalid; one
    of a message that is gone or was received again InvalidParameterValue ("... for parameter
    ReceiptHandle is invalid"), as it calls other parameters, too, or MessageNotInflight (SQS API
    reference, "ChangeMessageVisibility"; AWS re:Post, "How do I resolve ReceiptHandleIsInvalid and
    InvalidParameterValue errors"). A receipt in these words holds no space.
    """
    said = str(refusal.get("Message", ""))
    match str(refusal.get("Code", "")).rpartition(".")[2]:
        case "ReceiptHandleIsInvalid":
            return Verdict.STALE if "has expired" in said else Verdict.FORGED
        case "MessageNotInflight":
            return Verdict.STALE
        case "InvalidParameterValue" if "ReceiptHandle" in said:
            return Verdict.STALE
        case _:
            return None
