"""Brings an alert to people through every channel, once each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from lambdas.alert.channels import Channel
from lambdas.alert.once import Once
from lambdas.alert.outages import Outages
from lambdas.alert.telemetry import logger
from trailkeeper.alerts.alert import Alert


class DeliveryError(Exception):
    """When at least one channel did not take an alert; the queue brings it again.

    `unheard`: all of them refused it, so nobody has heard of it.
    """

    def __init__(self, alert: Alert, channels: Iterable[str], *, unheard: bool = False) -> None:
        super().__init__(f"not delivered through {', '.join(channels)}: {alert.dedup_key}")
        self.alert = alert
        self.unheard = unheard


class Delivery:
    """All channels; one that fails keeps no other from being tried, and the others tell of it."""

    def __init__(self, channels: Sequence[Channel], once: Once, outages: Outages) -> None:
        self._channels = channels
        self._once = once
        self._outages = outages

    def deliver(self, alert: Alert) -> None:
        """Send an alert; what a channel took before is not sent to it again.

        Raises:
            DeliveryError: one of the channels failed; the others have it.
        """
        failed: dict[str, Exception | None] = {}
        took: list[str] = []
        for channel in self._channels:
            try:
                self._send_once(channel, alert, failed, took)
            except Exception:  # any failure of one channel is for the queue to retry
                logger.exception("A channel did not take an alert", channel=channel.name)
                failed.setdefault(channel.name, None)
        # Last: whatever is wrong with one channel, the alert itself comes first on the others.
        for name, error in failed.items():
            if error is not None:
                self._outages.failed(name, error, partial(self._tell, but=failed))
        for name in took:
            self._outages.took(name, partial(self._tell, but=failed))
        if failed:
            # What another invocation is sending at this moment is refused by nobody.
            refused = [name for name, error in failed.items() if error is not None]
            raise DeliveryError(alert, failed, unheard=len(refused) == len(self._channels))

    def _send_once(
        self,
        channel: Channel,
        alert: Alert,
        failed: dict[str, Exception | None],
        took: list[str],
    ) -> None:
        def send() -> None:
            try:
                channel.send(alert)
            except Exception as error:
                failed[channel.name] = error
                self._outages.note(channel.name, alert, error)
                raise
            took.append(channel.name)
            self._outages.note(channel.name, alert)

        self._once.run(key_of(channel, alert), send)

    def _tell(self, alert: Alert, *, but: Iterable[str]) -> bool:
        """Tell of a channel by those that work; whether anybody has it now."""
        told = False
        for channel in self._channels:
            if channel.name in but:
                continue
            try:
                self._once.run(key_of(channel, alert), partial(channel.send, alert))
                told = True
            except Exception:  # the next failure of that channel tries again
                logger.exception("A channel did not take word of another", channel=channel.name)
        return told


def key_of(channel: Channel, alert: Alert) -> str:
    """What is told once: the same thing, said as loudly, under the same key.

    Keys can be guessed, so a harmless alert that somebody sends under the key of one to come must
    not keep that one from people.
    """
    return "/".join(
        (channel.name, alert.dedup_key, alert.detection, alert.severity, alert.what.key)
    )
