"""Brings an alert to people through every channel, once each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from lambdas.alert.channels import Channel
from lambdas.alert.once import Once
from lambdas.alert.telemetry import logger
from trailkeeper.alerts.alert import Alert


class DeliveryError(Exception):
    """When at least one channel did not take an alert; the queue brings it again."""


Note = Callable[[str, str, Alert], None]
"""Hears of each alert that a channel took, or why it did not: the channel's name, the error."""


class Delivery:
    """All channels; one that fails keeps no other from being tried."""

    def __init__(
        self,
        channels: Sequence[Channel],
        once: Once,
        note: Note = lambda channel, error, alert: None,
    ) -> None:
        self._channels = channels
        self._once = once
        self._note = note

    def deliver(self, alert: Alert) -> None:
        """Send an alert; what a channel took before is not sent to it again.

        Raises:
            DeliveryError: one of the channels failed; the others have it.
        """
        failed = []
        for channel in self._channels:
            try:
                self._once.run(
                    f"{channel.name}/{_told_once(alert)}", partial(self._send, channel, alert)
                )
            except Exception:  # any failure of one channel is for the queue to retry
                logger.exception("A channel did not take an alert", channel=channel.name)
                failed.append(channel.name)
        if failed:
            message = f"not delivered through {', '.join(failed)}: {alert.dedup_key}"
            raise DeliveryError(message)

    def _send(self, channel: Channel, alert: Alert) -> None:
        try:
            channel.send(alert)
        except Exception as error:
            self._note(channel.name, f"{type(error).__name__}: {error}", alert)
            raise
        self._note(channel.name, "", alert)


def _told_once(alert: Alert) -> str:
    """What is told once: the same thing, said as loudly, under the same key.

    Keys can be guessed, so a harmless alert that somebody sends under the key of one to come must
    not keep that one from people.
    """
    return f"{alert.dedup_key}/{alert.detection}/{alert.severity}/{alert.what.key}"
