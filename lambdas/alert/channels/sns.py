"""The people's topic (text for e-mail, JSON for programs), Amazon Q's, and that of last resort."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from lambdas.alert.rendered import rendered_or_raw
from trailkeeper.alerts.alert import Alert
from trailkeeper.clients.topics import SnsIn, publish_to_first
from trailkeeper.rendering import amazon_q, email, machine, untrusted
from trailkeeper.rendering.wording import Reader

_SMS_LIMIT = 140


class PeopleTopic:
    """Publishes to the alerts topic, one body per kind of subscriber."""

    name = "sns"

    def __init__(self, sns: Any, topic_arn: str, reader: Reader) -> None:
        self._sns = sns
        self._topic_arn = topic_arn
        self._reader = reader

    def send(self, alert: Alert) -> None:
        subject, bodies = rendered_or_raw(
            alert,
            lambda: self._rendered(alert),
            _raw,
        )
        self._sns.publish(
            TopicArn=self._topic_arn,
            Subject=subject,
            Message=json.dumps(bodies, ensure_ascii=False),
            MessageStructure="json",
            MessageAttributes=attributes(alert),
        )

    def _rendered(self, alert: Alert) -> tuple[str, dict[str, str]]:
        mail = email.render(alert, self._reader)
        # Every protocol without a body of its own gets the default: queues, functions, HTTPS.
        return mail.subject, {
            "default": machine.render(alert, self._reader),
            "email": mail.body,
            "sms": untrusted.cut_at_word(mail.subject, _SMS_LIMIT),
        }


def _raw(document: str) -> tuple[str, dict[str, str]]:
    mail = email.raw(document)
    return mail.subject, {"default": mail.body}


class LastResortTopic:
    """Publishes to the first of the watcher's topics that takes it, which share nothing with the
    others: mails alone."""

    name = "last-resort"

    def __init__(self, sns_in: SnsIn, topic_arns: Sequence[str], reader: Reader) -> None:
        self._sns_in = sns_in
        self._topic_arns = topic_arns
        self._reader = reader

    def send(self, alert: Alert) -> None:
        mail = rendered_or_raw(alert, lambda: email.render(alert, self._reader), email.raw)
        publish_to_first(self._sns_in, self._topic_arns, Subject=mail.subject, Message=mail.body)


class ChatTopic:
    """Publishes to the topic that only Amazon Q in chat applications reads."""

    name = "amazon-q"

    def __init__(self, sns: Any, topic_arn: str, reader: Reader) -> None:
        self._sns = sns
        self._topic_arn = topic_arn
        self._reader = reader

    def send(self, alert: Alert) -> None:
        message = rendered_or_raw(alert, lambda: amazon_q.render(alert, self._reader), amazon_q.raw)
        self._sns.publish(
            TopicArn=self._topic_arn, Message=message, MessageAttributes=attributes(alert)
        )


def attributes(alert: Alert) -> dict[str, dict[str, str]]:
    """What filter policies of subscribers look at."""
    shown = {
        "severity": str(alert.severity),
        "category": alert.category,
        "detection": alert.detection,
    }
    return {
        name: {"DataType": "String", "StringValue": re.sub(r"[^\w.-]", "-", text)[:100] or "none"}
        for name, text in shown.items()
    }
