"""Slack by an incoming webhook whose URL is a secret, read at run time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http.client import HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlsplit

from lambdas.alert.rendered import rendered_or_raw
from trailkeeper.alerts.alert import Alert
from trailkeeper.rendering import slack
from trailkeeper.rendering.wording import Reader

TIMEOUT_SECONDS = 5.0
# Slack's own, and that of GovSlack (Slack API documentation, "Sending messages using incoming
# webhooks"; "GovSlack"). Whoever swaps the secret must not have alerts go anywhere else.
_HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")


class SlackError(Exception):
    """When Slack did not take a message, or the webhook's URL cannot be used.

    `status` is what it answered: 0 if it did not, None if it was not asked.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status

    @property
    def webhook_is_gone(self) -> bool:
        """Whether the answer says that this webhook takes nothing any more.

        Source: Slack API, "Sending messages using incoming webhooks", "Error handling": 403 is a
        token that was revoked or an action that is prohibited, 404 a channel or webhook that is
        gone, 410 an archived channel; 400 is about the message.
        """
        return self.status in {401, 403, 404, 410}


class Slack:
    """Posts to the webhook; `url` fetches the secret and may cache it, `forget` empties that."""

    name = "slack"

    def __init__(
        self,
        url: Callable[[], str],
        reader: Reader,
        *,
        forget: Callable[[], None] = lambda: None,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._url = url
        self._forget = forget
        self._reader = reader
        self._timeout = timeout

    def send(self, alert: Alert) -> None:
        payload = rendered_or_raw(alert, lambda: slack.render(alert, self._reader), slack.raw)
        try:
            post(self._url(), payload, self._timeout)
        except SlackError:
            # Somebody may have put another URL there by the next try.
            self._forget()
            raise


def post(url: str, payload: Mapping[str, Any], timeout: float = TIMEOUT_SECONDS) -> None:
    """POST a message to a webhook; redirects are not followed.

    Raises:
        SlackError: no answer in time, or an answer other than 2xx. The URL is never in the message.
    """
    target = _checked(url)
    connection = HTTPSConnection(target.netloc, timeout=timeout)
    try:
        body = json.dumps(payload).encode()
        path = target.path + (f"?{target.query}" if target.query else "")
        connection.request("POST", path or "/", body, {"Content-Type": "application/json"})
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        message = f"the Slack webhook did not answer ({type(error).__name__})"
        # Some of these errors name the host and path, which are the secret.
        raise SlackError(message, 0) from None
    finally:
        connection.close()
    if not 200 <= status < 300:
        message = f"the Slack webhook answered {status}"
        raise SlackError(message, status)


def _checked(url: str) -> SplitResult:
    """The parts of a URL that begins with one of Slack's hosts: no port, no user, no other form."""
    url = url.strip()
    if url.isascii() and url.isprintable() and " " not in url:
        for host in _HOSTS:
            if url.startswith(f"https://{host}/"):
                return urlsplit(url)
    message = f"the Slack webhook must be a URL that begins with https://{_HOSTS[0]}/"
    raise SlackError(message)
