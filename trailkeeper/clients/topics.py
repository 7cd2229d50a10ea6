"""Publishes to the first of several topics that takes it, which may be in several regions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

# The client of SNS in a region; SNS knows the topics of its own region alone.
SnsIn = Callable[[str], Any]


def publish_to_first(sns_in: SnsIn, topic_arns: Sequence[str], **message: Any) -> None:
    """Publish a message once, to the first topic that takes it.

    Raises:
        ClientError, BotoCoreError: none of them took it; what the last one said.
    """
    *earlier, last = topic_arns
    for arn in earlier:
        try:
            _publish(sns_in, arn, message)
        except (ClientError, BotoCoreError):
            logging.getLogger(__name__).exception("%s took nothing; trying the next", arn)
        else:
            return
    _publish(sns_in, last, message)


def _publish(sns_in: SnsIn, topic_arn: str, message: dict[str, Any]) -> None:
    sns_in(topic_arn.split(":")[3]).publish(TopicArn=topic_arn, **message)
