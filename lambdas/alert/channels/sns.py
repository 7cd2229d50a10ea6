"""The people's topic (text for e-mail, JSON for programs) and the chat topic of Amazon Q."""

from __future__ import annotations

import json
import re
from typing import Any

from lambdas.alert.rendered import rendered_or_raw
from trailkeeper.alerts.alert import Alert
from trailkeeper.rendering import amazon_q, email, machine, untrusted
from trailkeeper.rendering.wording import Reader

RAW_SUBJECT = "[Trailkeeper] An alert that could not be put in words"
_RAW_LIMIT = 50_000
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
            lambda raw: (RAW_SUBJECT, {"default": raw[:_RAW_LIMIT]}),
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
