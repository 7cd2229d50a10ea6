"""Confirms mail subscriptions as a person does: by the link in the confirmation mail."""

from __future__ import annotations

import email.policy
import re
import time
import urllib.request
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

_LINK = re.compile(r"https?://\S*Action=ConfirmSubscription\S*")
_POLL_SECONDS = 0.1


class NotConfirmedError(Exception):
    """When a mail subscription is still pending after the time that was given."""


def confirm(topics: Any, mailbox: Path, *, seconds: float) -> None:
    """Confirm every pending mail subscription by its mail in the mailbox; `topics` is boto3's SNS.

    Raises NotConfirmedError when some are pending after `seconds`.
    """
    deadline = time.monotonic() + seconds
    visited: set[str] = set()
    while pending := _pending(topics):
        for link in _links(mailbox) - visited:
            visited.add(link)
            with urllib.request.urlopen(link, timeout=10):
                pass
        if time.monotonic() > deadline:
            raise NotConfirmedError(f"not confirmed within {seconds:.0f} s: {', '.join(pending)}")
        time.sleep(_POLL_SECONDS)


def _pending(topics: Any) -> list[str]:
    pages = topics.get_paginator("list_subscriptions").paginate()
    return [
        subscription["Endpoint"]
        for page in pages
        for subscription in page["Subscriptions"]
        if subscription["Protocol"].startswith("email")
        and not subscription["SubscriptionArn"].startswith("arn:")
    ]


def _links(mailbox: Path) -> set[str]:
    parser = BytesParser(policy=email.policy.default)
    links: set[str] = set()
    for path in mailbox.glob("*.eml"):
        with path.open("rb") as file:
            mail = parser.parse(file)
        assert isinstance(mail, EmailMessage)
        body = mail.get_body(("plain", "html"))
        links.update(_LINK.findall(body.get_content() if body else ""))
    return links
