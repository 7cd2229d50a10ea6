"""SNS publishing: what AWS checks about messages, subjects and the key of an encrypted topic."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable

from ministack.services import sns

from embedded.adapter import gateway, kms
from embedded.adapter.sns_wire import (
    Params,
    Record,
    Response,
    answer,
    error_code,
    invalid,
    is_json_object,
    refused,
    signer,
    text,
)

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.sns:SnsPublishError",
    "ministack.services.sns:_get_topic(topic_arn, action)",
    "ministack.services.sns:_normalize_arn(arn)",
    "ministack.services.sns:_parse_batch_entries(params)",
    "ministack.services.sns:_topic_by_arn_any_scope(topic_arn)",
    "ministack.services.sns:_xml_escape(text)",
    "ministack.services.sns:publish_internal",
    "ministack.services.sns:topic_policy_allows(topic_arn, service, source_arn, source_account)",
)

_AWS_MANAGED_KEY = "alias/aws/sns"

SUBJECT_LIMIT = 100
"""A subject must be shorter than this many characters (SNS API reference, Publish)."""


def publish_as_service(
    topic_arn: str,
    subject: str,
    message: str,
    *,
    service: str,
    source_arn: str = "",
    message_structure: str = "",
) -> str:
    """Publish for an AWS service; returns why nothing was published, or "".

    Without a source ARN no aws:Source* condition can match. That is how EventBridge publishes: to
    an encrypted topic such conditions are not supported (Amazon SNS guide, key management).
    """
    topic = sns._topic_by_arn_any_scope(topic_arn)
    if topic is None:
        return f"Topic does not exist: {topic_arn}"
    account = gateway.account() if source_arn else ""
    if not sns.topic_policy_allows(topic_arn, service, source_arn, account):
        return f"The policy of {topic_arn} does not let {service} publish"
    key = topic["attributes"].get("KmsMasterKeyId")
    if key and not kms.service_may_use(key, service, source_arn=source_arn):
        return f"{service} may not use the key {key} of {topic_arn}"
    try:
        sns.publish_internal(topic_arn, message, subject, message_structure=message_structure)
    except sns.SnsPublishError as problem:
        return str(problem)
    return ""


def publisher(publish: Callable[[Params], Response]) -> Callable[[Params], Response]:
    """Publish with its checks; publish is the emulator's own call underneath."""

    def checked(params: Params) -> Response:
        problem = _problem(
            text(params, "Message"), text(params, "Subject"), text(params, "MessageStructure")
        )
        if problem:
            return invalid(problem)
        topic_arn = text(params, "TopicArn") or text(params, "TargetArn")
        return _key_refusal(sns._normalize_arn(topic_arn)) or publish(params)

    return checked


def publish_batch(params: Params) -> Response:
    """PublishBatch: a bad entry fails alone."""
    topic, refusal = sns._get_topic(text(params, "TopicArn"), "sns:Publish")
    refusal = refusal or _key_refusal(topic["arn"])
    if refusal is not None:
        return refusal
    entries = sns._parse_batch_entries(params)
    problem = _batch_problem([entry["id"] for entry in entries])
    if problem:
        return refused(*problem, 400)
    done, failed = "", ""
    for entry in entries:
        ident = f"<Id>{sns._xml_escape(entry['id'])}</Id>"
        try:
            done += f"<member>{ident}{_publish_entry(topic['arn'], entry)}</member>"
        except sns.SnsPublishError as refusing:
            failed += (
                f"<member>{ident}<Code>{error_code(refusing.code)}</Code>"
                f"<Message>{sns._xml_escape(str(refusing))}</Message>"
                "<SenderFault>true</SenderFault></member>"
            )
    return answer("PublishBatch", f"<Successful>{done}</Successful><Failed>{failed}</Failed>")


def _publish_entry(topic_arn: str, entry: Record) -> str:
    problem = _problem(entry["message"], entry["subject"], entry["message_structure"])
    if problem:
        raise sns.SnsPublishError("InvalidParameter", f"Invalid parameter: {problem}")
    result = sns.publish_internal(
        topic_arn,
        entry["message"],
        entry["subject"],
        message_structure=entry["message_structure"],
        message_attributes=entry["message_attributes"],
        message_group_id=entry["message_group_id"],
        message_deduplication_id=entry["message_dedup_id"],
    )
    published = f"<MessageId>{result['message_id']}</MessageId>"
    if result["sequence_number"] is not None:
        published += f"<SequenceNumber>{result['sequence_number']}</SequenceNumber>"
    return published


def _key_refusal(topic_arn: str) -> Response | None:
    topic = sns._topic_by_arn_any_scope(topic_arn)
    key = topic["attributes"].get("KmsMasterKeyId") if topic else None
    if not key or key.endswith(_AWS_MANAGED_KEY):
        return None
    problem = kms.problem_using(key, signer(), kms.PUBLISHING_ACTIONS, service="sns")
    return refused(f"KMS{problem[0]}", problem[1], 400) if problem else None


def _problem(message: str, subject: str, structure: str) -> str:
    if not message:
        return "Empty message"
    if not _is_subject(subject):
        return "Subject"
    if structure not in {"", "json"}:
        return "MessageStructure"
    if structure == "json":
        if not is_json_object(message):
            return "Message Structure - JSON message body failed to parse"
        if not isinstance(json.loads(message).get("default"), str):
            return "Message Structure - No default entry in JSON message body"
    return ""


def _is_subject(subject: str) -> bool:
    return len(subject) < SUBJECT_LIMIT and not any(
        unicodedata.category(character) == "Cc" for character in subject
    )


def _batch_problem(identifiers: list[str]) -> tuple[str, str] | None:
    if not identifiers:
        return "EmptyBatchRequest", "The batch request doesn't contain any entries"
    if len(identifiers) > 10:
        return "TooManyEntriesInBatchRequest", "The batch request has more than 10 entries"
    if len(set(identifiers)) < len(identifiers):
        return "BatchEntryIdsNotDistinct", "Two or more batch entries have the same Id"
    return None
