"""The second way to people: topics without a customer key, and nothing before them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from trailkeeper.alerts.alert import Alert
from trailkeeper.clients.topics import publish_to_first
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader


@dataclass(frozen=True)
class SecondWay:
    """Publishes straight to the topic of last resort, the first of these that takes it."""

    clients: Any
    topic_arns: tuple[str, ...]
    reader: Reader

    def tell(self, alert: Alert) -> None:
        """Send one alert as a mail's text.

        Raises:
            ClientError, BotoCoreError: AWS refused it, or could not be reached; Lambda tries again.
        """
        mail = self._rendered(alert)
        publish_to_first(
            self.clients.sns_in, self.topic_arns, Subject=mail.subject, Message=mail.body
        )

    def _rendered(self, alert: Alert) -> email.Mail:
        try:
            return email.render(alert, self.reader)
        except Exception:  # whatever a renderer does wrong must not keep people from hearing of it
            logging.getLogger(__name__).exception("an alert could not be rendered; sending it raw")
            return email.raw(alert.to_json())
