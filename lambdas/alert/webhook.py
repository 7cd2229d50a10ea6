"""The webhook's URL from where it is kept; one that is not the URL before is told, by mail too."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.state import State
from lambdas.alert.telemetry import logger
from trailkeeper.alerts.alert import Alert


class Webhook:
    """Reads the URL; `tell` hands over the alert that `changed` makes of the URL's digest.

    Only a digest is kept: the URL is a secret. After `forget` it is read anew.
    """

    def __init__(
        self,
        read: Callable[[], str],
        state: State,
        changed: Callable[[str], Alert],
        tell: Callable[[Alert], None],
        *,
        forget: Callable[[], None] = lambda: None,
    ) -> None:
        self._read = read
        self.forget = forget
        self._state = state
        self._changed = changed
        self._tell = tell
        self._seen = ""

    def url(self) -> str:
        """The URL as it is kept now.

        Raises:
            Exception: the store did not give it.
        """
        url = self._read()
        digest = hashlib.sha256(url.encode()).hexdigest()
        if digest != self._seen:
            try:
                self._notice(digest)
                self._seen = digest
            except (ClientError, BotoCoreError) as error:
                logger.warning("Nobody knows whether the webhook is the same", error=str(error))
        return url

    def _notice(self, digest: str) -> None:
        known = self._state.webhook()
        if known == digest:
            return
        if known is not None:
            # First: a crash must not leave a swapped URL known and untold.
            self._tell(self._changed(digest))
        self._state.remember_webhook(digest)
