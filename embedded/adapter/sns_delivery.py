"""SNS deliveries: one published message to every confirmed subscription that its filter lets."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from dataclasses import dataclass
from typing import Protocol

from ministack.services import sns, sqs

from embedded.adapter import cloudwatch, gateway, lambda_
from embedded.adapter.sns_wire import Record

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.sns:_build_envelope"
    "(topic_arn, msg_id, message, subject, message_attributes, raw)",
    "ministack.services.sns:_deliver_to_http(endpoint, payload)",
    "ministack.services.sns:_deliver_to_sqs(endpoint, envelope, raw, raw_message,"
    " message_group_id, message_dedup_id, message_attributes, topic_arn)",
    "ministack.services.sns:_fanout(topic_arn, msg_id, message, subject, message_structure,"
    " message_attributes, message_group_id, message_dedup_id)",
    "ministack.services.sns:_matches_filter_policy(sub, message_attributes, message)",
    "ministack.services.sns:_resolve_message_for_protocol(message, message_structure, protocol)",
    "ministack.services.sns:_topic_by_arn_any_scope(topic_arn)",
    "ministack.services.sqs:_queue_by_arn(arn)",
    "ministack.services.sqs:queue_policy_allows",
)

MAIL_PROTOCOLS = frozenset({"email", "email-json"})

_log = logging.getLogger("embedded.sns")


@dataclass(frozen=True, kw_only=True)
class MailSubscription:
    """What a mail to a subscriber needs to know about the subscription."""

    arn: str
    topic_arn: str
    protocol: str
    address: str
    token: str
    sender: str


class Postman(Protocol):
    """Whoever brings mails to the subscribers of protocols email and email-json."""

    def invite(self, subscription: MailSubscription) -> None:
        """Ask the subscriber to confirm."""

    def deliver(self, subscription: MailSubscription, subject: str, body: str) -> None:
        """Bring one notification: the message, or the JSON envelope for email-json."""

    def dismiss(self, subscription: MailSubscription) -> None:
        """Say that somebody ended the subscription through its link."""


class Deliveries:
    """Brings published messages to their subscribers; endpoint is the URL that links start with."""

    def __init__(self, postman: Postman, endpoint: str) -> None:
        self._postman = postman
        self._endpoint = endpoint

    def fanout(  # noqa: PLR0917 - the emulator calls it so
        self,
        topic_arn: str,
        msg_id: str,
        message: str,
        subject: str,
        message_structure: str = "",
        message_attributes: Record | None = None,
        message_group_id: str = "",
        message_dedup_id: str = "",
    ) -> None:
        """Takes the emulator's place in handing one message to all subscriptions."""
        topic = sns._topic_by_arn_any_scope(topic_arn)
        if topic is None:
            return
        _, _, _, region, account, name = topic_arn.split(":", 5)
        attributes = message_attributes or {}
        with gateway.scope(account, region):
            _count(name, "NumberOfMessagesPublished")
            for record in [each for each in topic["subscriptions"] if each["confirmed"]]:
                text = sns._resolve_message_for_protocol(
                    message, message_structure, record["protocol"]
                )
                if not sns._matches_filter_policy(record, attributes, text):
                    _count(name, "NumberOfNotificationsFilteredOut")
                    continue
                envelope = self._envelope(record, msg_id, text, subject, attributes)
                if record["protocol"] == "sqs":
                    delivered = _to_queue(
                        record,
                        envelope,
                        text,
                        attributes=attributes,
                        group=message_group_id,
                        deduplication=message_dedup_id,
                    )
                else:
                    delivered = self._bring(record, subject, text, envelope)
                if delivered:
                    _count(name, "NumberOfNotificationsDelivered")
                else:
                    _count(name, "NumberOfNotificationsFailed")
                    _log.warning("%s cannot be reached by %s", record["endpoint"], topic_arn)
                    _redrive(record, envelope)

    def _bring(self, record: Record, subject: str, text: str, envelope: str) -> bool:
        protocol = record["protocol"]
        if protocol == "lambda":
            return _to_function(record, envelope)
        if protocol in MAIL_PROTOCOLS:
            body = envelope if protocol == "email-json" else text
            self._postman.deliver(mail_subscription(record), subject, body)
            return True
        _post(record["endpoint"], text if _is_raw(record) else envelope)
        return True

    def _envelope(
        self, record: Record, msg_id: str, text: str, subject: str, attributes: Record
    ) -> str:
        envelope = json.loads(
            sns._build_envelope(record["topic_arn"], msg_id, text, subject, attributes, False)
        )
        envelope["UnsubscribeURL"] = (
            f"{self._endpoint}/?Action=Unsubscribe&SubscriptionArn={record['arn']}"
        )
        return json.dumps(envelope)


def mail_subscription(record: Record) -> MailSubscription:
    """The view of a subscription that mails are made from."""
    topic = sns._topic_by_arn_any_scope(record["topic_arn"]) or {"attributes": {}}
    return MailSubscription(
        arn=record["arn"],
        topic_arn=record["topic_arn"],
        protocol=record["protocol"],
        address=record["endpoint"],
        token=record.get("token") or "",
        sender=topic["attributes"].get("DisplayName") or "",
    )


def _to_queue(
    record: Record,
    envelope: str,
    text: str,
    *,
    attributes: Record,
    group: str,
    deduplication: str,
) -> bool:
    if not _queue_takes(record["endpoint"], record["topic_arn"]):
        return False
    sns._deliver_to_sqs(
        record["endpoint"],
        envelope,
        _is_raw(record),
        text,
        message_group_id=group,
        message_dedup_id=deduplication,
        message_attributes=attributes,
        topic_arn=record["topic_arn"],
    )
    return True


def _to_function(record: Record, envelope: str) -> bool:
    function = lambda_.find(record["endpoint"])
    if function is None or not gateway.resource_policy_allows(
        function.policy,
        service="sns.amazonaws.com",
        action="lambda:InvokeFunction",
        resource=function.arn,
        source_arn=record["topic_arn"],
    ):
        return False
    notification = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": record["arn"],
        "Sns": _function_view(json.loads(envelope)),
    }
    lambda_.invoke_async(function, {"Records": [notification]})
    return True


def _function_view(envelope: Record) -> Record:
    """The envelope as Lambda gets it: Url instead of URL, and every field always there."""
    renamed = {name.replace("URL", "Url"): value for name, value in envelope.items()}
    return {"Subject": None, "MessageAttributes": {}, **renamed}


def _post(url: str, body: str) -> None:
    threading.Thread(
        target=asyncio.run, args=(sns._deliver_to_http(url, body),), daemon=True
    ).start()


def _redrive(record: Record, envelope: str) -> None:
    policy = json.loads(record["attributes"].get("RedrivePolicy") or "{}")
    queue = policy.get("deadLetterTargetArn", "")
    if queue and _queue_takes(queue, record["topic_arn"]):
        sns._deliver_to_sqs(queue, envelope, False, envelope, topic_arn=record["topic_arn"])


def _queue_takes(queue_arn: str, topic_arn: str) -> bool:
    return sqs._queue_by_arn(queue_arn) is not None and bool(
        sqs.queue_policy_allows(queue_arn, "sns.amazonaws.com", topic_arn, topic_arn.split(":")[4])
    )


def _is_raw(record: Record) -> bool:
    return bool(record["attributes"].get("RawMessageDelivery") == "true")


def _count(topic_name: str, metric: str) -> None:
    cloudwatch.put_metric("AWS/SNS", metric, {"TopicName": topic_name}, 1.0)
