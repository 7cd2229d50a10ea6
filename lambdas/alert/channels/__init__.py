"""Where alerts go; a channel has a name and sends one alert, or raises."""

from __future__ import annotations

from typing import Protocol

from trailkeeper.alerts.alert import Alert


class Channel(Protocol):
    """One way to people."""

    name: str

    def send(self, alert: Alert) -> None:
        """Render and send.

        Raises:
            Exception: it was not sent; the queue brings it again.
        """
