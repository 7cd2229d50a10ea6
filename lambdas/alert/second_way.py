"""Has an alert that nobody takes go another way, as it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from lambdas.alert.channels import Channel
from lambdas.alert.delivery import DeliveryError, key_of
from lambdas.alert.inbox import Message
from lambdas.alert.once import Once
from lambdas.alert.telemetry import logger

# So long every channel has refused it, and the queue has brought it again.
PATIENCE_SECONDS = 600


class SecondWay:
    """The topic of last resort, for what every channel refused; `clock` gives Unix seconds.

    The alert stays what it was to its queue: once it is a dead letter, it can be sent to the
    channels again when they work.
    """

    def __init__(
        self, channel: Channel, once: Once, clock: Callable[[], float] = time.time
    ) -> None:
        self._channel = channel
        self._once = once
        self._clock = clock

    def take(self, message: Message, refused: DeliveryError) -> None:
        """Tell people of an alert that every channel has refused for ten minutes, once."""
        tried_since = message.first_came
        if not refused.unheard or tried_since is None:
            return
        if self._clock() - tried_since < PATIENCE_SECONDS:
            return
        alert = refused.alert
        try:
            self._once.run(key_of(self._channel, alert), partial(self._channel.send, alert))
        except Exception:  # the message fails all the same, and becomes a dead letter
            logger.exception("The second way did not take an alert", dedup_key=alert.dedup_key)
