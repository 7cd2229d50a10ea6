"""SNS as CloudTrail uses it: what does a topic's policy say, tell it of a log file."""

from __future__ import annotations

from ministack.core.responses import request_scope
from ministack.services import sns

from embedded.adapter import sns_publishing

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.responses:request_scope(account_id, region)",
    "ministack.services.sns:topic_policy_for_arn(topic_arn)",
)


def policy(topic_arn: str) -> str | None:
    """A topic's policy; None when there is no such topic."""
    _, _, _, region, account_id, *_ = topic_arn.split(":")
    with request_scope(account_id, region):
        found = sns.topic_policy_for_arn(topic_arn)
    return None if found is None else str(found[0])


def publish(topic_arn: str, message: str, *, service: str, source_arn: str) -> str:
    """Publish for a service; gives why nothing was published, or ""."""
    _, _, _, region, account_id, *_ = topic_arn.split(":")
    with request_scope(account_id, region):
        return sns_publishing.publish_as_service(
            topic_arn, "", message, service=service, source_arn=source_arn
        )
