"""Which channels are set up, and what lies in the dead-letter queues: what the heal function cannot
see of the way to people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.cli.deployed import DeployedError, deployed
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.evidence.names import ALERTS_DEAD_QUEUE, HEAL_DEAD_QUEUE
from trailkeeper.rendering.untrusted import clean
from trailkeeper.rendering.wording import Reader
from trailkeeper.words.text import LONGEST_FIELD

_CHANNELS = {"sns": "e-mail", "slack": "Slack", "amazon-q": "Amazon Q"}
_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


@dataclass(frozen=True, slots=True)
class Reach:
    """`channels` beside e-mail that are set up, by the names under which they are noted.

    `dead` is how many messages each dead-letter queue holds; a queue that could not be asked is not
    in it. `unknown` says what could not be seen, and why. `zone` is that of the alerts.
    """

    channels: tuple[str, ...] = ()
    dead: dict[str, int] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    zone: tzinfo = UTC


def look(functions: Any, sqs: Callable[[], Any]) -> Reach:
    """Ask AWS; what it refuses is said and hides nothing else. `functions` is a Lambda client."""
    unknown: list[str] = []
    channels: list[str] = []
    zone: tzinfo = UTC
    try:
        alert = deployed(functions).alert
    except DeployedError as error:
        unknown.append(f"which channels are set up ({error})")
    else:
        zone = Reader.of("en", alert.time_zone).zone
        channels += _beside_mail(alert)
    dead = {}
    for queue in (ALERTS_DEAD_QUEUE, HEAL_DEAD_QUEUE):
        try:
            dead[queue] = _messages(sqs(), queue)
        except (ClientError, BotoCoreError) as error:
            unknown.append(f"what {queue} holds ({error})")
    return Reach(tuple(channels), dead, tuple(unknown), zone)


def channels_of(alert: AlertEnviron) -> tuple[str, ...]:
    """The channels that are set up, by the names under which they are noted; e-mail always is."""
    return ("sns", *_beside_mail(alert))


def _beside_mail(alert: AlertEnviron) -> Iterator[str]:
    if alert.slack_webhook:
        yield "slack"
    if alert.chat_topic_arn:
        yield "amazon-q"


def messages(attributes: Mapping[str, str]) -> int:
    """How many messages a queue holds, by its attributes, those included that somebody reads."""
    return sum(int(attributes[name]) for name in _COUNTS)


def channel_name(channel: str) -> str:
    """What people call a channel, by the name under which it is noted."""
    return _CHANNELS.get(channel) or clean(channel, LONGEST_FIELD)


def _messages(sqs: Any, queue: str) -> int:
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_COUNTS))
    return messages(answer["Attributes"])
