"""The second way to people: one topic without a customer key, and nothing before it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from trailkeeper.alerts.alert import Alert
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader


@dataclass(frozen=True)
class SecondWay:
    """Publishes straight to the topic of last resort."""

    clients: Any
    topic_arn: str
    reader: Reader

    def tell(self, alert: Alert) -> None:
        """Send one alert as a mail's text.

        Raises:
            ClientError, BotoCoreError: AWS refused it, or could not be reached; Lambda tries again.
        """
        mail = self._rendered(alert)
        self.clients.sns.publish(TopicArn=self.topic_arn, Subject=mail.subject, Message=mail.body)

    def _rendered(self, alert: Alert) -> email.Mail:
        try:
            return email.render(alert, self.reader)
        except Exception:  # whatever a renderer does wrong must not keep people from hearing of it
            logging.getLogger(__name__).exception("an alert could not be rendered; sending it raw")
            return email.raw(alert.to_json())
